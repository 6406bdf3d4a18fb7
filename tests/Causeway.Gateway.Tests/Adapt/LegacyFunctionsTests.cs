using System.Text.Json;
using Causeway.Gateway.Adapt;
using Causeway.Gateway.Tests.Answers;
using Causeway.Spec.Plans;
using Causeway.Spec.Profiles;
using Causeway.Testing;

namespace Causeway.Gateway.Tests.Adapt;

/// <summary>Applications that still speak of functions, at a target that knows tools.</summary>
public sealed class LegacyFunctionsTests
{
    private const string Functions = """ "functions":[{"name":"f","parameters":{"type":"object"}}, {"name":"g"}]""";
    private const string Calls = """{"role":"assistant","content":null,"tool_calls":[{"id":"x","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},{"id":"y","type":"function","function":{"name":"g","arguments":"{}"}}]}""";

    private static AdaptPlan ToolsOnly { get; } = Adapted.Plan(Support.Absent, ParamsMode.Strict, Feature.Functions, Feature.ToolsParallelOff);

    [Fact]
    public void Functions_become_tools_and_the_rest_stays_as_it_came()
    {
        var adapted = Adapted.Of($$"""{"model":"m", {{Functions}} ,"function_call":{"name":"f"},"x" : 1}""", ToolsOnly);
        Assert.Equal(
            """{"model":"m",  "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}, {"type":"function","function":{"name":"g"}}] ,"tool_choice":{"type":"function","function":{"name":"f"}},"x" : 1}""",
            adapted.Sent);
        Assert.Equal("functions=mapped(tools), function_call=mapped(tool_choice)", adapted.Receipt);
        Assert.True(adapted.Edits is { AsFunctionCall: true, SingleToolCall: true });
    }

    [Theory]
    [InlineData("\"auto\"")]
    [InlineData("\"none\"")]
    [InlineData("null")]
    public void A_choice_that_names_nothing_keeps_its_value(string choice)
    {
        var adapted = Adapted.Of($$"""{"model":"m",{{Functions}},"function_call":{{choice}}}""", ToolsOnly);
        Assert.EndsWith($"\"tool_choice\":{choice}}}", adapted.Sent, StringComparison.Ordinal);
    }

    [Fact]
    public void Earlier_turns_are_told_as_calls_of_tools_with_ids_that_belong_together()
    {
        var adapted = Adapted.Of(
            $$$"""{"model":"m",{{{Functions}}},"messages":[{"role":"user","content":"x"},{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},{"role":"function","name":"f","content":"1"},{"role":"assistant","function_call":{"name":"g","arguments":"{}"},"content":"now"},{"name":"g","role":"function","content":null},{"role":"assistant","content":"done","function_call":null}]}""",
            ToolsOnly);
        using var sent = JsonDocument.Parse(adapted.Sent);
        Assert.Equal(
            [
                """{"role":"user","content":"x"}""",
                """{"role":"assistant","content":null,"tool_calls":[{"id":"call_0","type":"function","function":{"name":"f","arguments":"{}"}}]}""",
                """{"tool_call_id":"call_0","role":"tool","content":"1"}""",
                """{"role":"assistant","tool_calls":[{"id":"call_1","type":"function","function":{"name":"g","arguments":"{}"}}],"content":"now"}""",
                """{"tool_call_id":"call_1","role":"tool","content":""}""",
                """{"role":"assistant","content":"done"}""",
            ],
            sent.RootElement.GetProperty("messages").EnumerateArray().Select(message => message.GetRawText()));
    }

    [Fact]
    public void Earlier_turns_are_told_so_even_when_no_functions_are_offered_any_more()
    {
        var adapted = Adapted.Of("""{"model":"m","messages":[{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},{"role":"function","name":"f","content":"1"}]}""", ToolsOnly);
        Assert.Contains("\"tool_call_id\":\"call_0\"", adapted.Sent, StringComparison.Ordinal);
        Assert.Null(adapted.Edits);
        Assert.Equal("functions=mapped(tools)", adapted.Receipt);
    }

