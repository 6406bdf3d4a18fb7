using System.Net.Sockets;
using System.Text;
using Causeway.Ledger;
using Causeway.Testing;

namespace Causeway.Gateway.Tests;

// Memory is the process's: nothing else may run meanwhile.
[Collection(nameof(Alone))]
public sealed class LimitTests
{
    [Fact]
    public async Task One_request_too_many_is_a_429_that_says_when_to_come_again()
    {
        var go = new SemaphoreSlim(0);
        await using var upstream = new FakeUpstream(async e =>
        {
            await go.WaitAsync(e.Stopped);
            await e.AnswerAsync(200, "application/json", Wires.Completion);
        });
        await using var gateway = await TestGateway.StartAsync(upstream, "limits: { concurrentRequests: 2 }");

        var first = gateway.SendAsync(TestGateway.Chat());
        var second = gateway.SendAsync(TestGateway.Chat());
        await Eventually.TrueAsync(() => upstream.Requests.Count == 2, "two requests are in progress");
        using var third = await gateway.SendAsync(TestGateway.Chat());
        await CallerErrorTests.AssertErrorAsync(third, 429, "too_many_requests_in_progress");
        Assert.Equal(TimeSpan.FromSeconds(1), third.Headers.RetryAfter?.Delta);
        go.Release(3);

        Assert.Equal(200, (int)(await first).StatusCode);
        Assert.Equal(200, (int)(await second).StatusCode);
        // A caller may have its answer a moment before the gateway has done with it.
        await Eventually.GetAsync(() => gateway.Http.GetStringAsync("/readyz"), ready => ready.Contains("\"exchanges_in_progress\":0", StringComparison.Ordinal), "nothing is in progress");
        using var after = await gateway.SendAsync(TestGateway.Chat());
        Assert.Equal(200, (int)after.StatusCode);
    }

    [Fact]
    public async Task A_caller_that_stops_reading_is_let_go_and_its_upstream_too()
    {
        await using var upstream = new FakeUpstream(EndlessAsync);
        await using var gateway = await TestGateway.StartAsync(upstream, "limits: { idle: 500ms }");
        using var stalled = await StalledReaderAsync(gateway);

        var row = Assert.Single(await gateway.SettledAsync());

        Assert.Equal(Outcome.ClientGone, row.Outcome);
        // The server's buffers and the two sockets', not what the upstream would have sent.
        Assert.InRange(row.ResponseBytes, 1, 32 << 20);
    }

    [Fact]
    public async Task Five_hundred_streams_are_not_delayed_by_slow_readers_among_them()
    {
        await using var upstream = new FakeUpstream(async e =>
        {
            if (e.Body.Contains("stalled", StringComparison.Ordinal))
            {
                await EndlessAsync(e);
                return;
            }
            await e.StartEventsAsync();
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            for (var i = 0; i < 10; i++)
            {
                await e.ChunkAsync(Wires.Delta("word"));
                await tick.WaitForNextTickAsync(e.Stopped);
            }
            await e.ChunkAsync(Wires.Finish + Wires.Done);
            await e.EndChunksAsync();
        });
        await using var gateway = await TestGateway.StartAsync(upstream, "limits: { idle: 20s }");
        var expected = string.Concat(Enumerable.Repeat(Wires.Delta("word"), 10)) + Wires.Finish + Wires.Done;
        var before = GC.GetTotalMemory(forceFullCollection: true);

        using var slow1 = await StalledReaderAsync(gateway);
        using var slow2 = await StalledReaderAsync(gateway);
        var streams = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => ReadAsync(gateway)));

        Assert.All(streams, text => Assert.Equal(expected, text));
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(grown, long.MinValue, 200L << 20);
    }

    [Fact]
    public async Task A_body_that_arrives_too_slowly_runs_into_the_total_limit()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(upstream, "limits: { total: 500ms, timeToFirstToken: 500ms, idle: 500ms }");

        var answer = await gateway.RawAsync("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"model\"", until: "\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 504 ", answer, StringComparison.Ordinal);
        Assert.Empty(upstream.Requests);
    }

    private static async Task<string> ReadAsync(TestGateway gateway)
    {
        using var answer = await gateway.SendAsync(TestGateway.Chat(stream: true));
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task EndlessAsync(FakeExchange exchange)
    {
        await exchange.StartEventsAsync();
        var events = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Wires.Delta(new string('x', 1000)), 16)));
        while (true) await exchange.ChunkAsync(events);
    }

    /// <summary>A caller that sends its request and never reads.</summary>
    private static async Task<TcpClient> StalledReaderAsync(TestGateway gateway)
    {
        var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync("127.0.0.1", gateway.Port);
        var body = TestGateway.Chat("stalled", stream: true);
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(
            $"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        return client;
    }
}
