using System.ComponentModel;
using System.Diagnostics;

namespace Causeway.Repository.Tests.Tree;

/// <summary>
/// The checkout that these tests were built from: the folder of <c>Causeway.slnx</c>, and the files in it that git tracks or would track.
/// Without git the tests are skipped with a sentence on a laptop and fail where <see cref="RequireAll"/> holds. Thread-safe.
/// </summary>
internal static class RepositoryRoot
{
    private static readonly Lazy<IReadOnlyList<string>?> _files = new(ListFiles);

    public static string Folder { get; } = FindFolder();

    /// <summary>True in CI: nothing may be skipped there.</summary>
    public static bool RequireAll =>
        Environment.GetEnvironmentVariable("CAUSEWAY_REQUIRE_ALL") == "1" || Environment.GetEnvironmentVariable("CI") == "true";

    public static bool UpdateGolden => Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1";

    /// <summary>Paths relative to the root with <c>/</c>, sorted; ignored and deleted files are not among them.</summary>
    public static IReadOnlyList<string> Files
    {
        get
        {
            if (_files.Value is { } files)
                return files;
            Assert.SkipUnless(RequireAll, "git is not here, so it is unknown which files belong to the repository.");
            throw new InvalidOperationException("git is needed to list the files of the repository: install it.");
        }
    }

    public static string PathOf(string relative) => Path.Combine(Folder, relative);

    public static bool Has(string relative) => File.Exists(PathOf(relative));

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    public static IEnumerable<string> FilesUnder(string folder, string extension = "") =>
        Files.Where(file => file.StartsWith(folder, StringComparison.Ordinal) && file.EndsWith(extension, StringComparison.Ordinal));

    /// <summary>Files that people read; a NUL byte near the start marks the others.</summary>
    public static IEnumerable<(string Path, string Text)> TextFiles() =>
        Files.Select(file => (file, Read(file))).Where(file => !file.Item2.AsSpan(0, Math.Min(file.Item2.Length, 8000)).Contains('\0'));

    private static string FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Causeway.slnx")))
                return folder.FullName;
        }
        throw new InvalidOperationException($"No Causeway.slnx above {AppContext.BaseDirectory}.");
    }

    private static IReadOnlyList<string>? ListFiles()
    {
        // A checkout that belongs to another user is usual in containers, and reading its index is harmless.
        var start = new ProcessStartInfo("git", ["-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
        };
        try
        {
            using var git = Process.Start(start) ?? throw new Win32Exception();
            var output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            return git.ExitCode == 0 ? Existing(output) : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static string[] Existing(string output) =>
    [
        .. output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(Has).Distinct().Order(StringComparer.Ordinal),
    ];
}
