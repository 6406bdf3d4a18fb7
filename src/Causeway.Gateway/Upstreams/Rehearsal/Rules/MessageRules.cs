using System.Text.Json;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Upstreams.Rehearsal.Rules;

/// <summary>Shape of each message. The order of calls and results is <see cref="ToolResultRules"/>.</summary>
internal static class MessageRules
{
    private const string Roles = "'system', 'assistant', 'user', 'function', 'tool', and 'developer'";

    public static WireError? Check(JsonElement root)
    {
        if (!root.Has("messages"u8, out var messages)) return Refusals.Missing("messages");
        if (messages.ValueKind is not JsonValueKind.Array) return Refusals.Type("messages", "an array of objects", messages);
        if (messages.GetArrayLength() == 0) return Refusals.EmptyArray("messages");
        var index = 0;
        foreach (var message in messages.EnumerateArray())
        {
            if (Message(message, index) is { } refusal) return refusal;
            index++;
        }
        return ToolResultRules.Check(messages);
    }

    private static WireError? Message(JsonElement message, int index)
    {
        if (message.ValueKind is not JsonValueKind.Object) return Refusals.Type($"messages[{index}]", "an object", message);
        if (!message.Has("role"u8, out var role)) return Refusals.Missing($"messages[{index}].role");
        if (role.ValueKind is not JsonValueKind.String) return Refusals.Type($"messages[{index}].role", "a string", role);
        if (message.Has("name"u8, out var name) && name.ValueKind is not JsonValueKind.String)
            return Refusals.Type($"messages[{index}].name", "a string", name);
        if (role.ValueEquals("user"u8) || role.ValueEquals("system"u8) || role.ValueEquals("developer"u8))
            return RequiredContent(message, index);
        if (role.ValueEquals("assistant"u8)) return Assistant(message, index);
        if (role.ValueEquals("tool"u8)) return RequiredString(message, "tool_call_id", index) ?? RequiredContent(message, index);
        return role.ValueEquals("function"u8)
            ? RequiredString(message, "name", index) ?? OptionalContent(message, index)
            : Refusals.Value($"messages[{index}].role", role, Roles);
    }

    private static WireError? Assistant(JsonElement message, int index)
    {
        if (message.Has("tool_calls"u8, out var calls)) return ToolCalls(calls, index) ?? OptionalContent(message, index);
        return message.Has("function_call"u8, out _) || message.Has("refusal"u8, out _) || message.Has("audio"u8, out _)
            ? OptionalContent(message, index)
            : RequiredContent(message, index);
    }

    private static WireError? RequiredString(JsonElement message, string name, int index)
    {
        if (!message.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null)
            return Refusals.Missing($"messages[{index}].{name}");
        return value.ValueKind is JsonValueKind.String ? null : Refusals.Type($"messages[{index}].{name}", "a string", value);
    }

    private static WireError? RequiredContent(JsonElement message, int index)
    {
        if (!message.TryGetProperty("content"u8, out var content)) return Refusals.Missing($"messages[{index}].content");
        return content.ValueKind is JsonValueKind.Null
            ? Refusals.Invalid("Invalid value for 'content': expected a string, got null.", $"messages.[{index}].content")
            : Content(content, index);
    }

    private static WireError? OptionalContent(JsonElement message, int index) =>
        message.Has("content"u8, out var content) ? Content(content, index) : null;

    private static WireError? Content(JsonElement content, int index)
    {
        if (content.ValueKind is JsonValueKind.String) return null;
        if (content.ValueKind is not JsonValueKind.Array)
            return Refusals.Type($"messages[{index}].content", "one of a string or array of objects", content);
        var position = 0;
        foreach (var part in content.EnumerateArray())
        {
            if (ContentPartRules.Check(part, index, position) is { } refusal) return refusal;
            position++;
        }
        return null;
    }

    private static WireError? ToolCalls(JsonElement calls, int index)
    {
        if (calls.ValueKind is not JsonValueKind.Array) return Refusals.Type($"messages[{index}].tool_calls", "an array of objects", calls);
        if (calls.GetArrayLength() == 0) return Refusals.EmptyArray($"messages[{index}].tool_calls");
        var position = 0;
        foreach (var call in calls.EnumerateArray())
        {
            if (ToolCallRule(call, index, position) is { } refusal) return refusal;
            position++;
        }
        return null;
    }

    private static WireError? ToolCallRule(JsonElement call, int index, int position)
    {
        string Param(string member) => $"messages[{index}].tool_calls[{position}]{member}";
        if (call.ValueKind is not JsonValueKind.Object) return Refusals.Type(Param(""), "an object", call);
        if (!call.Has("id"u8, out var id)) return Refusals.Missing(Param(".id"));
        if (id.ValueKind is not JsonValueKind.String) return Refusals.Type(Param(".id"), "a string", id);
        if (!call.Has("type"u8, out var type)) return Refusals.Missing(Param(".type"));
        if (type.ValueKind is not JsonValueKind.String) return Refusals.Type(Param(".type"), "a string", type);
        if (!type.ValueEquals("function"u8)) return null;
        if (!call.Has("function"u8, out var function)) return Refusals.Missing(Param(".function"));
        if (function.ValueKind is not JsonValueKind.Object) return Refusals.Type(Param(".function"), "an object", function);
        if (!function.Has("name"u8, out var name)) return Refusals.Missing(Param(".function.name"));
        if (name.ValueKind is not JsonValueKind.String) return Refusals.Type(Param(".function.name"), "a string", name);
        if (!function.Has("arguments"u8, out var arguments)) return Refusals.Missing(Param(".function.arguments"));
        return arguments.ValueKind is JsonValueKind.String ? null : Refusals.Type(Param(".function.arguments"), "a string", arguments);
    }
}
