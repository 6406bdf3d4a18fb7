namespace Causeway.Spec.Tests;

/// <summary>Files of the repository as the tests see it, and generated files that must match what is checked in.</summary>
internal static class Repository
{
    private static readonly string Root = FindRoot();

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    /// <summary>Fails when the file differs from <paramref name="expected"/>; with UPDATE_GOLDEN=1 writes it instead.</summary>
    public static void AssertMatches(string relative, string expected)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(PathOf(relative), expected);
        Assert.True(File.Exists(PathOf(relative)), $"{relative} is missing: run the tests once with UPDATE_GOLDEN=1");
        Assert.Equal(expected, Read(relative));
    }

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "Causeway.slnx"))) return folder;
        throw new InvalidOperationException("the tests run outside the repository");
    }
}
