using System.Text.Json;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Upstreams.Rehearsal.Rules;

/// <summary>Every call of an assistant message is answered by the tool messages that follow it, and nothing else is.</summary>
internal static class ToolResultRules
{
    public static WireError? Check(JsonElement messages)
    {
        HashSet<string>? called = null;
        HashSet<string>? open = null;
        var index = 0;
        foreach (var message in messages.EnumerateArray())
        {
            if (message.GetProperty("role"u8).ValueEquals("tool"u8))
            {
                var id = message.Text("tool_call_id"u8) ?? "";
                if (called is null) return Orphan(index);
                if (!called.Contains(id)) return UnknownId(id, index);
                open?.Remove(id);
            }
            else
            {
                if (open is { Count: > 0 }) return Unanswered(open, index);
                called = message.Has("tool_calls"u8, out var calls) ? Ids(calls) : null;
                open = called is null ? null : [.. called];
            }
            index++;
        }
        return open is { Count: > 0 } ? Unanswered(open, index) : null;
    }

    private static HashSet<string>? Ids(JsonElement calls)
    {
        if (calls.ValueKind is not JsonValueKind.Array) return null;
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var call in calls.EnumerateArray())
        {
            if (call.ValueKind is JsonValueKind.Object && call.Text("id"u8) is { } id) ids.Add(id);
        }
        return ids;
    }

    private static WireError Orphan(int index) => Refusals.Invalid(
        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
        $"messages.[{index}].role");

    private static WireError UnknownId(string id, int index) => Refusals.Invalid(
        $"Invalid parameter: 'tool_call_id' of '{Refusals.Quote(id)}' not found in 'tool_calls' of previous message.",
        $"messages.[{index}].tool_call_id");

    private static WireError Unanswered(HashSet<string> open, int index) => Refusals.Invalid(
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. " +
        $"The following tool_call_ids did not have response messages: {Refusals.Quote(string.Join(", ", open))}",
        $"messages.[{index}].role");
}
