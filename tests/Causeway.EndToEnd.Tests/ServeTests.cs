using System.Net;
using System.Text.Json;
using Causeway.Testing;

namespace Causeway.EndToEnd.Tests;

public sealed class ServeTests
{
    [Fact]
    public async Task With_nothing_given_it_answers_says_where_things_are_and_stops_cleanly()
    {
        using var folder = new TempFolder();
        var (program, address) = await CausewayProcess.ServeAsync(folder.Path);
        await using var _ = program;
        using var http = new HttpClient { BaseAddress = address };

        using var answer = await http.PostAsync("/v1/chat/completions", TestGateway.Json(TestGateway.Chat("gpt-4o")));
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());

        Assert.Equal("causeway-tiny", json.RootElement.GetProperty("model").GetString());
        Assert.False(answer.Headers.Contains("x-causeway-rehearsal"));
        Assert.NotEmpty(json.RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!);
        Assert.Contains("curl ", program.Output, StringComparison.Ordinal);
        Assert.Contains(folder.File(".causeway"), program.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder.Path, ".causeway", "causeway.db")));

        program.Terminate();
        Assert.Equal(0, await program.ExitAsync());
        var (exit, log, _) = await CausewayProcess.RunAsync(folder.Path, ["log", "--json"]);
        Assert.Equal(0, exit);
        Assert.Equal(answer.Headers.GetValues("x-causeway-request-id").Single(), JsonDocument.Parse(log.Trim()).RootElement.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Without_its_model_it_says_so_and_plays_the_rehearsal()
    {
        using var folder = new TempFolder();
        // A store's own entry comes before the shipped model, and this one leads nowhere.
        Directory.CreateDirectory(folder.File(".causeway/models/causeway-tiny"));
        await File.WriteAllTextAsync(folder.File(".causeway/models/causeway-tiny/model.json"), """{"path": "gone"}""", TestContext.Current.CancellationToken);
        var (program, address) = await CausewayProcess.ServeAsync(folder.Path);
        await using var running = program;
        using var http = new HttpClient { BaseAddress = address };

        using var answer = await http.PostAsync("/v1/chat/completions", TestGateway.Json(TestGateway.Chat("gpt-4o")));

        Assert.Equal("true", answer.Headers.GetValues("x-causeway-rehearsal").Single());
        Assert.Contains("a rehearsal, since causeway-tiny", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_line_to_paste_works_as_printed()
    {
        using var folder = new TempFolder();
        var (program, _) = await CausewayProcess.ServeAsync(folder.Path);
        await using var running = program;
        var lines = program.Output.Split('\n').SkipWhile(l => !l.Contains("curl ", StringComparison.Ordinal)).Take(2);

        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("sh", ["-c", string.Join('\n', lines) + " -s --noproxy '*'"]) { RedirectStandardOutput = true })!;
        var printed = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal("chat.completion", JsonDocument.Parse(printed).RootElement.GetProperty("object").GetString());
    }

    [Fact]
    public async Task Every_endpoint_answers()
    {
        using var folder = new TempFolder();
        var (program, address) = await CausewayProcess.ServeAsync(folder.Path);
        await using var running = program;
        using var http = new HttpClient { BaseAddress = address };

        foreach (var path in new[] { "/healthz", "/readyz", "/v1/models", "/v1/models/gpt-4o", "/v1/files", "/v1/fine_tuning/jobs" })
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(path)).StatusCode);
        using var stream = await http.PostAsync("/v1/chat/completions", TestGateway.Json(TestGateway.Chat("gpt-4o", stream: true)));
        Assert.EndsWith("data: [DONE]\n\n", await stream.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/v1/assistants")).StatusCode);
    }

    [Theory]
    [InlineData("0.0.0.0:0")]
    [InlineData("*:0")]
    [InlineData("[::]:0")]
    public async Task It_refuses_to_serve_other_machines_without_a_key(string listen)
    {
        using var folder = new TempFolder();

        var (exit, _, errors) = await CausewayProcess.RunAsync(folder.Path, ["serve", "--listen", listen]);

        Assert.Equal(2, exit);
        Assert.Contains("causeway key new", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File(".causeway")));
    }

    [Fact]
    public async Task A_taken_port_is_a_clear_error()
    {
        using var folder = new TempFolder();
        using var other = new TempFolder();
        var (program, address) = await CausewayProcess.ServeAsync(folder.Path);
        await using var running = program;

        var (exit, _, errors) = await CausewayProcess.RunAsync(other.Path, ["serve", "--listen", $"127.0.0.1:{address.Port}"]);

        Assert.Equal(1, exit);
        Assert.Contains("in use", errors, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_folder_in_use_is_a_clear_error()
    {
        using var folder = new TempFolder();
        var (program, _) = await CausewayProcess.ServeAsync(folder.Path);
        await using var running = program;

        var (exit, _, errors) = await CausewayProcess.RunAsync(folder.Path, ["serve", "--listen", "127.0.0.1:0"]);

        Assert.Equal(1, exit);
        Assert.Contains(".causeway", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_lets_a_running_stream_finish()
    {
        using var folder = new TempFolder();
        var (program, address) = await CausewayProcess.ServeAsync(folder.Path);
        await using var running = program;
        using var http = new HttpClient { BaseAddress = address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = TestGateway.Json(TestGateway.Chat("rehearsal-slow", stream: true, more: ",\"max_tokens\":12")) };

        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        program.Terminate();
        var text = await answer.Content.ReadAsStringAsync();

        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        Assert.Equal(0, await program.ExitAsync());
        var (_, log, _) = await CausewayProcess.RunAsync(folder.Path, ["log", "--json"]);
        Assert.Contains("\"outcome\":\"Succeeded\"", log, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_second_signal_hurries_and_says_so_in_the_stream()
    {
        using var folder = new TempFolder();
        var (program, address) = await CausewayProcess.ServeAsync(folder.Path);
        await using var running = program;
        using var http = new HttpClient { BaseAddress = address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = TestGateway.Json(TestGateway.Chat("rehearsal-slow", stream: true, more: ",\"max_tokens\":500")) };

        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        program.Terminate();
        await Eventually.TrueAsync(() => program.Output.Contains("Stopping", StringComparison.Ordinal), "the first signal is acknowledged");
        program.Terminate();
        using var body = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var last = "";
        try
        {
            while (await body.ReadLineAsync() is { } line) last = line.Length > 0 ? line : last;
        }
        catch (IOException)
        {
            // The connection ends without the last chunk: that is the point.
        }

        Assert.Contains("shutting_down", last, StringComparison.Ordinal);
        Assert.Equal(0, await program.ExitAsync());
    }
}
