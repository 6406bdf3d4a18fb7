using System.Diagnostics;
using Causeway.Gateway.Trace;
using Causeway.Testing;

namespace Causeway.Gateway.Tests.Trace;

public sealed class TraceTests
{
    private const string Answer = """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"secret reply"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}""";

    [Fact]
    public async Task The_callers_trace_is_continued_and_the_upstream_continues_our_attempt()
    {
        using var spans = new SpanRecorder();
        await using var upstream = FakeUpstream.Json(Answer);
        await using var gateway = await TestGateway.StartAsync(upstream);

        await spans.AskAsync(gateway, TestGateway.Chat(), state: "vendor=1,other=2");

        var (exchange, attempts) = await spans.SpansAsync();
        var attempt = Assert.Single(attempts);
        var seen = Assert.Single(upstream.Requests);
        Assert.Equal(spans.CallerSpan, exchange.ParentSpanId);
        Assert.Equal(exchange.SpanId, attempt.ParentSpanId);
        Assert.Equal($"00-{spans.TraceId}-{attempt.SpanId}-01", seen.Header("traceparent"));
        Assert.Equal("vendor=1,other=2", seen.Header("tracestate"));
        Assert.Equal(("POST /v1/chat/completions", "chat m"), (exchange.DisplayName, attempt.DisplayName));
    }

    [Fact]
    public async Task The_span_says_what_the_ledgers_row_says()
    {
        using var spans = new SpanRecorder();
        await using var upstream = FakeUpstream.Json(Answer);
        await using var gateway = await TestGateway.StartAsync($$"""
            upstreams:
              fake: { type: openai-compatible, baseUrl: "{{upstream.BaseUrl}}" }
            routes:
              all: { match: { model: gpt }, targets: [ { upstream: fake, model: open, profile: bedrock } ] }
            """);

        await spans.AskAsync(gateway, TestGateway.Chat("gpt", more: ",\"seed\":1"));

        var (exchange, attempts) = await spans.SpansAsync();
        var row = (await gateway.SettledAsync()).Single();
        Assert.NotNull(row.Params);
        Assert.Equal(row.Params, exchange.GetTagItem(TraceNames.Params));
        Assert.Equal(row.Params, attempts.Single().GetTagItem(TraceNames.Params));
        Assert.Equal(row.PlanHash, exchange.GetTagItem(TraceNames.Plan));
        Assert.Equal(row.Id.ToString(), exchange.GetTagItem(TraceNames.RequestId));
        Assert.Equal("fake/open 200", exchange.GetTagItem(TraceNames.Attempts));
        Assert.Equal("all", exchange.GetTagItem(TraceNames.Route));
        Assert.Equal(("gpt", "open", "fake"), (exchange.GetTagItem(TraceNames.RequestModel), exchange.GetTagItem(TraceNames.ResponseModel), exchange.GetTagItem(TraceNames.Upstream)));
        Assert.Equal(200, exchange.GetTagItem(TraceNames.HttpStatus));
        Assert.Equal("Succeeded", exchange.GetTagItem(TraceNames.Outcome));
        Assert.Equal((5L, 7L), (exchange.GetTagItem(TraceNames.TotalInputTokens), exchange.GetTagItem(TraceNames.TotalOutputTokens)));
        var attempt = attempts.Single();
        Assert.Equal(("chat", "openai", "open"), (attempt.GetTagItem(TraceNames.Operation), attempt.GetTagItem(TraceNames.Provider), attempt.GetTagItem(TraceNames.RequestModel)));
        Assert.Equal((5L, 7L), (attempt.GetTagItem(TraceNames.InputTokens), attempt.GetTagItem(TraceNames.OutputTokens)));
        Assert.Equal(["stop"], Assert.IsType<string[]>(attempt.GetTagItem(TraceNames.FinishReasons)));
        Assert.Equal(("127.0.0.1", upstream.Port), (attempt.GetTagItem(TraceNames.ServerAddress), attempt.GetTagItem(TraceNames.ServerPort)));
    }

    [Fact]
    public async Task Each_attempt_has_a_span_and_a_failed_one_says_why()
    {
        using var spans = new SpanRecorder();
        await using var down = FakeUpstream.Json("""{"error":{"message":"a secret of theirs","type":"server_error"}}""", 503);
        await using var up = FakeUpstream.Json(Answer);
        await using var gateway = await TestGateway.StartAsync($$"""
            upstreams:
              down: { type: openai-compatible, baseUrl: "{{down.BaseUrl}}" }
              up: { type: openai-compatible, baseUrl: "{{up.BaseUrl}}" }
            routes:
              all: { match: { model: "*" }, targets: [ { upstream: down }, { upstream: up } ] }
            """);

        await spans.AskAsync(gateway, TestGateway.Chat());

        var (exchange, attempts) = await spans.SpansAsync();
        Assert.Equal(["503", "200"], attempts.Select(span => span.GetTagItem(TraceNames.AttemptResult)));
        Assert.Equal([1, 2], attempts.Select(span => span.GetTagItem(TraceNames.AttemptNumber)));
        Assert.Equal([ActivityStatusCode.Error, ActivityStatusCode.Unset], attempts.Select(span => span.Status));
        Assert.Equal(503, attempts[0].GetTagItem(TraceNames.HttpStatus));
        Assert.NotNull(attempts[0].GetTagItem(TraceNames.ErrorType));
        Assert.Equal(ActivityStatusCode.Unset, exchange.Status);
        Assert.NotEqual(down.Requests.Single().Header("traceparent"), up.Requests.Single().Header("traceparent"));
    }

