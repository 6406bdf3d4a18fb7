using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Causeway.Models;

/// <summary>
/// Brings one file: into <c>NAME.part</c>, from where an earlier try stopped, and under its own name only when length and checksum are what the hub
/// announced. A dropped connection is taken up again as long as it brings something. Not thread-safe.
/// </summary>
internal sealed class HubDownload(HubClient hub, HubListing listing, HubFile file, string folder, PullProgress progress, TimeProvider time)
{
    private const int MaxBarrenTries = 5;
    private const int PieceBytes = 256 << 10;
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    private readonly string _target = Path.Combine(folder, file.Path);

    private string Part => PartOf(_target);

    /// <summary>Where a file lies until it is whole.</summary>
    public static string PartOf(string target) => target + ".part";

    /// <exception cref="ModelStoreException">It cannot be had, or is not what was announced; the other files and what has come of this one stay.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_target) ?? folder);
        if (File.Exists(_target) && new FileInfo(_target).Length == file.Size)
        {
            progress.Add(file.Size);
            progress.Finished(file.Path, wasThere: true);
            return;
        }
        using var part = Open();
        using var hash = Hasher();
        await TakeUpAsync(part, hash, cancel);
        for (var barren = 0; part.Length < file.Size;)
        {
            var before = part.Length;
            var failure = await TryFetchAsync(part, hash, cancel);
            if (failure is null) continue;
            barren = part.Length > before ? 1 : barren + 1;
            if (barren >= MaxBarrenTries) throw new ModelStoreException($"{file.Path}: {failure} What has come is kept; the same command goes on from there.");
            await Task.Delay(TimeSpan.FromMilliseconds(250 << barren), time, cancel);
        }
        Verify(part, hash);
        await part.DisposeAsync();
        File.Move(Part, _target, overwrite: true);
        progress.Finished(file.Path, wasThere: false);
    }

    private FileStream Open()
    {
        try
        {
            return new FileStream(Part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
        }
        catch (IOException)
        {
            throw new ModelStoreException($"{Part} is in use: is another pull of this model running?");
        }
    }

    // Git names a small file by the SHA-1 of its length and content; large ones are named by their SHA-256.
    private IncrementalHash Hasher()
    {
        if (file.Sha256 is not null || file.BlobId is null) return IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes($"blob {file.Size}\0"));
        return hash;
    }

    private async Task TakeUpAsync(FileStream part, IncrementalHash hash, CancellationToken cancel)
    {
        if (part.Length > file.Size) part.SetLength(0);
        part.Position = 0;
        var piece = new byte[PieceBytes];
        while (await part.ReadAsync(piece, cancel) is > 0 and var read) hash.AppendData(piece, 0, read);
        progress.Add(part.Length);
    }

    /// <summary>Null when the connection brought all it promised; else what went wrong with it.</summary>
    private async Task<string?> TryFetchAsync(FileStream part, IncrementalHash hash, CancellationToken cancel)
    {
        try
        {
            using var response = await hub.OpenAsync(listing, file, part.Length, cancel);
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable) throw Wrong("the hub has fewer bytes of it than it announced");
            if (response.StatusCode == HttpStatusCode.OK && part.Length > 0) Restart(part, hash);
            if (response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From != part.Length)
                throw Wrong("the hub answered with another part than was asked for");
            await CopyAsync(response, part, hash, cancel);
            return part.Length < file.Size ? "the hub ended it too early." : null;
        }
        catch (TimeoutException)
        {
            return $"nothing came for {_patience.TotalSeconds:0} s.";
        }
        catch (Exception e) when (e is HttpIOException or HttpRequestException)
        {
            return "the connection broke.";
        }
    }

    private void Restart(FileStream part, IncrementalHash hash)
    {
        progress.Add(-part.Length);
        part.SetLength(0);
        hash.GetHashAndReset();
        if (file.Sha256 is null && file.BlobId is not null) hash.AppendData(Encoding.ASCII.GetBytes($"blob {file.Size}\0"));
    }

    private async Task CopyAsync(HttpResponseMessage response, FileStream part, IncrementalHash hash, CancellationToken cancel)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        var piece = new byte[PieceBytes];
        while (await body.ReadAsync(piece, cancel).AsTask().WaitAsync(_patience, time, cancel) is > 0 and var read)
        {
            if (part.Length + read > file.Size) throw Wrong("the hub sends more bytes of it than it announced");
            try
            {
                part.Position = part.Length;
                await part.WriteAsync(piece.AsMemory(0, read), cancel);
            }
            catch (IOException e)
            {
                throw new ModelStoreException($"{file.Path} could not be written: {e.Message} What has come is kept; make room and run the same command again.");
            }
            hash.AppendData(piece, 0, read);
            progress.Add(read);
        }
    }

    private void Verify(FileStream part, IncrementalHash hash)
    {
        var actual = Convert.ToHexStringLower(hash.GetHashAndReset());
        if ((file.Sha256 ?? file.BlobId) is not { } expected || actual == expected) return;
        part.SetLength(0);
        progress.Add(-file.Size);
        throw new ModelStoreException($"{file.Path} came with another checksum than the hub announced, so it was thrown away ({actual[..12]}…, not {expected[..12]}…). The other files are kept; run the same command again.");
    }

    private ModelStoreException Wrong(string why) => new($"{file.Path}: {why}. What has come is kept.");
}
