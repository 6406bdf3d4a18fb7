using Causeway.Ledger;
using Causeway.Testing;
using Causeway.Wire.Chat;

namespace Causeway.Gateway.Tests;

public sealed class UsageTests
{
    [Fact]
    public async Task A_stream_is_asked_for_usage_and_the_extra_chunk_is_taken_out_again()
    {
        await using var upstream = FakeUpstream.Events(Wires.Stream);
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.SendAsync(TestGateway.Chat(stream: true));

        Assert.Equal(Wires.StreamWithoutUsage, await answer.Content.ReadAsStringAsync());
        Assert.Equal("""{"model":"m","messages":[{"role":"user","content":"Hello"}],"stream":true,"stream_options":{"include_usage":true}}""", upstream.Requests.Single().Body);
        var row = Assert.Single(await gateway.SettledAsync());
        Assert.Equal((new TokenUsage(9, 2), UsageSource.Upstream), (row.Usage, row.UsageSource));
    }

    [Fact]
    public async Task A_caller_that_asked_for_usage_gets_the_chunk()
    {
        await using var upstream = FakeUpstream.Events(Wires.Stream);
        await using var gateway = await TestGateway.StartAsync(upstream);
        var body = TestGateway.Chat(stream: true, more: ",\"stream_options\":{\"include_usage\":true}");

        using var answer = await gateway.SendAsync(body);

        Assert.Equal(Wires.Stream, await answer.Content.ReadAsStringAsync());
        Assert.Equal(body, upstream.Requests.Single().Body);
    }

    [Theory]
    [InlineData(",\"stream_options\":null")]
    [InlineData(",\"stream_options\":{}")]
    [InlineData(",\"stream_options\":{\"include_usage\":false}")]
    [InlineData(",\"stream_options\":{\"x\":1,\"include_usage\":null}")]
    public async Task However_the_caller_says_no_usage_the_gateway_learns_it(string options)
    {
        await using var upstream = FakeUpstream.Events(Wires.Stream);
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.SendAsync(TestGateway.Chat(stream: true, more: options));

        Assert.Equal(Wires.StreamWithoutUsage, await answer.Content.ReadAsStringAsync());
        Assert.Contains("\"include_usage\":true", upstream.Requests.Single().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Usage_cost_and_identity_are_in_the_ledger()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(upstream, "prices: { m: { prompt: 2.5, completion: 10, cached: 1.25 } }");

        using var answer = await gateway.SendAsync(TestGateway.Chat());

        var row = Assert.Single(await gateway.SettledAsync());
        Assert.Equal(answer.Headers.GetValues("x-causeway-request-id").Single(), row.Id.ToString());
        Assert.Equal(answer.Headers.GetValues("x-causeway-plan").Single(), row.PlanHash);
        Assert.Equal(("all", "m", "m", "fake", "fake 200", "stop"), (row.Route, row.RequestedModel, row.ServedModel, row.Upstream, row.Attempts, row.FinishReason));
        Assert.Equal(new TokenUsage(9, 2, 4), row.Usage);
        // 5 x 2.50 + 4 x 1.25 + 2 x 10 dollars a million = 37.5 micro-dollars.
        Assert.Equal((37_500L, gateway.Plans.Plan.Prices.Hash), (row.CostNanos, row.PriceHash));
        Assert.Equal((200, Outcome.Succeeded, false), (row.Status, row.Outcome, row.Stream));
        Assert.InRange(row.OverheadMicros, 0, row.DurationMicros);
    }

    [Fact]
    public async Task An_upstream_that_states_no_usage_is_counted()
    {
        await using var upstream = FakeUpstream.Events(Wires.StreamWithoutUsage);
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.SendAsync(TestGateway.Chat(stream: true));
        await answer.Content.ReadAsStringAsync();

        var row = Assert.Single(await gateway.SettledAsync());
        Assert.Equal(UsageSource.Counted, row.UsageSource);
        Assert.True(row.Usage is { Prompt: > 0, Completion: > 0 }, row.Usage.ToString());
    }

    [Theory]
    [InlineData("-5", "2")]
    [InlineData("9", "\"two\"")]
    [InlineData("NaN", "2")]
    public async Task Nonsense_token_counts_do_not_go_out(string prompt, string completion)
    {
        var answerText = Wires.Completion.Replace("\"prompt_tokens\":9", "\"prompt_tokens\":" + prompt, StringComparison.Ordinal)
            .Replace("\"completion_tokens\":2", "\"completion_tokens\":" + completion, StringComparison.Ordinal);
        await using var upstream = FakeUpstream.Json(answerText);
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.SendAsync(TestGateway.Chat());
        var text = await answer.Content.ReadAsStringAsync();

        if (prompt == "NaN")
        {
            // Not JSON at all.
            Assert.Equal(502, (int)answer.StatusCode);
            return;
        }
        using var json = System.Text.Json.JsonDocument.Parse(text);
        var usage = json.RootElement.GetProperty("usage");
        var (p, c) = (usage.GetProperty("prompt_tokens").GetInt64(), usage.GetProperty("completion_tokens").GetInt64());
        Assert.True(p > 0 && c > 0);
        Assert.Equal(p + c, usage.GetProperty("total_tokens").GetInt64());
        Assert.Equal("Hi there", json.RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
    }

    [Fact]
    public async Task Tool_deltas_without_index_and_with_object_arguments_are_repaired()
    {
        const string Broken = """data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":{"a":1}}}]},"finish_reason":null}]}""" + "\n\n";
        await using var upstream = FakeUpstream.Events(Broken + Wires.Finish.Replace("\"stop\"", "\"tool_calls\"", StringComparison.Ordinal) + Wires.Done);
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.SendAsync(TestGateway.Chat(stream: true));
        var first = (await answer.Content.ReadAsStringAsync()).Split("\n\n")[0];

        using var json = System.Text.Json.JsonDocument.Parse(first["data: ".Length..]);
        var call = json.RootElement.GetProperty("choices")[0].GetProperty("delta").GetProperty("tool_calls")[0];
        Assert.Equal(0, call.GetProperty("index").GetInt32());
        Assert.Equal("""{"a":1}""", call.GetProperty("function").GetProperty("arguments").GetString());
    }
}