    [Theory]
    [InlineData("\"tools\":[],\"functions\":[{\"name\":\"f\"}]", "both functions and tools")]
    [InlineData("\"messages\":[{\"role\":\"function\",\"name\":\"f\",\"content\":\"1\"}]", "answers no 'function_call'")]
    public void What_cannot_be_said_with_tools_is_refused_with_the_reason(string members, string why)
    {
        var adapted = Adapted.Of($$"""{"model":"m",{{members}}}""", ToolsOnly);
        Assert.Equal((400, "functions"), (adapted.Refusal?.Status, adapted.Refusal?.Param));
        Assert.Contains(why, adapted.Refusal!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_other_steps_see_tools()
    {
        var plan = new AdaptPlan(Adapted.Profile([(Feature.Functions, Support.Absent), (Feature.ToolChoiceNamed, Support.Absent)], ToolNameRule.OpenAi), ParamsPlan.Lenient, default);
        var adapted = Adapted.Of("""{"model":"m","functions":[{"name":"a.b"},{"name":"c"}],"function_call":{"name":"a.b"}}""", plan, "served");
        using var sent = JsonDocument.Parse(adapted.Sent);
        Assert.Equal("served", sent.RootElement.GetProperty("model").GetString());
        Assert.Matches("^a_b_", Assert.Single(sent.RootElement.GetProperty("tools").EnumerateArray()).GetProperty("function").GetProperty("name").GetString());
        Assert.Equal("required", sent.RootElement.GetProperty("tool_choice").GetString());
        Assert.False(sent.RootElement.GetProperty("parallel_tool_calls").GetBoolean());
        Assert.NotNull(adapted.Edits?.Tool);
    }

    [Fact]
    public void A_request_that_speaks_of_no_functions_leaves_as_it_came()
    {
        const string Body = """{"model":"m","tools":[{"type":"function","function":{"name":"f"}}],"messages":[{"role":"user","content":"\"function_call\""}]}""";
        var adapted = Adapted.Of(Body, ToolsOnly);
        Assert.Equal((Body, null), (adapted.Sent, adapted.Receipt));
    }

    [Fact]
    public void A_whole_answer_has_one_function_call()
    {
        var edits = new AnswerEdits { AsFunctionCall = true, SingleToolCall = true };
        using var answer = JsonDocument.Parse(Edits.Whole(edits, Edits.Message(Calls[..^1] + ",\"function_call\":null}", "\"tool_calls\"")));
        var choice = answer.RootElement.GetProperty("choices")[0];
        Assert.Equal("function_call", choice.GetProperty("finish_reason").GetString());
        Assert.Equal("""{"name":"f","arguments":"{\"a\":1}"}""", choice.GetProperty("message").GetProperty("function_call").GetRawText());
        Assert.False(choice.GetProperty("message").TryGetProperty("tool_calls", out _));
        Assert.Equal(JsonValueKind.Null, choice.GetProperty("message").GetProperty("content").ValueKind);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(4096)]
    public async Task A_stream_has_the_pieces_of_one_function_call(int size)
    {
        var sse = Edits.Delta("""{"role":"assistant","content":null}""")
            + Edits.Delta("""{"tool_calls":[{"index":0,"id":"x","type":"function","function":{"name":"f","arguments":""}}]}""")
            + Edits.Delta("""{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\""}}]}""")
            + Edits.Delta("""{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]}""")
            + Edits.Delta("""{"tool_calls":[{"index":1,"id":"y","type":"function","function":{"name":"g","arguments":"{}"}}]}""")
            + Edits.Delta("{}", "\"tool_calls\"") + Wires.Done;

        var told = Told.Events(await Edits.StreamAsync(new AnswerEdits { AsFunctionCall = true, SingleToolCall = true }, sse, size)).Select(e => e.GetProperty("choices")[0]).ToList();

        var calls = told.Select(choice => choice.GetProperty("delta")).Where(delta => delta.TryGetProperty("function_call", out _)).Select(delta => delta.GetProperty("function_call").GetRawText());
        Assert.Equal(["""{"name":"f","arguments":""}""", """{"arguments":"{\"a\""}""", """{"arguments":":1}"}"""], calls);
        Assert.DoesNotContain(told, choice => choice.GetProperty("delta").TryGetProperty("tool_calls", out _));
        Assert.Equal("function_call", told[^1].GetProperty("finish_reason").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_application_that_speaks_of_functions_does_not_notice(bool stream)
    {
        await using var bedrock = await Testing.Bedrock.BedrockStandIn.StartAsync();
        await using var gateway = await TestGateway.StartAsync(TestGateway.Compile($$"""
            upstreams: { bedrock: { type: bedrock, region: us-east-1, apiKey: "${KEY}", endpoint: "{{bedrock.EndpointByRegion}}" } }
            routes: { all: { match: { model: "*" }, targets: [ { upstream: bedrock, model: deepseek.v3.2 } ] } }
            """, _ => Testing.Bedrock.BedrockStandIn.ApiKey));

        using var first = await gateway.SendAsync(TestGateway.Chat("m", stream, ""","functions":[{"name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}]"""));
        var said = await first.Content.ReadAsStringAsync();

        Assert.Equal("functions=mapped(tools)", first.Headers.GetValues("x-causeway-params").Single().Split(", ").First(entry => entry.StartsWith("functions", StringComparison.Ordinal)));
        Assert.Contains("\"function_call\":{\"name\":\"get_weather\"", said, StringComparison.Ordinal);
        Assert.Contains("\"finish_reason\":\"function_call\"", said, StringComparison.Ordinal);
        Assert.DoesNotContain("tool_calls", said, StringComparison.Ordinal);
    }
}
