namespace Causeway.Models;

/// <summary>Bytes of a model's files.</summary>
internal static class ModelSize
{
    /// <summary>Of a file, or of everything in a folder; 0 when there is nothing.</summary>
    public static long Of(string path)
    {
        if (File.Exists(path)) return new FileInfo(path).Length;
        return Directory.Exists(path) ? new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) : 0;
    }
}
