namespace Causeway.Tuning.Files;

/// <summary>A file in the making. Disposal removes what was not kept.</summary>
internal sealed class FileDraft(string folder, string path, Action release) : IDisposable
{
    private readonly FileStream _stream = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous);
    private Action? _release = release;

    public string Folder { get; } = folder;
    public long Length { get; private set; }

    /// <exception cref="IOException">The disk is full or not writable.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        await _stream.WriteAsync(bytes, cancel).ConfigureAwait(false);
        Length += bytes.Length;
    }

    /// <returns>Its length, all of it on the disk.</returns>
    public long Close()
    {
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        return Length;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _release, null) is not { } release) return;
        try
        {
            _stream.Dispose();
        }
        catch (IOException)
        {
            // What could not be written is thrown away anyway.
        }
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
        release();
    }
}
