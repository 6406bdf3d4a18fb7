namespace Causeway.Wire.Tests;

/// <summary>Files of the repository that tests compare with; <c>UPDATE_GOLDEN=1</c> rewrites them.</summary>
internal static class Golden
{
    public static string Root { get; } = FindRoot();

    public static string Fixtures { get; } = Path.Combine(Root, "tests", "Causeway.Wire.Tests", "Fixtures");

    public static byte[] Fixture(string path) => File.ReadAllBytes(Path.Combine(Fixtures, path));

    /// <summary>The names of a folder's fixtures, as theory data.</summary>
    public static TheoryData<string> Names(string folder, string extension) =>
        [.. Directory.GetFiles(Path.Combine(Fixtures, folder), "*" + extension).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    public static void Verify(string path, ReadOnlySpan<byte> actual)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllBytes(path, actual);
        Assert.True(File.Exists(path), $"{path} is missing; UPDATE_GOLDEN=1 writes it.");
        var expected = File.ReadAllBytes(path);
        if (!actual.SequenceEqual(expected))
            Assert.Equal(System.Text.Encoding.UTF8.GetString(expected), System.Text.Encoding.UTF8.GetString(actual));
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Causeway.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("Causeway.slnx is not above the test's folder.");
    }
}
