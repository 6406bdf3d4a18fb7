using System.Text.Json;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Upstreams.Rehearsal.Rules;

internal static class ToolChoiceRules
{
    private const string Param = "tool_choice";

    public static WireError? Check(JsonElement choice, JsonElement tools) => choice.ValueKind switch
    {
        JsonValueKind.String => choice.ValueEquals("none"u8) || choice.ValueEquals("auto"u8) || choice.ValueEquals("required"u8)
            ? null
            : Refusals.Value(Param, choice, "'none', 'auto', and 'required'"),
        JsonValueKind.Object => Chosen(choice, tools),
        _ => Refusals.Type(Param, "one of a string or object", choice),
    };

    /// <summary>Whether <paramref name="tools"/> offers what a reference like <c>{type, function: {name}}</c> names.</summary>
    public static bool Offers(JsonElement tools, string type, string name)
    {
        foreach (var tool in tools.EnumerateArray())
        {
            if (tool.Text("type"u8) == type && tool.TryGetProperty(type, out var inner) && inner.Text("name"u8) == name) return true;
        }
        return false;
    }

    private static WireError? Chosen(JsonElement choice, JsonElement tools)
    {
        if (!choice.Has("type"u8, out var type)) return Refusals.Missing($"{Param}.type");
        if (type.ValueKind is not JsonValueKind.String) return Refusals.Type($"{Param}.type", "a string", type);
        return type.GetString() switch
        {
            "function" => Named(choice, "function", Param, tools),
            "custom" => Named(choice, "custom", Param, tools),
            "allowed_tools" => Allowed(choice, tools),
            _ => Refusals.Value($"{Param}.type", type, "'function', 'allowed_tools', and 'custom'"),
        };
    }

    private static WireError? Named(JsonElement choice, string type, string param, JsonElement tools)
    {
        if (!choice.TryGetProperty(type, out var inner)) return Refusals.Missing($"{param}.{type}");
        if (inner.ValueKind is not JsonValueKind.Object) return Refusals.Type($"{param}.{type}", "an object", inner);
        if (!inner.Has("name"u8, out var name)) return Refusals.Missing($"{param}.{type}.name");
        if (name.ValueKind is not JsonValueKind.String) return Refusals.Type($"{param}.{type}.name", "a string", name);
        return Offers(tools, type, name.GetString() ?? "")
            ? null
            : Refusals.Invalid($"Tool choice '{Refusals.Quote(name.GetString())}' not found in 'tools' parameter.", Param);
    }

    private static WireError? Allowed(JsonElement choice, JsonElement tools)
    {
        const string inside = $"{Param}.allowed_tools";
        if (!choice.Has("allowed_tools"u8, out var allowed)) return Refusals.Missing(inside);
        if (allowed.ValueKind is not JsonValueKind.Object) return Refusals.Type(inside, "an object", allowed);
        if (!allowed.Has("mode"u8, out var mode)) return Refusals.Missing($"{inside}.mode");
        if (mode.ValueKind is not JsonValueKind.String) return Refusals.Type($"{inside}.mode", "a string", mode);
        if (!mode.ValueEquals("auto"u8) && !mode.ValueEquals("required"u8))
            return Refusals.Value($"{inside}.mode", mode, "'auto' and 'required'");
        if (!allowed.Has("tools"u8, out var list)) return Refusals.Missing($"{inside}.tools");
        return list.ValueKind is JsonValueKind.Array
            ? AllowedList(list, tools, $"{inside}.tools")
            : Refusals.Type($"{inside}.tools", "an array of objects", list);
    }

    private static WireError? AllowedList(JsonElement list, JsonElement tools, string param)
    {
        if (list.GetArrayLength() == 0) return Refusals.EmptyArray(param);
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind is not JsonValueKind.Object) return Refusals.Type($"{param}[{index}]", "an object", item);
            if (item.Text("type"u8) is not { } type) return Refusals.Missing($"{param}[{index}].type");
            if (type is "function" or "custom" && Named(item, type, $"{param}[{index}]", tools) is { } refusal) return refusal;
            index++;
        }
        return null;
    }
}
