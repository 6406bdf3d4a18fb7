namespace Causeway.Engine.Tests.Constraints;

/// <summary>Where the repository is.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Causeway.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("Causeway.slnx is not above the test's folder.");
    }
}
