using System.Text.Json;
using System.Text.RegularExpressions;

namespace Causeway.Gateway.Tests.Rehearsal;

public sealed partial class ToolCallTests : IDisposable
{
    private const string Tools = """
        "tools":[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{"unit":{"enum":["c","f"]}},
        "required":["unit"]}}},{"type":"function","function":{"name":"get_time"}},{"type":"custom","custom":{"name":"sh"}}]
        """;

    private readonly Stage _stage = new();

    [Fact]
    public async Task Auto_answers_in_words()
    {
        var answer = await _stage.AskAsync(Stage.Request("Weather?", Tools));
        Assert.Equal("stop", Stage.Finish(answer));
        Assert.Contains("rehearsal", Stage.Content(answer), StringComparison.Ordinal);
        Assert.False(Message(answer).TryGetProperty("tool_calls", out _));
    }

    [Fact]
    public async Task Required_calls_one_tool_with_valid_arguments()
    {
        var answer = await _stage.AskAsync(Stage.Request("Weather?", Tools + ",\"tool_choice\":\"required\""));
        var call = Assert.Single(Calls(answer));
        Assert.Equal("tool_calls", Stage.Finish(answer));
        Assert.Equal(JsonValueKind.Null, Message(answer).GetProperty("content").ValueKind);
        Assert.Matches(CallId(), call.GetProperty("id").GetString());
        Assert.Contains(Arguments(call).GetProperty("unit").GetString(), new[] { "c", "f" });
    }

    [Theory]
    [InlineData("function", "get_time")]
    [InlineData("custom", "sh")]
    public async Task A_named_tool_is_called_and_the_reason_is_stop(string kind, string name)
    {
        var choice = $$$"""
            ,"tool_choice":{"type":"{{{kind}}}","{{{kind}}}":{"name":"{{{name}}}"}}
            """;
        var answer = await _stage.AskAsync(Stage.Request("Weather?", Tools + choice));
        Assert.Equal(name, Assert.Single(Calls(answer)).GetProperty(kind).GetProperty("name").GetString());
        Assert.Equal("stop", Stage.Finish(answer));
    }

    [Fact]
    public async Task Only_allowed_tools_are_called()
    {
        const string choice = """
            ,"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"get_time"}}]}}
            """;
        foreach (var model in new[] { "gpt-4o", "rehearsal-parallel" })
        {
            var call = Assert.Single(Calls(await _stage.AskAsync(Stage.Request("Weather?", Tools + choice, model))));
            Assert.Equal("get_time", call.GetProperty("function").GetProperty("name").GetString());
        }
    }

    [Fact]
    public async Task The_parallel_script_calls_every_function_once()
    {
        var calls = Calls(await _stage.AskAsync(Stage.Request("Both?", Tools, "rehearsal-parallel")));
        Assert.Equal(["get_weather", "get_time"], calls.Select(static call => call.GetProperty("function").GetProperty("name").GetString()));
        Assert.Equal(2, calls.Select(static call => call.GetProperty("id").GetString()).Distinct().Count());
        Assert.Single(Calls(await _stage.AskAsync(Stage.Request("Both?", Tools + ",\"parallel_tool_calls\":false", "rehearsal-parallel"))));
        var none = await _stage.AskAsync(Stage.Request("Both?", Tools + ",\"tool_choice\":\"none\"", "rehearsal-parallel"));
        Assert.NotEqual("", Stage.Content(none));
    }

    [Fact]
    public async Task A_tool_result_is_answered_in_words_so_that_agents_come_to_an_end()
    {
        const string history = """
            "messages":[{"role":"user","content":"Weather?"},{"role":"assistant","content":null,"tool_calls":[
            {"id":"call_a","type":"function","function":{"name":"get_weather","arguments":"{}"}}]},
            {"role":"tool","tool_call_id":"call_a","content":"21 degrees"}]
            """;
        var answer = await _stage.AskAsync($$"""{"model":"rehearsal-parallel",{{history}},{{Tools}}}""");
        Assert.Contains("21 degrees", Stage.Content(answer), StringComparison.Ordinal);
        Assert.Equal("stop", Stage.Finish(answer));
    }

    [Fact]
    public async Task Legacy_functions_are_answered_with_a_function_call()
    {
        const string functions = "\"functions\":[{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}],\"function_call\":{\"name\":\"f\"}";
        var answer = await _stage.AskAsync(Stage.Request("Go", functions));
        Assert.Equal("f", Message(answer).GetProperty("function_call").GetProperty("name").GetString());
        Assert.Equal("{}", Message(answer).GetProperty("function_call").GetProperty("arguments").GetString());
    }

    public void Dispose() => _stage.Dispose();

    private static JsonElement Message(JsonElement answer) => answer.GetProperty("choices")[0].GetProperty("message");

    private static List<JsonElement> Calls(JsonElement answer) => [.. Message(answer).GetProperty("tool_calls").EnumerateArray()];

    private static JsonElement Arguments(JsonElement call) =>
        Stage.Parse(call.GetProperty("function").GetProperty("arguments").GetString() ?? "");

    [GeneratedRegex("^call_[A-Za-z0-9]{24}$")]
    private static partial Regex CallId();
}