    [Fact]
    public async Task A_stream_that_breaks_off_is_an_error_of_both_spans()
    {
        using var spans = new SpanRecorder();
        await using var upstream = new FakeUpstream(async exchange =>
        {
            await exchange.StartEventsAsync();
            await exchange.ChunkAsync("data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}\n\n");
            exchange.Close();
        });
        await using var gateway = await TestGateway.StartAsync(upstream);

        await spans.AskAsync(gateway, TestGateway.Chat(stream: true));

        var (exchange, attempts) = await spans.SpansAsync();
        foreach (var span in new[] { exchange, attempts.Single() })
            Assert.Equal((ActivityStatusCode.Error, "upstream_stream_cut"), (span.Status, span.GetTagItem(TraceNames.ErrorType)));
        Assert.Equal("Cut", exchange.GetTagItem(TraceNames.Outcome));
        Assert.True(exchange.GetTagItem(TraceNames.FirstByte) is > 0.0);
    }

    [Fact]
    public async Task Nothing_that_anybody_wrote_is_in_a_span()
    {
        using var spans = new SpanRecorder();
        await using var upstream = FakeUpstream.Json("""{"error":{"message":"secret complaint","type":"server_error"}}""", 500);
        await using var gateway = await TestGateway.StartAsync(TestGateway.Compile($$"""
            upstreams:
              down: { type: openai-compatible, baseUrl: "{{upstream.BaseUrl}}", apiKey: "${KEY}" }
              rehearsal: { type: rehearsal }
            routes:
              all: { match: { model: "*" }, targets: [ { upstream: down }, { upstream: rehearsal } ] }
            """, _ => "secret-key"));

        var answer = await spans.AskAsync(gateway, """{"model":"m","user":"secret-user","messages":[{"role":"user","content":"secret prompt"}]}""");

        Assert.Contains("choices", answer, StringComparison.Ordinal);
        await spans.SpansAsync();
        var said = string.Join('\n', spans.Ended.SelectMany(span => span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}").Append(span.DisplayName).Append(span.StatusDescription)));
        Assert.Contains("causeway.attempts=down 500", said, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", said, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(spans.Ended.SelectMany(span => span.Events));
    }

    [Fact]
    public async Task A_trace_that_is_not_recorded_is_continued_without_a_word()
    {
        using var spans = new SpanRecorder(ActivitySamplingResult.PropagationData);
        await using var upstream = FakeUpstream.Json(Answer);
        await using var gateway = await TestGateway.StartAsync(upstream);

        await spans.AskAsync(gateway, TestGateway.Chat());

        var (exchange, _) = await spans.SpansAsync();
        Assert.Empty(exchange.TagObjects);
        Assert.StartsWith($"00-{spans.TraceId}-", upstream.Requests.Single().Header("traceparent"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_listens_both_headers_pass_as_they_came()
    {
        using var spans = new SpanRecorder(ActivitySamplingResult.None);
        await using var upstream = FakeUpstream.Json(Answer);
        await using var gateway = await TestGateway.StartAsync(upstream);

        await spans.AskAsync(gateway, TestGateway.Chat(), state: "vendor=1");

        Assert.Equal((spans.TraceParent, "vendor=1"), (upstream.Requests.Single().Header("traceparent"), upstream.Requests.Single().Header("tracestate")));
    }

    [Fact]
    public async Task A_callers_mistake_has_a_span_and_a_stranger_has_none()
    {
        using var spans = new SpanRecorder();
        await using var gateway = await TestGateway.StartAsync("""
            upstreams:
              rehearsal: { type: rehearsal }
            routes:
              all: { match: { model: "known" }, targets: [ { upstream: rehearsal } ] }
            keys: [ { name: ci, hash: "sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b" } ]
            """);

        await spans.AskAsync(gateway, TestGateway.Chat("known"), key: "not-the-key");
        await spans.AskAsync(gateway, TestGateway.Chat("unknown"), key: "secret");

        var (exchange, attempts) = await spans.SpansAsync();
        Assert.Empty(attempts);
        Assert.Equal((404, "model_not_found", "ci"), (exchange.GetTagItem(TraceNames.HttpStatus), exchange.GetTagItem(TraceNames.ErrorType), exchange.GetTagItem(TraceNames.Key)));
        Assert.Equal(ActivityStatusCode.Unset, exchange.Status);
    }
}
