using System.Text;
using Causeway.Spec.Profiles;
using Causeway.Wire.Schemas;

namespace Causeway.Gateway.Probe.Checks;

/// <summary>Tools: called, in parallel, forced, named, forbidden, strict.</summary>
internal static class ToolChecks
{
    private const string Parameters = """{"type":"object","properties":{"city":{"type":"string"},"unit":{"enum":["C","F"]}},"required":["city","unit"],"additionalProperties":false}""";
    private const string Weather = """{"type":"function","function":{"name":"get_weather","description":"The weather in a city","parameters":""" + Parameters + "}}";
    private const string Clock = """{"type":"function","function":{"name":"get_time","description":"The time in a city","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}""";
    private const string Strict = """{"type":"function","function":{"name":"get_weather","strict":true,"parameters":""" + Parameters + "}}";
    private const string Function = """{"name":"get_weather","parameters":""" + Parameters + "}";
    private const string Named = "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"get_time\"}}";
    private const string OneCity = "What is the weather in Paris in C? Use the tool.";
    private const string TwoCities = "What is the weather in Paris and in Rome, in C? Call the tool once for each city, both now.";
    private const int Room = 256;

    public static IReadOnlyList<ProbeCheck> All { get; } =
    [
        ProbeCheck.Of(Feature.Tools, Ask(OneCity, Weather), static answer => answer.ToolCalls.Count > 0
            ? Finding.Native("called " + Names(answer)) : Finding.Unknown("answered in text: " + Kind(answer))),
        ProbeCheck.Of(Feature.ToolsParallel, Ask(TwoCities, Weather), static answer => answer.ToolCalls.Count > 1
            ? Finding.Native($"{answer.ToolCalls.Count} calls in one answer") : Finding.Unknown($"{answer.ToolCalls.Count} calls in one answer")),
        ProbeCheck.Of(Feature.ToolsParallelOff, Ask(TwoCities, Weather, "\"parallel_tool_calls\":false"), static answer => answer.ToolCalls.Count switch
        {
            0 => Finding.Unknown("no call in the answer"),
            1 => Finding.Native("one call, though two were asked for in words"),
            var calls => Finding.Absent($"{calls} calls, though only one was allowed"),
        }),
        ProbeCheck.Of(Feature.ToolChoiceNone, Ask(OneCity, Weather, "\"tool_choice\":\"none\""), static answer =>
            Finding.Seen(answer.ToolCalls.Count == 0, $"{answer.ToolCalls.Count} calls, though none were allowed")),
        ProbeCheck.Of(Feature.ToolChoiceRequired, Ask("Say hello.", Weather, "\"tool_choice\":\"required\""), static answer =>
            Finding.Seen(answer.ToolCalls.Count > 0, $"{answer.ToolCalls.Count} calls for a question that needs none")),
        ProbeCheck.Of(Feature.ToolChoiceNamed, Ask(OneCity, Weather + "," + Clock, Named), static answer =>
            Finding.Seen(answer.ToolCalls.Count > 0 && Names(answer) == "get_time", $"named get_time, called {Names(answer)}")),
        ProbeCheck.Of(Feature.ToolsStrict, Ask(OneCity, Strict), static answer => answer.ToolCalls.Count == 0
            ? Finding.Unknown("no call in the answer") : Finding.Seen(Fits(answer), Fits(answer) ? "arguments fit the strict schema" : "arguments do not fit the strict schema")),
        ProbeCheck.Of(Feature.Functions, ProbeCheck.Ask(OneCity, Room, $"\"functions\":[{Function}],\"function_call\":{{\"name\":\"get_weather\"}}"), static answer =>
            Finding.Seen(ProbeAnswer.Member(answer.Message, "function_call").ValueKind == System.Text.Json.JsonValueKind.Object, "looked for function_call in the message")),
    ];

    private static string Ask(string text, string tools, string more = "") =>
        ProbeCheck.Ask(text, Room, $"\"tools\":[{tools}]{(more.Length == 0 ? "" : "," + more)}");

    private static string Names(ProbeAnswer answer)
    {
        var names = answer.ToolCalls.Select(call => ProbeAnswer.Text(ProbeAnswer.Member(call, "function"), "name")).Distinct();
        var text = string.Join(", ", names);
        return text.Length == 0 ? "nothing" : text;
    }

    private static string Kind(ProbeAnswer answer) =>
        answer.Content.Contains("get_weather", StringComparison.Ordinal) ? "the call is in the text, as markup" : $"{answer.Content.Length} characters";

    private static bool Fits(ProbeAnswer answer)
    {
        var arguments = ProbeAnswer.Text(ProbeAnswer.Member(answer.ToolCalls[0], "function"), "arguments");
        return JsonSchema.TryCompile(Encoding.UTF8.GetBytes(Parameters), out var schema, out _) && schema.Validate(Encoding.UTF8.GetBytes(arguments)).IsValid;
    }
}
