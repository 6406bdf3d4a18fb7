using System.Net;
using Causeway.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Resilience;

public sealed class WarmTests
{
    [Fact]
    public async Task Connections_are_opened_at_the_start_and_kept_in_use()
    {
        using var together = new SemaphoreSlim(0);
        var arrived = 0;
        await using var upstream = new FakeUpstream(async e =>
        {
            // Three at once: the first is answered when the third has come, so there are three connections.
            if (Interlocked.Increment(ref arrived) % 3 == 0) together.Release(3);
            await together.WaitAsync(e.Stopped);
            await e.AnswerAsync(200, "application/json", """{"object":"list","data":[]}""");
        });
        var time = new FakeTimeProvider();
        await using var gateway = await TestGateway.StartAsync(Spec(upstream.BaseUrl), time);

        await Eventually.TrueAsync(() => upstream.Requests.Count == 3, "three connections are open");
        Assert.All(upstream.Requests, request => Assert.StartsWith("GET /v1/models HTTP/1.1", request.Head, StringComparison.Ordinal));
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(5));
            return upstream.Requests.Count >= 6;
        }, "they are used again");
    }

    [Fact]
    public async Task An_upstream_that_cannot_be_reached_keeps_nobody_from_starting()
    {
        await using var gateway = await TestGateway.StartAsync(Spec("http://127.0.0.1:1/v1"));

        using var answer = await gateway.SendAsync(TestGateway.Chat());

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
    }

    [Fact]
    public async Task A_reload_warms_what_is_new_and_lets_go_of_what_is_not_wanted()
    {
        await using var first = FakeUpstream.Json("{}");
        await using var second = FakeUpstream.Json("{}");
        await using var gateway = await TestGateway.StartAsync(TestGateway.SpecFor(first.BaseUrl));

        gateway.Plans.Activate(TestGateway.Compile(Spec(second.BaseUrl)));

        await Eventually.TrueAsync(() => !second.Requests.IsEmpty, "the new one is warmed");
        Assert.Empty(first.Requests);
    }

    private static string Spec(string url) => $$"""
        upstreams: { up: { type: openai-compatible, baseUrl: "{{url}}", warm: { connections: 3, every: 5s } } }
        routes: { r: { match: { model: "*" }, targets: [ { upstream: up } ] } }
        """;
}
