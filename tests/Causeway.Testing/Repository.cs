namespace Causeway.Testing;

/// <summary>The checkout the tests run in.</summary>
public static class Repository
{
    /// <summary>The folder of Causeway.slnx.</summary>
    public static string Root { get; } = Find();

    public static bool HasProgram(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, name)));

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Causeway.slnx"))) return folder.FullName;
        throw new DirectoryNotFoundException("The tests run outside the repository: no Causeway.slnx above them.");
    }
}
