using System.Text;
using System.Text.Json;
using Causeway.Gateway.Adapt;
using Causeway.Gateway.Adapt.Answers;
using Causeway.Gateway.Upstreams;
using Causeway.Testing;
using Causeway.Wire.Chat;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Tests.Answers;

/// <summary>What is done around the sending: several requests for several choices, and asking again.</summary>
public sealed class AnswerSendTests
{
    private static readonly AnswerEdits _json = new() { Json = new JsonDemand(default, 2) };

    [Fact]
    public async Task Choices_are_requests_of_their_own_and_their_usage_is_summed()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        using var sent = await Sent.OfAsync(upstream, new AnswerEdits { Choices = 3 });

        using var answer = JsonDocument.Parse(sent.Text);
        Assert.Equal([0, 1, 2], answer.RootElement.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("index").GetInt32()));
        Assert.Equal((27, 6), (answer.RootElement.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), answer.RootElement.GetProperty("usage").GetProperty("completion_tokens").GetInt32()));
        Assert.Equal(3, upstream.Requests.Count);
        Assert.Equal(2, sent.Call.Attempts.Count);
    }

    [Fact]
    public async Task Streamed_choices_come_as_one_stream()
    {
        await using var upstream = FakeUpstream.Events(Wires.Stream);
        using var sent = await Sent.OfAsync(upstream, new AnswerEdits { Choices = 3 }, stream: true);

        for (var choice = 0; choice < 3; choice++) Assert.Equal(new Told("Hi there", "", "", "stop"), Told.OfStream(sent.Text, choice));
        var events = Told.Events(sent.Text).ToList();
        Assert.Single(events.Select(e => e.GetProperty("id").GetString()).Distinct());
        Assert.Equal(33, events[^1].GetProperty("usage").GetProperty("total_tokens").GetInt32());
        Assert.Single(events, e => e.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_choice_that_fails_fails_the_whole_before_the_first_byte(bool stream)
    {
        var asked = 0;
        await using var upstream = new FakeUpstream(exchange => Interlocked.Increment(ref asked) == 2
            ? exchange.AnswerAsync(429, "application/json", """{"error":{"message":"slow down"}}""")
            : stream ? exchange.AnswerAsync(200, "text/event-stream", Wires.Stream) : exchange.AnswerAsync(200, "application/json", Wires.Completion));
        using var sent = await Sent.OfAsync(upstream, new AnswerEdits { Choices = 3 }, stream);

        Assert.Equal(429, sent.Reply.Status);
        Assert.Equal(stream ? 0 : 4, sent.Call.Spent.Completion);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Choices_have_seeds_of_their_own_and_always_the_same_ones(bool stream)
    {
        await using var upstream = stream ? FakeUpstream.Events(Wires.Stream) : FakeUpstream.Json(Wires.Completion);
        using var sent = await Sent.OfAsync(upstream, new AnswerEdits { Choices = 3 }, stream, ",\"seed\": 41,\"x\":1");

        Assert.Equal([41, 42, 43], upstream.Requests.Select(request => JsonDocument.Parse(request.Body).RootElement.GetProperty("seed").GetInt64()).Order());
        Assert.All(upstream.Requests, request => Assert.EndsWith(",\"x\":1}", request.Body, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{\"seed\":9223372036854775807}", 2, "{\"seed\":-9223372036854775807}")]
    [InlineData("{\"seed\":\"7\"}", 1, "{\"seed\":\"7\"}")]
    [InlineData("{\"seed\":null}", 1, "{\"seed\":null}")]
    [InlineData("{\"metadata\":{\"seed\":1}}", 1, "{\"metadata\":{\"seed\":1}}")]
    [InlineData("{\"s\\u0065ed\":-1}", 1, "{\"s\\u0065ed\":0}")]
    [InlineData("{\"seed\":5}", 0, "{\"seed\":5}")]
    public void A_seed_goes_up_by_the_choice(string body, int choice, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(VariedSeed.In(Encoding.UTF8.GetBytes(body), choice).Span));

    [Fact]
    public async Task JSON_in_a_fence_is_taken_out_of_it()
    {
        await using var upstream = FakeUpstream.Json(Answer("```json\\n{\\\"a\\\": 1}\\n```"));
        using var sent = await Sent.OfAsync(upstream, _json);

        Assert.Equal("""{"a": 1}""", Told.OfWhole(sent.Text).Content);
        Assert.Single(upstream.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_that_is_no_JSON_is_asked_for_again_with_what_was_wrong(bool stream)
    {
        await using var upstream = Answering("Sure! Here it is.", "{\\\"a\\\":1}");
        using var sent = await Sent.OfAsync(upstream, _json, stream);

        var told = stream ? Told.OfStream(sent.Text) : Told.OfWhole(sent.Text);
        Assert.Equal(new Told("""{"a":1}""", "", "", "stop"), told);
        var second = upstream.Requests.ElementAt(1).Body;
        using var again = JsonDocument.Parse(second);
        var messages = again.RootElement.GetProperty("messages");
        Assert.Equal("Sure! Here it is.", messages[1].GetProperty("content").GetString());
        Assert.Contains("not valid JSON", messages[2].GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.False(again.RootElement.TryGetProperty("stream", out var asksStream) && asksStream.GetBoolean());
        Assert.Contains("\"total_tokens\":22", sent.Text, StringComparison.Ordinal);
        Assert.Equal(1, sent.Call.Attempts.Count);
    }

    [Fact]
    public async Task A_model_that_never_keeps_the_demand_is_an_error_and_its_tokens_are_not_lost()
    {
        await using var upstream = Answering("no");
        using var sent = await Sent.OfAsync(upstream, _json);

        Assert.Equal(("upstream_answer_unfit", 502), (sent.Reply.Error?.Code, sent.Reply.Error?.Status));
        Assert.Equal(3, upstream.Requests.Count);
        Assert.Equal(new TokenUsage(27, 6, 12), sent.Call.Spent);
    }

    [Fact]
    public async Task An_answer_that_was_cut_by_its_limit_is_not_asked_for_again()
    {
        await using var upstream = FakeUpstream.Json(Answer("{\\\"a\\\":").Replace("\"stop\"", "\"length\"", StringComparison.Ordinal));
        using var sent = await Sent.OfAsync(upstream, _json);

        Assert.Equal(new Told("{\"a\":", "", "", "length"), Told.OfWhole(sent.Text));
        Assert.Single(upstream.Requests);
    }

    [Fact]
    public async Task JSON_that_does_not_satisfy_the_schema_is_asked_for_again_with_the_place()
    {
        var schema = """{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}"""u8.ToArray();
        await using var upstream = Answering("{\\\"a\\\":\\\"x\\\"}", "{\\\"a\\\":1}");
        using var sent = await Sent.OfAsync(upstream, new AnswerEdits { Json = new JsonDemand(schema, 1) });

        Assert.Equal("""{"a":1}""", Told.OfWhole(sent.Text).Content);
        Assert.Contains("/a", upstream.Requests.ElementAt(1).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_that_is_none_is_the_callers_mistake()
    {
        await using var upstream = Answering("{}");
        using var sent = await Sent.OfAsync(upstream, new AnswerEdits { Json = new JsonDemand("""{"type":7}"""u8.ToArray(), 1) });

        Assert.Equal((400, "response_format"), (sent.Reply.Error?.Status, sent.Reply.Error?.Param));
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task A_demanded_tool_call_that_did_not_come_is_asked_for_again()
    {
        const string Called = """
            "content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]
            """;
        var call = Wires.Completion.Replace("\"content\":\"Hi there\"", Called, StringComparison.Ordinal).Replace("\"stop\"", "\"tool_calls\"", StringComparison.Ordinal);
        var asked = 0;
        await using var upstream = new FakeUpstream(exchange => exchange.AnswerAsync(200, "application/json", Interlocked.Increment(ref asked) == 1 ? Wires.Completion : call));
        using var sent = await Sent.OfAsync(upstream, new AnswerEdits { Tool = new ToolDemand("f", 1) }, stream: true);

        Assert.Equal(new Told("", "", "f({})", "tool_calls"), Told.OfStream(sent.Text));
        Assert.Contains("Call the tool `f` now", upstream.Requests.ElementAt(1).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_while_it_is_held_is_a_failure_before_the_first_byte()
    {
        await using var upstream = new FakeUpstream(async exchange =>
        {
            await exchange.RawAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"id\":");
            exchange.Reset();
        });
        using var sent = await Sent.OfAsync(upstream, _json);

        Assert.Equal("upstream_connection_lost", sent.Reply.Error?.Code);
    }

    private static string Answer(string content) => Wires.Completion.Replace("Hi there", content, StringComparison.Ordinal);

    /// <summary>Answers with these contents in turn, with the last one from then on.</summary>
    private static FakeUpstream Answering(params string[] contents)
    {
        var asked = -1;
        return new FakeUpstream(exchange => exchange.AnswerAsync(200, "application/json", Answer(contents[Math.Min(Interlocked.Increment(ref asked), contents.Length - 1)])));
    }

    /// <summary>One attempt with edits, sent over a real connection.</summary>
    private sealed class Sent : IDisposable
    {
        private readonly PlanState _plans;

        private Sent(PlanState plans, Call call, UpstreamReply reply, string text) => (_plans, Call, Reply, Text) = (plans, call, reply, text);

        public Call Call { get; }
        public UpstreamReply Reply { get; }

        /// <summary>The body of a successful reply.</summary>
        public string Text { get; }

        public static async Task<Sent> OfAsync(FakeUpstream upstream, AnswerEdits edits, bool stream = false, string more = "")
        {
            var plans = new PlanState(TestGateway.Compile(TestGateway.SpecFor(upstream.BaseUrl)), TimeProvider.System);
            var call = new Call(TimeProvider.System);
            call.Begin(new DefaultHttpContext(), plans.Current, Operation.Chat);
            var body = Encoding.UTF8.GetBytes(TestGateway.Chat(stream: stream, more: more));
            body.CopyTo(call.Body.GetSpan(body.Length));
            call.Body.Advance(body.Length);
            Assert.True(ChatEnvelope.TryRead(call.Body.Span, out call.Envelope, out _));
            var target = plans.Plan.Routes.Find("m")!.Targets[0];
            var reply = await new AnswerSend(call, target, plans.Current.Upstreams["fake"], edits).SendAsync(new UpstreamCall(call.Body.Memory, stream, null));
            using var reader = new StreamReader(reply.Body, leaveOpen: true);
            return new Sent(plans, call, reply, reply is { Status: 200, Error: null } ? await reader.ReadToEndAsync() : "");
        }

        public void Dispose()
        {
            Reply.Dispose();
            Call.Dispose();
            _plans.Dispose();
        }
    }
}
