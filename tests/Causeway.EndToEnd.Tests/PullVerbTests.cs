using Causeway.Testing;
using Causeway.TinyModels;

namespace Causeway.EndToEnd.Tests;

/// <summary><c>causeway models pull</c> as a process, from the hub's stand-in to an answer.</summary>
public sealed class PullVerbTests : IAsyncLifetime
{
    private const int Some = 40_000;

    private readonly TempFolder _folder = new();
    private readonly HubStandIn _hub = new();

    private Dictionary<string, string> Environment => new() { ["HF_ENDPOINT"] = _hub.Endpoint.ToString() };

    public ValueTask InitializeAsync()
    {
        var made = Directory.CreateDirectory(_folder.File("made")).FullName;
        TinyModel.Create(TinyArchitecture.Qwen3).WriteFolder(made);
        foreach (var file in Directory.EnumerateFiles(made)) _hub.Files[Path.GetFileName(file)] = File.ReadAllBytes(file);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_pulled_model_is_listed_shown_served_and_removed()
    {
        var pulled = await RunAsync("pull", HubStandIn.Id);
        var listed = await RunAsync("list");
        var shown = await RunAsync("show", "tiny");
        Assert.Equal((0, 0, 0), (pulled.ExitCode, listed.ExitCode, shown.ExitCode));
        // Not a terminal: lines of files, and nothing of a bar.
        Assert.DoesNotContain('%', pulled.Output);
        Assert.DoesNotContain('\e', pulled.Output);
        Assert.Contains("model.safetensors", pulled.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^tiny +[\d.]+ kB +acme/tiny", listed.Output);
        Assert.Contains($"{HubStandIn.Id} at {HubStandIn.Commit}", shown.Output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(_folder.File("causeway.yaml"), """
            apiVersion: causeway/v1
            upstreams: { local: { type: embedded, threads: 1 } }
            routes: { all: { match: { model: "*" }, targets: [ { upstream: local } ] } }
            """, Cancel);
        var (program, address) = await CausewayProcess.ServeAsync(_folder.Path);
        await using (program)
        {
            // The line to paste asks for what there is.
            Assert.Contains("\"model\": \"tiny\"", program.Output, StringComparison.Ordinal);
            using var http = new HttpClient { BaseAddress = address };
            using var answer = await http.PostAsync("/v1/chat/completions", TestGateway.Json(TestGateway.Chat("tiny", more: ",\"max_tokens\":2")), Cancel);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        }

        Assert.Contains("its files are gone", (await RunAsync("rm", "tiny")).Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File(".causeway/models/tiny")));
    }

    [Fact]
    public async Task An_interrupt_keeps_what_has_come_and_the_same_command_goes_on_from_there()
    {
        _hub.HangAfter = Some;
        await using (var program = CausewayProcess.Start(_folder.Path, ["models", "pull", HubStandIn.Id], Environment))
        {
            await PartHasComeAsync();
            program.Interrupt();

            Assert.Equal(1, await program.ExitAsync());
            Assert.Contains("Stopped. What has come is kept; the same command goes on from there.", program.Errors, StringComparison.Ordinal);
        }
        var listed = await RunAsync("list");
        _hub.HangAfter = null;
        var (exitCode, _, errors) = await RunAsync("pull", HubStandIn.Id);

        Assert.DoesNotMatch("(?m)^tiny", listed.Output);
        Assert.True(exitCode == 0, errors);
        Assert.Contains(_hub.StorageRequests, request => request.Header("Range") == $"bytes={Some}-");
    }

    [Fact]
    public async Task A_terminal_has_a_bar_and_its_interrupt_key_stops_the_pull()
    {
        Skip.UnlessRequired(OperatingSystem.IsLinux() && Repository.HasProgram("script"), "script makes the terminal for this test; install util-linux.");
        _hub.HangAfter = Some;
        await using var program = CausewayProcess.StartOnTerminal(_folder.Path, ["models", "pull", HubStandIn.Id], Environment);

        await Eventually.TrueAsync(() => Bar(program.Output), "the bar shows bytes and a percentage");
        program.Type("\x03");

        await program.ExitAsync();
        await Eventually.TrueAsync(() => program.Output.Contains("Stopped. What has come is kept", StringComparison.Ordinal), "it has said that it stopped");

        static bool Bar(string output) => System.Text.RegularExpressions.Regex.IsMatch(output, @"\[#+\.+\] [\d.]+%  [\d.]+ kB of [\d.]+ kB  [\d.]+ kB/s");
    }

    [Fact]
    public async Task A_wrong_checksum_and_a_hub_that_is_away_are_a_sentence_and_an_exit_code()
    {
        _hub.Corrupted = "model.safetensors";
        var wrong = await RunAsync("pull", HubStandIn.Id);
        var away = await CausewayProcess.RunAsync(_folder.Path, ["models", "pull", HubStandIn.Id], new Dictionary<string, string> { ["HF_ENDPOINT"] = "http://127.0.0.1:9" });

        Assert.Equal((1, 1), (wrong.ExitCode, away.ExitCode));
        Assert.Matches("^model.safetensors came with another checksum than the hub announced, so it was thrown away.*The other files are kept; run the same command again.\n$", wrong.Errors);
        Assert.Equal("127.0.0.1 could not be reached. HF_ENDPOINT names another hub.\n", away.Errors);
        Assert.DoesNotMatch("(?m)^tiny", (await RunAsync("list")).Output);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) =>
        CausewayProcess.RunAsync(_folder.Path, ["models", .. arguments], Environment);

    // One file of several: whichever the hub was asked for first may not be the only one under way.
    private Task PartHasComeAsync()
    {
        var part = _folder.File(".causeway/models/.pull-tiny/model.safetensors.part");
        return Eventually.TrueAsync(() => File.Exists(part) && new FileInfo(part).Length == Some, "the first part has come");
    }
}
