namespace Causeway.Engine.Formats.Writing;

/// <summary>Writes a file that is there whole or not at all.</summary>
public static class WholeFile
{
    /// <param name="check">Looks at the file before it gets its name.</param>
    /// <exception cref="IOException">The disk is full or not writable; what stood there before is untouched.</exception>
    internal static void Write(string path, Action<Stream> write, Action<string>? check = null)
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
        catch (Exception e)
        {
            File.Delete(half);
            if (IsTooLarge(e)) throw new IOException(e.Message, e);
            throw;
        }
    }

    /// <summary>Whether the disk takes no file of that size (4 GiB with FAT, a limit of the process): .NET says that with an exception for arguments.</summary>
    public static bool IsTooLarge(Exception e) => e is ArgumentOutOfRangeException { ParamName: "value" };
}
