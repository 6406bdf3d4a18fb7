namespace Causeway.Engine.Formats.Writing;

/// <summary>Writes a file that is there whole or not at all.</summary>
internal static class WholeFile
{
    /// <param name="check">Looks at the file before it gets its name.</param>
    /// <exception cref="IOException">The disk is full or not writable; what stood there before is untouched.</exception>
    public static void Write(string path, Action<Stream> write, Action<string>? check = null)
    {
        var half = path + ".part";
        try
        {
            using (var file = new FileStream(half, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }
            check?.Invoke(half);
            File.Move(half, path, overwrite: true);
        }
        catch
        {
            File.Delete(half);
            throw;
        }
    }
}
