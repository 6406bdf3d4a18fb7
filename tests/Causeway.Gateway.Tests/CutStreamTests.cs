using System.Text.Json;
using Causeway.Ledger;
using Causeway.Testing;

namespace Causeway.Gateway.Tests;

/// <summary>Streams that fail after their first byte: an error event every SDK raises, and a connection that does not end in good order.</summary>
public sealed class CutStreamTests
{
    private const string ShortIdle = "limits: { idle: 300ms }";

    public static TheoryData<string, string> Cuts => new()
    {
        { "close", "upstream_stream_cut" },
        { "reset", "upstream_stream_cut" },
        { "half-close", "upstream_stream_cut" },
        { "end-without-finish", "upstream_stream_cut" },
        { "stall", "upstream_stream_stalled" },
        { "error-event", "upstream_stream_error" },
        { "not-json", "upstream_invalid_response" },
    };

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task A_cut_stream_ends_in_an_error_event_and_a_broken_connection(string how, string code)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = new FakeUpstream(e => CutAsync(e, how, seen.Task));
        await using var gateway = await TestGateway.StartAsync(upstream, ShortIdle);

        // The head leaves with the first event: a fault that came earlier would be another test.
        using var answer = await gateway.SendAsync(TestGateway.Chat(stream: true));
        seen.SetResult();
        var (text, endedInOrder) = await ReadAsync(answer);

        var events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Wires.Delta("Hi").TrimEnd(), events[0]);
        Assert.Equal(2, events.Length);
        using var last = JsonDocument.Parse(events[1]["data: ".Length..]);
        Assert.Equal(code, last.RootElement.GetProperty("error").GetProperty("code").GetString());
        Assert.DoesNotContain("\"stop\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        Assert.False(endedInOrder);
        var row = Assert.Single(await gateway.SettledAsync());
        Assert.Equal((Outcome.Cut, 200, code, UsageSource.Counted), (row.Outcome, row.Status, row.ErrorCode, row.UsageSource));
    }

    [Theory]
    [InlineData("no-done")]
    [InlineData("no-last-newline")]
    public async Task A_complete_stream_with_an_untidy_end_is_tidied(string how)
    {
        await using var upstream = new FakeUpstream(async e =>
        {
            await e.StartEventsAsync();
            await e.ChunkAsync(how == "no-done" ? Wires.Delta("Hi") + Wires.Finish : (Wires.Delta("Hi") + Wires.Finish + Wires.Done).TrimEnd());
            await e.EndChunksAsync();
        });
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.SendAsync(TestGateway.Chat(stream: true));

        Assert.Equal(Wires.Delta("Hi") + Wires.Finish + Wires.Done, await answer.Content.ReadAsStringAsync());
        Assert.Equal(Outcome.Succeeded, Assert.Single(await gateway.SettledAsync()).Outcome);
    }

    [Fact]
    public async Task The_total_limit_ends_a_stream_that_never_does()
    {
        await using var upstream = new FakeUpstream(async e =>
        {
            await e.StartEventsAsync();
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            while (await tick.WaitForNextTickAsync(e.Stopped)) await e.ChunkAsync(Wires.Delta("tick"));
        });
        await using var gateway = await TestGateway.StartAsync(upstream, "limits: { total: 500ms, idle: 400ms, timeToFirstToken: 400ms }");

        using var answer = await gateway.SendAsync(TestGateway.Chat(stream: true));
        var (text, _) = await ReadAsync(answer);

        Assert.Contains("deadline_exceeded", text, StringComparison.Ordinal);
        Assert.Equal("deadline_exceeded", Assert.Single(await gateway.SettledAsync()).ErrorCode);
    }

    [Fact]
    public async Task An_event_without_end_is_bounded()
    {
        await using var upstream = new FakeUpstream(async e =>
        {
            await e.StartEventsAsync();
            await e.ChunkAsync(Wires.Delta("Hi"));
            var junk = "data: " + new string('x', 1 << 20);
            while (true) await e.ChunkAsync(junk);
        });
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.SendAsync(TestGateway.Chat(stream: true));
        var (text, _) = await ReadAsync(answer);

        Assert.Contains("upstream_invalid_response", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_huge_event_that_ends_arrives_whole()
    {
        var huge = Wires.Delta(new string('é', 3 << 20));
        await using var upstream = FakeUpstream.Events(huge + Wires.Finish + Wires.Done);
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.SendAsync(TestGateway.Chat(stream: true));

        Assert.Equal(huge + Wires.Finish + Wires.Done, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_caller_that_hangs_up_frees_the_upstream_and_is_settled_with_what_was_streamed()
    {
        await using var upstream = new FakeUpstream(async e =>
        {
            await e.StartEventsAsync();
            await e.ChunkAsync(Wires.Delta("a few words already"));
            await e.UntilHangUpAsync();
        });
        await using var gateway = await TestGateway.StartAsync(upstream);

        using (var answer = await gateway.SendAsync(TestGateway.Chat(stream: true)))
        {
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
            Assert.NotNull(await reader.ReadLineAsync());
        }

        await upstream.Requests.Single().Aborted.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        var row = Assert.Single(await gateway.SettledAsync());
        Assert.Equal((Outcome.ClientGone, UsageSource.Counted), (row.Outcome, row.UsageSource));
        Assert.True(row.Usage.Completion > 0);
    }

    [Fact]
    public async Task A_caller_that_hangs_up_before_the_answer_frees_the_upstream()
    {
        await using var upstream = new FakeUpstream(e => e.UntilHangUpAsync());
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var patience = new CancellationTokenSource();

        var pending = gateway.SendAsync(TestGateway.Chat(), patience.Token);
        await Eventually.TrueAsync(() => !upstream.Requests.IsEmpty, "the upstream is asked");
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        await upstream.Requests.Single().Aborted.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(Outcome.ClientGone, Assert.Single(await gateway.SettledAsync()).Outcome);
    }

    internal static async Task<(string Text, bool EndedInOrder)> ReadAsync(HttpResponseMessage answer)
    {
        using var body = await answer.Content.ReadAsStreamAsync();
        using var text = new MemoryStream();
        try
        {
            await body.CopyToAsync(text);
            return (System.Text.Encoding.UTF8.GetString(text.ToArray()), true);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (System.Text.Encoding.UTF8.GetString(text.ToArray()), false);
        }
    }

    private static async Task CutAsync(FakeExchange exchange, string how, Task seen)
    {
        await exchange.StartEventsAsync();
        await exchange.ChunkAsync(Wires.Delta("Hi"));
        await seen;
        switch (how)
        {
            case "close":
                exchange.Close();
                break;
            case "reset":
                exchange.Reset();
                break;
            case "half-close":
                exchange.HalfClose();
                await exchange.UntilHangUpAsync();
                break;
            case "end-without-finish":
                await exchange.EndChunksAsync();
                break;
            case "stall":
                await exchange.UntilHangUpAsync();
                break;
            case "error-event":
                await exchange.ChunkAsync("data: {\"error\":{\"message\":\"out of memory\",\"type\":\"server_error\",\"param\":null,\"code\":null}}\n\n");
                await exchange.EndChunksAsync();
                break;
            case "not-json":
                await exchange.ChunkAsync("data: {\"id\": broken\n\n");
                await exchange.EndChunksAsync();
                break;
        }
    }
}
