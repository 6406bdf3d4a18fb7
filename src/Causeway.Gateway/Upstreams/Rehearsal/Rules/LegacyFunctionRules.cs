using System.Text.Json;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Upstreams.Rehearsal.Rules;

/// <summary><c>functions</c> and <c>function_call</c>: deprecated, and still in code that teams migrate.</summary>
internal static class LegacyFunctionRules
{
    public static WireError? Check(JsonElement root)
    {
        if (!root.Has("functions"u8, out var functions))
            return root.Has("function_call"u8, out _)
                ? Refusals.Invalid("Invalid value for 'function_call': 'function_call' is only allowed when 'functions' are specified.",
                    "function_call")
                : null;
        if (functions.ValueKind is not JsonValueKind.Array) return Refusals.Type("functions", "an array of objects", functions);
        if (functions.GetArrayLength() == 0) return Refusals.EmptyArray("functions");
        var index = 0;
        foreach (var function in functions.EnumerateArray())
        {
            if (ToolRules.Function(function, $"functions[{index}]") is { } refusal) return refusal;
            index++;
        }
        return root.Has("function_call"u8, out var call) ? Choice(call, functions) : null;
    }

    private static WireError? Choice(JsonElement call, JsonElement functions)
    {
        if (call.ValueKind is JsonValueKind.String)
            return call.ValueEquals("none"u8) || call.ValueEquals("auto"u8)
                ? null
                : Refusals.Value("function_call", call, "'none' and 'auto'");
        if (call.ValueKind is not JsonValueKind.Object) return Refusals.Type("function_call", "one of a string or object", call);
        if (call.Text("name"u8) is not { } name) return Refusals.Missing("function_call.name");
        foreach (var function in functions.EnumerateArray())
        {
            if (function.Text("name"u8) == name) return null;
        }
        return Refusals.Invalid($"Invalid value for 'function_call': no function named '{Refusals.Quote(name)}' was specified in the " +
            "'functions' parameter.", "function_call");
    }
}
