using System.Text.Json;
using Causeway.Testing;

namespace Causeway.EndToEnd.Tests;

public sealed class SpecVerbTests
{
    private const string Good = """
        apiVersion: causeway/v1
        upstreams: { up: { type: openai-compatible, baseUrl: "http://127.0.0.1:9/v1", apiKey: "${UP_KEY}" } }
        routes: { all: { match: { model: "*" }, targets: [ { upstream: up } ] } }
        """;

    private static readonly Dictionary<string, string> _secret = new() { ["UP_KEY"] = "sk-very-secret" };

    [Fact]
    public async Task Check_finds_mistakes_with_line_column_code_and_suggestion()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("causeway.yaml"), Good.Replace("targets", "targts", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        var (exit, _, errors) = await CausewayProcess.RunAsync(folder.Path, ["check", "-f", "causeway.yaml"], _secret);

        Assert.Equal(2, exit);
        Assert.Matches(@"causeway\.yaml:3:\d+: error SPEC\d{4}: .*targts.*targets", errors);
    }

    [Fact]
    public async Task Check_passes_a_good_spec()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("causeway.yaml"), Good, TestContext.Current.CancellationToken);

        var (exit, _, _) = await CausewayProcess.RunAsync(folder.Path, ["check"], _secret);

        Assert.Equal(0, exit);
    }

    [Fact]
    public async Task A_missing_file_or_variable_is_said_plainly()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("causeway.yaml"), Good, TestContext.Current.CancellationToken);

        var (noVariable, _, variable) = await CausewayProcess.RunAsync(folder.Path, ["serve", "--listen", "127.0.0.1:0"]);
        var (noFile, _, file) = await CausewayProcess.RunAsync(folder.Path, ["check", "-f", "nowhere.yaml"]);

        Assert.Equal((2, 2), (noVariable, noFile));
        Assert.Contains("UP_KEY", variable, StringComparison.Ordinal);
        Assert.Contains("nowhere.yaml", file, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", variable + file, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_prints_the_plan_and_never_a_secret()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("causeway.yaml"), Good, TestContext.Current.CancellationToken);

        var (exit, text, _) = await CausewayProcess.RunAsync(folder.Path, ["plan"], _secret);
        var (_, json, _) = await CausewayProcess.RunAsync(folder.Path, ["plan", "--json"], _secret);

        Assert.Equal(0, exit);
        Assert.Contains("sha256:", text, StringComparison.Ordinal);
        Assert.Contains("${UP_KEY}", text, StringComparison.Ordinal);
        using var parsed = JsonDocument.Parse(json);
        Assert.DoesNotContain("very-secret", text + json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_key_is_shown_once_and_its_line_makes_a_spec_that_accepts_it()
    {
        using var folder = new TempFolder();
        var (exit, line, shown) = await CausewayProcess.RunAsync(folder.Path, ["key", "new", "ci"]);
        Assert.Equal(0, exit);
        var key = shown.Split('\n').Select(l => l.Trim()).Single(l => l.StartsWith("cw-", StringComparison.Ordinal));
        Assert.DoesNotContain(key, line, StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder.File("causeway.yaml"), """
            apiVersion: causeway/v1
            upstreams: { stage: { type: rehearsal } }
            routes: { all: { match: { model: "*" }, targets: [ { upstream: stage } ] } }
            keys:

            """ + line, TestContext.Current.CancellationToken);
        var (program, address) = await CausewayProcess.ServeAsync(folder.Path);
        await using var running = program;
        using var http = new HttpClient { BaseAddress = address };

        Assert.Equal(401, (int)(await http.GetAsync("/v1/models")).StatusCode);
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        Assert.Equal(200, (int)(await http.GetAsync("/v1/models")).StatusCode);
        Assert.DoesNotContain(key, program.Output + program.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_teaches_every_verb()
    {
        using var folder = new TempFolder();
        var (exit, help, _) = await CausewayProcess.RunAsync(folder.Path, ["--help"]);
        Assert.Equal(0, exit);
        foreach (var verb in new[] { "serve", "check", "plan", "key", "log", "audit" })
        {
            Assert.Contains(verb, help, StringComparison.Ordinal);
            var (verbExit, verbHelp, _) = await CausewayProcess.RunAsync(folder.Path, [verb, "--help"]);
            Assert.Equal(0, verbExit);
            Assert.True(verbHelp.Length > 100, verbHelp);
        }
        var (wrong, output, errors) = await CausewayProcess.RunAsync(folder.Path, ["sevre"]);
        Assert.NotEqual(0, wrong);
        Assert.Contains("serve", errors + output, StringComparison.Ordinal);
    }
}
