using System.Text.Json;
using Causeway.Wire.Errors;

namespace Causeway.Embedded;

/// <summary>What a request says of tools.</summary>
internal enum ToolDemand
{
    /// <summary>There are none, or none may be called.</summary>
    None,
    /// <summary>The model decides.</summary>
    Auto,
    /// <summary>One at least must be called.</summary>
    Required,
    /// <summary>The first of the offered ones must be called, and it is the only one.</summary>
    Named,
}

/// <summary>A function that the model may call.</summary>
/// <param name="Parameters">Its schema; undefined when it takes nothing.</param>
/// <param name="Place">Where it stands in the request: <c>tools[0].function.parameters</c>.</param>
internal sealed record OfferedTool(string Name, JsonElement Parameters, bool Strict, string Place);

/// <summary>The tools of a request, read for the grammar of the answer.</summary>
/// <param name="Raw">The value of <c>tools</c>, as the template and the dialect's parser take it; undefined without tools.</param>
internal sealed record ToolAsk(ToolDemand Demand, IReadOnlyList<OfferedTool> Tools, bool Parallel, JsonElement Raw)
{
    private const int MaxTools = 128;
    private const int MaxName = 128;

    public static ToolAsk Read(JsonElement root)
    {
        var reader = new AskReader(root);
        var parallel = reader.Flag("parallel_tool_calls", otherwise: true);
        if (reader.Find("functions") is not null) reader.Fail(ErrorCodes.UnsupportedParameter.Error("'functions' is not supported by embedded models: use 'tools'.", "functions"));
        if (reader.Error is not null) throw new EmbeddedRefusal(reader.Error);
        var choice = reader.Find("tool_choice");
        if (reader.Find("tools") is not { } raw) return Without(choice, parallel);
        if (raw.ValueKind != JsonValueKind.Array || raw.GetArrayLength() > MaxTools) throw Wrong($"'tools' must be a list of at most {MaxTools} tools.", "tools");
        List<OfferedTool> tools = [.. raw.EnumerateArray().Select(ReadTool)];
        return tools.Count == 0 ? Without(choice, parallel) : Choose(choice, tools, parallel, raw);
    }

    // Nothing can be called: who leaves the choice to the model, or wants no call, gets what he asked for.
    private static ToolAsk Without(JsonElement? choice, bool parallel) => choice is null || (choice is { ValueKind: JsonValueKind.String } text && (text.ValueEquals("auto"u8) || text.ValueEquals("none"u8)))
        ? new ToolAsk(ToolDemand.None, [], parallel, default) : throw Wrong("'tool_choice' demands a call, but there are no 'tools'.", "tool_choice");

    private static ToolAsk Choose(JsonElement? choice, List<OfferedTool> tools, bool parallel, JsonElement raw)
    {
        if (choice is not { } value) return new ToolAsk(ToolDemand.Auto, tools, parallel, raw);
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString() switch
            {
                "none" => new ToolAsk(ToolDemand.None, [], parallel, raw),
                "auto" => new ToolAsk(ToolDemand.Auto, tools, parallel, raw),
                "required" => new ToolAsk(ToolDemand.Required, tools, parallel, raw),
                _ => throw Wrong("'tool_choice' must be \"none\", \"auto\", \"required\" or a function.", "tool_choice"),
            };
        var name = value.ValueKind == JsonValueKind.Object && value.TryGetProperty("function"u8, out var function) && function.ValueKind == JsonValueKind.Object
            && function.TryGetProperty("name"u8, out var named) && named.ValueKind == JsonValueKind.String ? named.GetString() : null;
        var tool = tools.Find(tool => tool.Name == name) ?? throw Wrong("'tool_choice' names no function of 'tools'.", "tool_choice");
        return new ToolAsk(ToolDemand.Named, [tool], Parallel: false, raw);
    }

    private static OfferedTool ReadTool(JsonElement tool, int index)
    {
        if (tool.ValueKind != JsonValueKind.Object || !tool.TryGetProperty("type"u8, out var type) || type.ValueKind != JsonValueKind.String || !type.ValueEquals("function"u8)
            || !tool.TryGetProperty("function"u8, out var function) || function.ValueKind != JsonValueKind.Object)
            throw Wrong("Embedded models know tools of type 'function' only.", $"tools[{index}]");
        var name = function.TryGetProperty("name"u8, out var named) && named.ValueKind == JsonValueKind.String ? named.GetString() ?? "" : "";
        if (name.Length is 0 or > MaxName || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.'))
            throw Wrong($"A function's name has 1 to {MaxName} of a-z, A-Z, 0-9, '_', '-' and '.'.", $"tools[{index}].function.name");
        var parameters = function.TryGetProperty("parameters"u8, out var schema) && schema.ValueKind == JsonValueKind.Object ? schema : default;
        return new OfferedTool(name, parameters, function.TryGetProperty("strict"u8, out var strict) && strict.ValueKind == JsonValueKind.True, $"tools[{index}].function.parameters");
    }

    private static EmbeddedRefusal Wrong(string message, string param) => new(ErrorCodes.InvalidType.Error(message, param));
}
