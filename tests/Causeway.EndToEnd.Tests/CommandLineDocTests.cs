using System.Text;
using Causeway.Testing;

namespace Causeway.EndToEnd.Tests;

public sealed class CommandLineDocTests
{
    private static readonly string[][] _verbs = [[], ["serve"], ["check"], ["plan"], ["route", "explain"], ["key"], ["key", "new"], ["key", "hash"], ["log"], ["audit"],
        ["catalog"], ["catalog", "list"], ["catalog", "show"], ["catalog", "diff"], ["catalog", "refresh"], ["catalog", "sunset"], ["tune"], ["tune", "check"], ["tune", "export"], ["tune", "import"], ["probe"], ["kill"], ["unkill"], ["kills"]];

    /// <summary>With <c>UPDATE_GOLDEN=1</c> the page is written anew.</summary>
    [Fact]
    public async Task The_command_line_reference_is_what_the_program_says()
    {
        using var folder = new TempFolder();
        var page = new StringBuilder("# The command line\n\nThis page is the program's own `--help`; a test holds the two together.\n\nExit codes: 0 done; 1 understood, but it could not be done; 2 the command line or the spec is wrong.\n");
        foreach (var verb in _verbs)
        {
            var (_, help, _) = await CausewayProcess.RunAsync(folder.Path, [.. verb, "--help"]);
            var lines = help.Replace("causeway.dll", "causeway", StringComparison.Ordinal).Split('\n').Select(l => l.TrimEnd());
            page.Append($"\n## {string.Join(' ', ["causeway", .. verb])}\n\n```\n{string.Join('\n', lines).Trim()}\n```\n");
        }

        var path = Path.Combine(Repository.Root, "docs", "reference", "cli.md");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") await File.WriteAllTextAsync(path, page.ToString(), TestContext.Current.CancellationToken);
        Assert.Equal(page.ToString(), await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }
}
