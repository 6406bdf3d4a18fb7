using System.Text;

namespace Causeway.Spec.Catalog;

/// <summary>The operator's own catalog file, in the data folder.</summary>
public static class CatalogFolder
{
    public const string FileName = "catalog.json";

    public static string PathIn(string dataFolder) => Path.Combine(dataFolder, FileName);

    /// <summary>The built-in catalog with the folder's file over it, if there is one.</summary>
    /// <exception cref="CatalogFormatException">There is one, and it cannot be used.</exception>
    public static ModelCatalog Read(string dataFolder) => ModelCatalog.BuiltIn.With(ReadOwn(dataFolder));

    /// <summary>What the folder's file has; an empty file when there is none.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static CatalogFile ReadOwn(string dataFolder) => File.Exists(PathIn(dataFolder)) ? ReadFile(PathIn(dataFolder)) : CatalogFile.Empty;

    /// <summary>Reads at most what a catalog may have, however large the file is.</summary>
    /// <exception cref="CatalogFormatException">It cannot be read, or is no catalog.</exception>
    public static CatalogFile ReadFile(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var buffer = new byte[(int)Math.Min(file.Length, CatalogReader.MaxBytes) + 1];
            var length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (length == buffer.Length) throw new CatalogFormatException($"{path} is larger than {CatalogReader.MaxBytes >> 20} MiB");
            return CatalogReader.Read(buffer.AsMemory(0, length), path);
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new CatalogFormatException($"{path} cannot be read: {broken.Message}", broken);
        }
    }

    /// <summary>Puts the file in the place of the old one in one step, so that a gateway that reloads sees either.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string dataFolder, CatalogFile file)
    {
        Directory.CreateDirectory(dataFolder);
        var next = PathIn(dataFolder) + ".new";
        File.WriteAllText(next, CatalogWriter.Write(file), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        File.Move(next, PathIn(dataFolder), overwrite: true);
    }
}
