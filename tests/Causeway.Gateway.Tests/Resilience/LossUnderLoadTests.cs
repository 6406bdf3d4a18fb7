using System.Collections.Concurrent;
using System.Net;
using Causeway.Gateway.Resilience;
using Causeway.Testing;

namespace Causeway.Gateway.Tests.Resilience;

/// <summary>One of three upstreams goes away under load and comes back.</summary>
public sealed class LossUnderLoadTests
{
    private const int RequestsASecond = 500;

    [Fact]
    public async Task Losing_one_of_three_upstreams_under_load_is_seen_by_no_caller_and_it_is_not_trampled_when_it_returns()
    {
        var isDown = false;
        var (seenDown, inside, mostAfterReturn, hasReturned) = (0, 0, 0, false);
        await using var first = new FakeUpstream(async e =>
        {
            if (Volatile.Read(ref isDown))
            {
                Interlocked.Increment(ref seenDown);
                e.Reset();
                return;
            }
            var now = Interlocked.Increment(ref inside);
            if (Volatile.Read(ref hasReturned) && mostAfterReturn == 0) mostAfterReturn = now;
            await e.AnswerAsync(200, "application/json", Wires.Completion);
            Interlocked.Decrement(ref inside);
        });
        await using var second = FakeUpstream.Json(Wires.Completion);
        await using var third = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync($$"""
            upstreams:
              first: { type: openai-compatible, baseUrl: "{{first.BaseUrl}}", breaker: { failures: 5, window: 30s, open: 1s } }
              second: { type: openai-compatible, baseUrl: "{{second.BaseUrl}}" }
              third: { type: openai-compatible, baseUrl: "{{third.BaseUrl}}" }
            routes: { r: { match: { model: "*" }, targets: [ { upstream: first }, { upstream: second }, { upstream: third } ] } }
            """);
        var breaker = gateway.Plans.Current.Lanes.All.Single(pair => pair.Key.Upstream == "first").Value.Breaker;
        var statuses = new ConcurrentQueue<HttpStatusCode>();
        using var stop = new CancellationTokenSource();
        var load = LoadAsync(gateway, statuses, stop.Token);

        await Eventually.TrueAsync(() => statuses.Count > 200, "the load runs");
        Volatile.Write(ref isDown, true);
        await Eventually.TrueAsync(() => breaker.Condition != BreakerCondition.Closed, "the breaker opens");
        var atOpening = statuses.Count;
        await Eventually.TrueAsync(() => statuses.Count > atOpening + RequestsASecond, "traffic goes on without it");
        Volatile.Write(ref hasReturned, true);
        Volatile.Write(ref isDown, false);
        await Eventually.TrueAsync(() => breaker.Condition == BreakerCondition.Closed, "it is used again");
        await stop.CancelAsync();
        var sent = await load;

        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(sent, statuses.Count);
        // Those that were on their way when it went, each with one replacement of its connection, and one trial a second.
        Assert.InRange(seenDown, 5, 150);
        Assert.Equal(1, mostAfterReturn);
        var rows = await gateway.SettledAsync(sent);
        Assert.Equal(sent, rows.Select(row => row.Id).Distinct().Count());
        Assert.Contains(rows, row => row.Attempts == "first skipped: breaker open → second 200");
    }

    /// <summary>Open loop: the next request leaves on time whatever became of the last. Returns how many were sent.</summary>
    private static async Task<int> LoadAsync(TestGateway gateway, ConcurrentQueue<HttpStatusCode> statuses, CancellationToken stop)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var running = new List<Task>();
        while (!stop.IsCancellationRequested)
        {
            await tick.WaitForNextTickAsync(CancellationToken.None);
            for (var i = 0; i < RequestsASecond / 100; i++) running.Add(OneAsync(gateway, statuses));
        }
        await Task.WhenAll(running);
        return running.Count;
    }

    private static async Task OneAsync(TestGateway gateway, ConcurrentQueue<HttpStatusCode> statuses)
    {
        using var answer = await gateway.SendAsync(TestGateway.Chat());
        await answer.Content.ReadAsStringAsync();
        statuses.Enqueue(answer.StatusCode);
    }
}
