using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Causeway.Ledger;
using Causeway.Testing;

namespace Causeway.Gateway.Tests.Resilience;

/// <summary>Attempts, breakers and places through the whole gateway, over real sockets.</summary>
public sealed class RetryTests
{
    private const string Overloaded = """{"error":{"message":"busy","type":"t","param":null,"code":"c"}}""";

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task A_fault_that_may_pass_is_tried_again_after_a_wait(int status)
    {
        await using var upstream = Failing(1, status);
        await using var gateway = await TestGateway.StartAsync(Spec(upstream, "retry: { attempts: 3 }"));

        using var answer = await gateway.SendAsync(TestGateway.Chat());

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var row = Assert.Single(await gateway.SettledAsync());
        var told = Regex.Match(row.Attempts!, $@"^up {status} \(\d+ ms\) → waited (\d+) ms → up 200$");
        Assert.True(told.Success, row.Attempts);
        Assert.Equal(Outcome.Succeeded, row.Outcome);
        // Overhead alone says nothing here: on a busy machine it is anything. What is not overhead has at least the wait in it.
        var waited = int.Parse(told.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        Assert.InRange(waited, 100, 300);
        Assert.True(row.DurationMicros - row.OverheadMicros > (waited - 20) * 1000, $"the wait of {waited} ms is not overhead: {row.OverheadMicros} of {row.DurationMicros} µs");
    }

    [Fact]
    public async Task Attempts_are_counted_over_all_targets()
    {
        await using var first = Failing(100, 500);
        await using var second = Failing(100, 500);
        await using var gateway = await TestGateway.StartAsync(Spec(first, second, "retry: { attempts: 3 }"));

        using var answer = await gateway.SendAsync(TestGateway.Chat());

        await CallerErrorTests.AssertErrorAsync(answer, 502, "upstream_failed");
        Assert.Equal((2, 1), (first.Requests.Count, second.Requests.Count));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(504)]
    public async Task What_cannot_be_mended_by_asking_again_is_not_asked_again(int status)
    {
        await using var upstream = Failing(100, status);
        await using var gateway = await TestGateway.StartAsync(Spec(upstream, "retry: { attempts: 5 }"));

        using var answer = await gateway.SendAsync(TestGateway.Chat());

        Assert.Single(upstream.Requests);
    }

    [Fact]
    public async Task A_timeout_is_never_repeated_at_the_same_target_but_another_may_answer()
    {
        await using var silent = new FakeUpstream(e => e.UntilHangUpAsync());
        await using var second = Failing(1, 503);
        await using var gateway = await TestGateway.StartAsync(Spec(silent, second, "retry: { attempts: 9, perAttempt: 200ms }"));

        using var answer = await gateway.SendAsync(TestGateway.Chat());

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Single(silent.Requests);
        var row = Assert.Single(await gateway.SettledAsync());
        Assert.Matches(@"^up timeout \(\d+ ms\) → second 503 \(\d+ ms\) → waited \d+ ms → second 200$", row.Attempts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_attempt_has_its_own_deadline(bool stream)
    {
        await using var silent = new FakeUpstream(e => e.UntilHangUpAsync());
        await using var gateway = await TestGateway.StartAsync(Spec(silent, "retry: { perAttempt: 150ms }"));

        using var answer = await gateway.SendAsync(TestGateway.Chat(stream: stream));

        await CallerErrorTests.AssertErrorAsync(answer, 504, "upstream_timeout");
        Assert.Single(silent.Requests);
    }

    [Fact]
    public async Task A_wait_longer_than_the_deadline_is_not_begun()
    {
        await using var upstream = FakeUpstream.Json(Overloaded, 429, "Retry-After: 30\r\n");
        await using var gateway = await TestGateway.StartAsync(Spec(upstream, "retry: { attempts: 3 }", "limits: { total: 20s }"));

        using var answer = await gateway.SendAsync(TestGateway.Chat());

        await CallerErrorTests.AssertErrorAsync(answer, 429, "upstream_rate_limited");
        Assert.Equal(30, answer.Headers.RetryAfter?.Delta?.TotalSeconds);
        Assert.Single(upstream.Requests);
    }

    [Fact]
    public async Task Repeats_end_with_their_budget()
    {
        await using var upstream = Failing(1000, 500);
        await using var gateway = await TestGateway.StartAsync(Spec(upstream, "retry: { attempts: 2, budget: 10% }"));

        for (var i = 0; i < 4; i++)
            await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ => (await gateway.SendAsync(TestGateway.Chat())).Dispose()));

        // Ten saved up, and a tenth of forty.
        Assert.InRange(upstream.Requests.Count, 40 + 10, 40 + 15);
    }

    [Fact]
    public async Task A_kept_alive_connection_that_turns_out_dead_is_replaced_without_a_word()
    {
        var requests = 0;
        await using var upstream = new FakeUpstream(async e =>
        {
            if (Interlocked.Increment(ref requests) == 2) e.Reset();
            else await e.AnswerAsync(200, "application/json", Wires.Completion);
        });
        await using var gateway = await TestGateway.StartAsync(Spec(upstream));

        for (var i = 0; i < 3; i++)
        {
            using var answer = await gateway.SendAsync(TestGateway.Chat());
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        Assert.Equal(4, upstream.Requests.Count);
        Assert.Single(await gateway.SettledAsync(3), row => row.Attempts?.StartsWith("up connection lost (", StringComparison.Ordinal) is true);
    }

    [Fact]
    public async Task A_breaker_of_the_spec_refuses_at_once_and_says_when_to_come_again()
    {
        await using var upstream = Failing(1000, 500);
        await using var gateway = await TestGateway.StartAsync(Spec(upstream, upKeys: "breaker: { failures: 3, open: 30s }"));

        for (var i = 0; i < 6; i++)
        {
            using var answer = await gateway.SendAsync(TestGateway.Chat());
            await CallerErrorTests.AssertErrorAsync(answer, i < 3 ? 502 : 503, i < 3 ? "upstream_failed" : "circuit_open");
            if (i >= 3) Assert.InRange(answer.Headers.RetryAfter?.Delta?.TotalSeconds ?? 0, 1, 37);
        }
        Assert.Equal(3, upstream.Requests.Count);
        Assert.Equal(3, (await gateway.SettledAsync(6)).Count(row => row.Attempts == "up skipped: breaker open"));
    }

    [Theory]
    [InlineData(400, false)]
    [InlineData(404, false)]
    [InlineData(401, false)]
    [InlineData(422, false)]
    [InlineData(429, true)]
    [InlineData(408, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    public async Task Only_the_upstreams_own_faults_open_a_breaker(int status, bool opens)
    {
        await using var upstream = Failing(1000, status);
        await using var gateway = await TestGateway.StartAsync(Spec(upstream, upKeys: "breaker: { failures: 2 }"));

        for (var i = 0; i < 5; i++) (await gateway.SendAsync(TestGateway.Chat())).Dispose();

        Assert.Equal(opens ? 2 : 5, upstream.Requests.Count);
    }

    [Fact]
    public async Task Without_a_word_in_the_spec_a_failing_target_goes_to_the_end_of_the_line_but_is_never_given_up()
    {
        var isDown = true;
        await using var first = new FakeUpstream(e => e.AnswerAsync(500, "application/json", Overloaded));
        await using var second = new FakeUpstream(e => isDown ? e.AnswerAsync(500, "application/json", Overloaded) : e.AnswerAsync(200, "application/json", Wires.Completion));
        await using var gateway = await TestGateway.StartAsync(Spec(first, second));

        for (var i = 0; i < 6; i++) (await gateway.SendAsync(TestGateway.Chat())).Dispose();
        isDown = false;
        using var answer = await gateway.SendAsync(TestGateway.Chat());

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal((7, 7), (first.Requests.Count, second.Requests.Count));
        var rows = await gateway.SettledAsync(7);
        Assert.Matches(@"^up postponed: breaker open → second postponed: breaker open → up 500 \(\d+ ms\) → second 200$",
            Assert.Single(rows, row => row.Status == 200).Attempts);
    }

    [Fact]
    public async Task An_open_breaker_outlives_a_reload_that_does_not_touch_its_upstream()
    {
        await using var upstream = Failing(1000, 500);
        var spec = Spec(upstream, upKeys: "breaker: { failures: 2 }");
        await using var gateway = await TestGateway.StartAsync(spec);
        for (var i = 0; i < 2; i++) (await gateway.SendAsync(TestGateway.Chat())).Dispose();

        gateway.Plans.Activate(TestGateway.Compile(spec + "\nlimits: { idle: 7s }"));
        using (var answer = await gateway.SendAsync(TestGateway.Chat())) await CallerErrorTests.AssertErrorAsync(answer, 503, "circuit_open");
        gateway.Plans.Activate(TestGateway.Compile(Spec(upstream, upKeys: "breaker: { failures: 4 }")));
        using (var answer = await gateway.SendAsync(TestGateway.Chat())) await CallerErrorTests.AssertErrorAsync(answer, 502, "upstream_failed");
    }

    [Fact]
    public async Task Who_finds_an_upstream_full_waits_in_line_then_gets_a_429()
    {
        using var open = new SemaphoreSlim(0);
        await using var upstream = new FakeUpstream(async e =>
        {
            await open.WaitAsync(e.Stopped);
            await e.AnswerAsync(200, "application/json", Wires.Completion);
        });
        await using var gateway = await TestGateway.StartAsync(Spec(upstream, upKeys: "concurrency: { max: 1, queue: 1, wait: 10s }"));

        var first = gateway.SendAsync(TestGateway.Chat());
        await Eventually.TrueAsync(() => upstream.Requests.Count == 1, "the first has the place");
        var second = gateway.SendAsync(TestGateway.Chat());
        await Eventually.TrueAsync(() => gateway.Plans.Current.Lanes.All.Single().Value.Concurrency is { Waiting: 1 }, "the second stands in line");
        using (var third = await gateway.SendAsync(TestGateway.Chat())) await CallerErrorTests.AssertErrorAsync(third, 429, "upstream_busy");
        open.Release(2);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], [(await first).StatusCode, (await second).StatusCode]);
        var rows = await gateway.SettledAsync(3);
        Assert.Matches(@"^up no place \(\d+ ms\)$", Assert.Single(rows, row => row.Status == 429).Attempts);
        await Eventually.TrueAsync(() => gateway.Plans.Current.Lanes.All.Single().Value.Concurrency is { Taken: 0, Waiting: 0 }, "all places are free again");
    }

    [Fact]
    public async Task A_full_upstream_sends_requests_on_to_the_next_target()
    {
        await using var busy = new FakeUpstream(e => e.UntilHangUpAsync());
        await using var second = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(Spec(busy, second, upKeys: "concurrency: { max: 1, queue: 0 }"));

        using var gone = new CancellationTokenSource();
        var held = gateway.SendAsync(TestGateway.Chat(), gone.Token);
        await Eventually.TrueAsync(() => busy.Requests.Count == 1, "the only place is taken");
        using var answer = await gateway.SendAsync(TestGateway.Chat());

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held);
        await Eventually.TrueAsync(() => gateway.Plans.Current.Lanes.All.Any(lane => lane.Value.Concurrency is { Taken: 0 }), "a caller that has gone gives its place back");
    }

    private static FakeUpstream Failing(int times, int status)
    {
        var requests = 0;
        return new FakeUpstream(e => Interlocked.Increment(ref requests) <= times
            ? e.AnswerAsync(status, "application/json", Overloaded)
            : e.AnswerAsync(200, "application/json", Wires.Completion));
    }

    private static string Spec(FakeUpstream up, string routeKeys = "", string more = "", string upKeys = "") => $$"""
        upstreams: { up: { type: openai-compatible, baseUrl: "{{up.BaseUrl}}"{{Comma(upKeys)}} } }
        routes: { r: { match: { model: "*" }, targets: [ { upstream: up } ]{{Comma(routeKeys)}} } }
        {{more}}
        """;

    private static string Spec(FakeUpstream up, FakeUpstream second, string routeKeys = "", string upKeys = "") => $$"""
        upstreams: { up: { type: openai-compatible, baseUrl: "{{up.BaseUrl}}"{{Comma(upKeys)}} }, second: { type: openai-compatible, baseUrl: "{{second.BaseUrl}}" } }
        routes: { r: { match: { model: "*" }, targets: [ { upstream: up }, { upstream: second } ]{{Comma(routeKeys)}} } }
        """;

    private static string Comma(string keys) => keys.Length == 0 ? "" : ", " + keys;
}
