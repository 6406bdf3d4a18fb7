using System.Net;
using Causeway.Ledger;
using Causeway.Testing;

namespace Causeway.Gateway.Tests;

/// <summary>Everything an upstream can do wrong before its first byte has reached the caller.</summary>
public sealed class UpstreamFaultTests
{
    private const string ShortLimits = "limits: { timeToFirstToken: 300ms, idle: 300ms, total: 600ms }";
    private const string KeyedSpec = """
        upstreams: { fake: { type: openai-compatible, baseUrl: "URL", apiKey: "${UP_KEY}" } }
        routes: { all: { match: { model: "*" }, targets: [ { upstream: fake } ] } }
        """;

    public static TheoryData<int, int, string> Statuses => new()
    {
        { 401, 502, "upstream_auth_failed" },
        { 403, 502, "upstream_auth_failed" },
        { 301, 502, "upstream_redirected" },
        { 307, 502, "upstream_redirected" },
        { 500, 502, "upstream_failed" },
        { 502, 502, "upstream_failed" },
        { 503, 503, "upstream_overloaded" },
        { 529, 503, "upstream_overloaded" },
        { 504, 504, "upstream_timeout" },
        { 429, 429, "upstream_rate_limited" },
        { 204, 502, "upstream_invalid_response" },
    };

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task An_error_status_is_translated(int upstreamStatus, int status, string code)
    {
        await using var upstream = FakeUpstream.Json("""{"error":{"message":"said","type":"t","param":null,"code":"c"}}""", upstreamStatus, "Location: http://10.0.0.1/elsewhere\r\n");
        await using var gateway = await TestGateway.StartAsync(upstream);

        foreach (var stream in new[] { false, true })
        {
            using var answer = await gateway.SendAsync(TestGateway.Chat(stream: stream));
            await CallerErrorTests.AssertErrorAsync(answer, status, code);
        }
        Assert.Equal(2, upstream.Requests.Count);
        Assert.All(await gateway.SettledAsync(2), row => Assert.Equal((Outcome.Failed, status, code), (row.Outcome, row.Status, row.ErrorCode)));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(422)]
    public async Task A_callers_mistake_keeps_the_upstreams_status_and_words(int status)
    {
        await using var upstream = FakeUpstream.Json("""{"error":{"message":"temperature must be at most 2","type":"invalid_request_error","param":"temperature","code":"decimal_above_max_value"}}""", status);
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.SendAsync(TestGateway.Chat());

        var error = await CallerErrorTests.AssertErrorAsync(answer, status, "decimal_above_max_value", "temperature");
        Assert.Equal("temperature must be at most 2", error.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task No_key_or_internal_address_comes_through_an_error(int status)
    {
        const string Leaky = """{"error":{"message":"bad key sk-up-123456789 at http://llm.internal.corp:8000/v1 (10.1.2.3:9000) Bearer sk-up-123456789 File \"/srv/app/main.py\", line 3","type":"t","param":null,"code":"c"}}""";
        await using var upstream = FakeUpstream.Json(Leaky, status);
        await using var gateway = await TestGateway.StartAsync(TestGateway.Compile(
            KeyedSpec.Replace("URL", upstream.BaseUrl, StringComparison.Ordinal), _ => "sk-up-123456789"));

        using var answer = await gateway.SendAsync(TestGateway.Chat());

        var text = await answer.Content.ReadAsStringAsync();
        foreach (var secret in new[] { "sk-up", "internal.corp", "10.1.2.3", "8000", "9000", "/srv/app", "main.py", "127.0.0.1" })
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("1.5", 2)]
    [InlineData("soon", null)]
    [InlineData("-3", null)]
    [InlineData("99999999999999", 86400)]
    [InlineData("Fri, 31 Dec 1999 23:59:59 GMT", 0)]
    public async Task Retry_after_is_kept_only_if_it_is_a_number_or_a_date(string sent, int? expected)
    {
        await using var upstream = FakeUpstream.Json("{}", 429, $"Retry-After: {sent}\r\n");
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.SendAsync(TestGateway.Chat());

        Assert.Equal(expected, (int?)answer.Headers.RetryAfter?.Delta?.TotalSeconds);
    }

    [Theory]
    [InlineData("text/html", "<html>hello</html>")]
    [InlineData("application/json", "<html>hello</html>")]
    [InlineData("application/json", "{}")]
    [InlineData("application/json", "null")]
    [InlineData("application/json", "")]
    [InlineData("application/json", "{\"choices\":[")]
    [InlineData("application/json", "[]")]
    [InlineData("application/json", """{"error":{"message":"quota","type":"t","param":null,"code":null}}""")]
    [InlineData("text/event-stream", "data: {}\n\n")]
    public async Task A_200_that_is_no_completion_is_a_502(string contentType, string body)
    {
        await using var upstream = new FakeUpstream(e => e.AnswerAsync(200, contentType, body));
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.SendAsync(TestGateway.Chat());

        await CallerErrorTests.AssertErrorAsync(answer, 502, "upstream_invalid_response");
    }

    [Theory]
    [InlineData("text/html", "<html>hello</html>")]
    [InlineData("application/json", Wires.Completion)]
    [InlineData("text/event-stream", "")]
    [InlineData("text/event-stream", "data: {broken\n\n")]
    [InlineData("text/event-stream", "data: hello\n\n")]
    public async Task A_stream_that_is_none_is_a_502(string contentType, string body)
    {
        await using var upstream = new FakeUpstream(e => e.AnswerAsync(200, contentType, body));
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.SendAsync(TestGateway.Chat(stream: true));

        await CallerErrorTests.AssertErrorAsync(answer, 502, "upstream_invalid_response");
    }

    [Fact]
    public async Task An_error_event_before_anything_else_becomes_a_status()
    {
        await using var upstream = FakeUpstream.Events("data: {\"error\":{\"message\":\"the model is loading\",\"type\":\"server_error\",\"param\":null,\"code\":null}}\n\n");
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.SendAsync(TestGateway.Chat(stream: true));

        var error = await CallerErrorTests.AssertErrorAsync(answer, 502, "upstream_failed");
        Assert.Contains("the model is loading", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_refused_connection_is_a_502(bool stream)
    {
        await using var gateway = await TestGateway.StartAsync(TestGateway.SpecFor("http://127.0.0.1:1/v1"));

        using var answer = await gateway.SendAsync(TestGateway.Chat(stream: stream));

        await CallerErrorTests.AssertErrorAsync(answer, 502, "upstream_unreachable");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reset_before_the_answer_is_a_502(bool stream)
    {
        await using var upstream = new FakeUpstream(e =>
        {
            e.Reset();
            return Task.CompletedTask;
        });
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.SendAsync(TestGateway.Chat(stream: stream));

        await CallerErrorTests.AssertErrorAsync(answer, 502, "upstream_connection_lost");
    }

    [Fact]
    public async Task A_whole_answer_that_breaks_off_is_a_502()
    {
        await using var upstream = new FakeUpstream(async e =>
        {
            await e.RawAsync($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{Wires.Completion}");
            e.Close();
        });
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.SendAsync(TestGateway.Chat());

        await CallerErrorTests.AssertErrorAsync(answer, 502, "upstream_connection_lost");
    }

    [Theory]
    [InlineData("HTTP/9.9 huh\r\n\r\n")]
    [InlineData("\u0001\u0002\u0003\r\n\r\n")]
    public async Task An_answer_that_is_not_HTTP_is_a_502(string head)
    {
        await using var upstream = new FakeUpstream(async e =>
        {
            await e.RawAsync(head);
            e.Close();
        });
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.SendAsync(TestGateway.Chat());

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
    }

    [Theory]
    [InlineData(true, 504, "upstream_timeout")]
    [InlineData(false, 504, "deadline_exceeded")]
    public async Task A_silent_upstream_is_given_up_on_and_let_go(bool stream, int status, string code)
    {
        await using var upstream = new FakeUpstream(e => e.UntilHangUpAsync());
        await using var gateway = await TestGateway.StartAsync(upstream, ShortLimits);

        using var answer = await gateway.SendAsync(TestGateway.Chat(stream: stream));

        await CallerErrorTests.AssertErrorAsync(answer, status, code);
        await upstream.Requests.Single().Aborted.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_huge_error_body_is_cut()
    {
        await using var upstream = new FakeUpstream(async e =>
        {
            await e.RawAsync("HTTP/1.1 500 X\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
            var junk = new string('x', 60_000);
            for (var i = 0; i < 1000; i++) await e.ChunkAsync(junk);
        });
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.SendAsync(TestGateway.Chat());

        await CallerErrorTests.AssertErrorAsync(answer, 502, "upstream_failed");
        Assert.True((await answer.Content.ReadAsByteArrayAsync()).Length < 4096);
    }

    public static TheoryData<string> Failovers => new("refused", "reset", "500", "401", "429", "404", "html", "empty", "silent", "error-event");

    [Theory]
    [MemberData(nameof(Failovers))]
    public async Task A_fallback_answers_when_the_incumbent_does_not(string fault)
    {
        await using var broken = new FakeUpstream(e => PlayAsync(e, fault));
        await using var good = FakeUpstream.Events(Wires.StreamWithoutUsage);
        var url = fault == "refused" ? "http://127.0.0.1:1/v1" : broken.BaseUrl;
        await using var gateway = await TestGateway.StartAsync($$"""
            upstreams: { first: { type: openai-compatible, baseUrl: "{{url}}" }, second: { type: openai-compatible, baseUrl: "{{good.BaseUrl}}" } }
            routes: { r: { match: { model: "*" }, targets: [ { upstream: first, model: a }, { upstream: second, model: b } ] } }
            limits: { timeToFirstToken: 500ms }
            """);

        using var answer = await gateway.SendAsync(TestGateway.Chat(stream: true));

        Assert.Equal(Wires.StreamWithoutUsage, await answer.Content.ReadAsStringAsync());
        Assert.Contains("\"model\":\"b\"", good.Requests.Single().Body, StringComparison.Ordinal);
        var row = Assert.Single(await gateway.SettledAsync());
        Assert.Equal((Outcome.Succeeded, "second", "b"), (row.Outcome, row.Upstream, row.ServedModel));
        Assert.StartsWith("first/a ", row.Attempts, StringComparison.Ordinal);
        Assert.EndsWith(" → second/b 200", row.Attempts, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_callers_mistake_is_not_tried_elsewhere()
    {
        await using var first = FakeUpstream.Json("""{"error":{"message":"no","type":"invalid_request_error","param":null,"code":"bad"}}""", 400);
        await using var second = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync($$"""
            upstreams: { first: { type: openai-compatible, baseUrl: "{{first.BaseUrl}}" }, second: { type: openai-compatible, baseUrl: "{{second.BaseUrl}}" } }
            routes: { r: { match: { model: "*" }, targets: [ { upstream: first }, { upstream: second } ] } }
            """);

        using var answer = await gateway.SendAsync(TestGateway.Chat());

        await CallerErrorTests.AssertErrorAsync(answer, 400, "bad");
        Assert.Empty(second.Requests);
    }

    private static async Task PlayAsync(FakeExchange exchange, string fault)
    {
        switch (fault)
        {
            case "reset":
                exchange.Reset();
                break;
            case "html":
                await exchange.AnswerAsync(200, "text/html", "<html/>");
                break;
            case "empty":
                await exchange.AnswerAsync(200, "text/event-stream", "");
                break;
            case "silent":
                await exchange.UntilHangUpAsync();
                break;
            case "error-event":
                await exchange.AnswerAsync(200, "text/event-stream", "data: {\"error\":{\"message\":\"x\"}}\n\n");
                break;
            default:
                await exchange.AnswerAsync(int.Parse(fault, System.Globalization.CultureInfo.InvariantCulture), "application/json", "{}");
                break;
        }
    }
}
