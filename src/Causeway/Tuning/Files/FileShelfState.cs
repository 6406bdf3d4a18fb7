using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Causeway.Wire.Errors;

namespace Causeway.Tuning.Files;

/// <summary>
/// The files of callers: a folder for each, with what it is and what is in it. A file appears and goes in one step. One process has the folder;
/// thread-safe within it.
/// </summary>
internal sealed class FileShelfState
{
    /// <summary>OpenAI's own limit.</summary>
    public const long MaxBytes = 512L << 20;

    public const int MaxFiles = 1000;
    private const long MaxTotal = 16L << 30;
    private const int MaxUploads = 4;
    private const string Facts = "file.json";
    private const string Content = "content";
    private const string Upload = ".upload-";

    private readonly string _folder;
    private readonly TuningIds _ids;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, UploadedFile> _files = new(StringComparer.Ordinal);
    private int _uploads;

    /// <param name="folder">It need not exist. What an earlier process left half done in it is removed.</param>
    public FileShelfState(string folder, TuningIds ids, TimeProvider time)
    {
        (_folder, _ids, _time) = (folder, ids, time);
        if (!Directory.Exists(folder)) return;
        foreach (var path in Directory.EnumerateDirectories(folder))
        {
            if (Path.GetFileName(path).StartsWith('.')) Directory.Delete(path, recursive: true);
            else if (TryRead(path, out var file)) _files[file.Id] = file;
        }
    }

    /// <summary>The newest first.</summary>
    public IReadOnlyList<UploadedFile> List()
    {
        lock (_lock) return [.. _files.Values.Reverse()];
    }

    public UploadedFile? Find(string id)
    {
        lock (_lock) return _files.GetValueOrDefault(id);
    }

    /// <exception cref="IOException">It has just been deleted, or cannot be read.</exception>
    public FileStream Open(UploadedFile file) =>
        new(Path.Combine(_folder, file.Id, Content), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);

    /// <summary>Begins a file that nobody sees until it is kept.</summary>
    /// <exception cref="TuningRefusal">There are too many.</exception>
    public FileDraft Begin()
    {
        lock (_lock)
        {
            if (_files.Count + _uploads >= MaxFiles || _uploads >= MaxUploads || _files.Values.Sum(file => file.Bytes) > MaxTotal)
                throw new TuningRefusal(ErrorCodes.TooManyFiles.Error($"The gateway keeps at most {MaxFiles} files and takes {MaxUploads} at a time. Delete some with DELETE /v1/files/{{id}}.")
                    with { RetryAfterSeconds = 10 });
            _uploads++;
        }
        try
        {
            var folder = Path.Combine(_folder, Upload + Path.GetRandomFileName());
            Directory.CreateDirectory(folder);
            return new FileDraft(folder, Path.Combine(folder, Content), Release);
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>Makes a draft, written to its end, a file.</summary>
    /// <exception cref="IOException">The disk is full or not writable.</exception>
    public UploadedFile Keep(FileDraft draft, string name, string purpose)
    {
        var file = new UploadedFile(_ids.New("file"), name, purpose, draft.Close(), _time.GetUtcNow());
        DurableFile.Replace(Path.Combine(draft.Folder, Facts), JsonSerializer.SerializeToUtf8Bytes(file, TuningJson.Default.UploadedFile));
        lock (_lock)
        {
            Directory.Move(draft.Folder, Path.Combine(_folder, file.Id));
            _files[file.Id] = file;
        }
        return file;
    }

    /// <returns>Whether there was one.</returns>
    public bool Delete(string id)
    {
        lock (_lock)
        {
            if (!_files.ContainsKey(id)) return false;
            DurableFile.Remove(Path.Combine(_folder, id));
            return _files.Remove(id);
        }
    }

    private void Release() => Interlocked.Decrement(ref _uploads);

    private static bool TryRead(string path, [NotNullWhen(true)] out UploadedFile? file)
    {
        file = null;
        try
        {
            file = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(path, Facts)), TuningJson.Default.UploadedFile);
            return file is not null && file.Id == Path.GetFileName(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return false;
        }
    }
}
