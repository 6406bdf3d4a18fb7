namespace Causeway.Tuning;

/// <summary>Writes that are there whole or not at all, also after a power cut.</summary>
internal static class DurableFile
{
    /// <summary>Puts a file into another's place; what stood there stays when it fails.</summary>
    /// <exception cref="IOException">The disk is full or not writable.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var fresh = path + ".new";
        using (var file = new FileStream(fresh, FileMode.Create, FileAccess.Write))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        File.Move(fresh, path, overwrite: true);
    }

    /// <summary>Removes a folder under a name that nobody looks for first, so that half of it is never seen.</summary>
    public static void Remove(string folder)
    {
        if (!Directory.Exists(folder)) return;
        var gone = Path.Combine(Path.GetDirectoryName(folder) ?? "", $".gone-{Path.GetFileName(folder)}");
        if (Directory.Exists(gone)) Directory.Delete(gone, recursive: true);
        Directory.Move(folder, gone);
        Directory.Delete(gone, recursive: true);
    }
}
