using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Upstreams.Rehearsal.Rules;

/// <summary><c>tools</c>, <c>tool_choice</c> and <c>parallel_tool_calls</c>.</summary>
internal static class ToolRules
{
    private const int MostTools = 128;
    private const int LongestName = 64;
    private static readonly SearchValues<char> NameLetters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

    public static WireError? Check(JsonElement root)
    {
        if (!root.Has("tools"u8, out var tools)) return WithoutTools(root);
        if (tools.ValueKind is not JsonValueKind.Array) return Refusals.Type("tools", "an array of objects", tools);
        if (tools.GetArrayLength() == 0) return Refusals.EmptyArray("tools");
        if (tools.GetArrayLength() > MostTools) return Refusals.LongArray("tools", MostTools, tools.GetArrayLength());
        var index = 0;
        foreach (var tool in tools.EnumerateArray())
        {
            if (Tool(tool, index) is { } refusal) return refusal;
            index++;
        }
        return root.Has("tool_choice"u8, out var choice) ? ToolChoiceRules.Check(choice, tools) : null;
    }

    /// <summary>Shared with the legacy functions: <paramref name="param"/> is what the object is called in messages.</summary>
    public static WireError? Function(JsonElement function, string param)
    {
        if (function.ValueKind is not JsonValueKind.Object) return Refusals.Type(param, "an object", function);
        if (Name(function, param) is { } refusal) return refusal;
        if (function.Has("strict"u8, out var strict) && strict.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            return Refusals.Type($"{param}.strict", "a boolean", strict);
        if (function.Has("description"u8, out var description) && description.ValueKind is not JsonValueKind.String)
            return Refusals.Type($"{param}.description", "a string", description);
        return function.Has("parameters"u8, out var parameters) ? Parameters(function, parameters, param) : null;
    }

    public static WireError? Name(JsonElement owner, string param)
    {
        if (!owner.Has("name"u8, out var element)) return Refusals.Missing($"{param}.name");
        if (element.ValueKind is not JsonValueKind.String) return Refusals.Type($"{param}.name", "a string", element);
        var name = element.GetString() ?? "";
        if (name.Length > LongestName)
            return Refusals.Invalid($"Invalid '{param}.name': string too long. Expected a string with maximum length {LongestName}, " +
                $"but got a string with length {name.Length} instead.", $"{param}.name", "string_above_max_length");
        if (name.Length == 0)
            return Refusals.Invalid($"Invalid '{param}.name': empty string. Expected a string with minimum length 1, " +
                "but got an empty string instead.", $"{param}.name", "empty_string");
        return name.AsSpan().ContainsAnyExcept(NameLetters)
            ? Refusals.Invalid($"Invalid '{param}.name': string does not match pattern. Expected a string that matches the pattern " +
                "'^[a-zA-Z0-9_-]+$'.", $"{param}.name", "invalid_value")
            : null;
    }

    private static WireError? Parameters(JsonElement function, JsonElement parameters, string param)
    {
        if (parameters.ValueKind is not JsonValueKind.Object) return Refusals.Type($"{param}.parameters", "an object", parameters);
        var name = Refusals.Quote(function.Text("name"u8));
        if (parameters.Has("type"u8, out var type) && !(type.ValueKind is JsonValueKind.String && type.ValueEquals("object"u8)))
            return Refusals.Invalid($"Invalid schema for function '{name}': schema must be a JSON Schema of 'type: \"object\"', " +
                $"got 'type: {Refusals.Quote(type.GetRawText())}'.", $"{param}.parameters", "invalid_function_parameters");
        return function.IsTrue("strict"u8) && StrictSchema.Offence(parameters) is { } offence
            ? Refusals.Invalid($"Invalid schema for function '{name}': {offence}", $"{param}.parameters", "invalid_function_parameters")
            : null;
    }

    private static WireError? Tool(JsonElement tool, int index)
    {
        if (tool.ValueKind is not JsonValueKind.Object) return Refusals.Type($"tools[{index}]", "an object", tool);
        if (!tool.Has("type"u8, out var type)) return Refusals.Missing($"tools[{index}].type");
        if (type.ValueKind is not JsonValueKind.String) return Refusals.Type($"tools[{index}].type", "a string", type);
        if (type.ValueEquals("function"u8))
            return tool.Has("function"u8, out var function)
                ? Function(function, $"tools[{index}].function")
                : Refusals.Missing($"tools[{index}].function");
        if (!type.ValueEquals("custom"u8)) return null;
        if (!tool.Has("custom"u8, out var custom)) return Refusals.Missing($"tools[{index}].custom");
        return custom.ValueKind is JsonValueKind.Object
            ? Name(custom, $"tools[{index}].custom")
            : Refusals.Type($"tools[{index}].custom", "an object", custom);
    }

    private static WireError? WithoutTools(JsonElement root)
    {
        if (root.Has("tool_choice"u8, out _)) return NeedsTools("tool_choice");
        return root.Has("parallel_tool_calls"u8, out _) ? NeedsTools("parallel_tool_calls") : null;
    }

    private static WireError NeedsTools(string param) => Refusals.Invalid(
        $"Invalid value for '{param}': '{param}' is only allowed when 'tools' are specified.", param);
}
