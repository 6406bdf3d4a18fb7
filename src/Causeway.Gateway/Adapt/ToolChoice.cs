using Causeway.Spec.Plans;
using Causeway.Spec.Profiles;
using Causeway.Wire.Chat;
using Causeway.Wire.Json;

namespace Causeway.Gateway.Adapt;

/// <summary><c>tool_choice</c>: what an upstream does not enforce is done by offering fewer tools, and by looking whether the call came.</summary>
internal static class ToolChoice
{
    private const int MaxReasks = 2;
    private const int MaxAllowed = 1024;

    /// <summary>The only tools to be sent, by the caller's names; null for all of them.</summary>
    public static HashSet<string>? Apply(RequestDraft draft)
    {
        if (!draft.Has(ChatMember.ToolChoice)) return null;
        var value = draft[ChatMember.ToolChoice].Value;
        if (value.In(draft.Body)[0] == (byte)'{') return ApplyObject(draft, value);
        switch (JsonValue.String(value.In(draft.Body), 16))
        {
            case "none" when draft.Plan.Of(Feature.ToolChoiceNone) != Handling.Pass:
                ApplyNone(draft);
                break;
            case "required" when draft.Plan.Of(Feature.ToolChoiceRequired) != Handling.Pass:
                if (draft.Plan.Of(Feature.ToolChoiceRequired) != Handling.Remedy) draft.LeaveOut(Feature.ToolChoiceRequired, ChatMember.ToolChoice);
                else Require(draft, null);
                break;
        }
        return null;
    }

    private static void ApplyNone(RequestDraft draft)
    {
        if (draft.Plan.Of(Feature.ToolChoiceNone) != Handling.Remedy)
        {
            draft.LeaveOut(Feature.ToolChoiceNone, ChatMember.ToolChoice);
            return;
        }
        draft.Remove(ChatMember.ToolChoice, ReceiptOutcome.Emulated);
        draft.Remove(ChatMember.Tools);
        draft.Remove(ChatMember.ParallelToolCalls);
    }

    private static HashSet<string>? ApplyObject(RequestDraft draft, ByteRange value)
    {
        var body = draft.Body;
        var (type, name, allowed) = (default(string), default(string), default(ByteRange));
        var cursor = new JsonCursor(body, value);
        while (cursor.Read())
        {
            if (cursor.NameIs("type"u8)) type = JsonValue.String(cursor.Value.In(body), 32);
            else if (cursor.NameIs("function"u8)) name = NameIn(body, cursor.Value);
            else if (cursor.NameIs("allowed_tools"u8)) allowed = cursor.Value;
        }
        if (type == "function" && name is not null) return ApplyNamed(draft, name);
        return type == "allowed_tools" && draft.Plan.Of(Feature.ToolChoiceAllowedTools) != Handling.Pass ? ApplyAllowed(draft, allowed) : null;
    }

    private static HashSet<string>? ApplyNamed(RequestDraft draft, string name)
    {
        var handling = draft.Plan.Of(Feature.ToolChoiceNamed);
        if (handling == Handling.Pass)
        {
            if (Tools.Renamed(draft, name) is { } sent) RenameIn(draft, sent);
            return null;
        }
        if (handling != Handling.Remedy)
        {
            draft.LeaveOut(Feature.ToolChoiceNamed, ChatMember.ToolChoice);
            return null;
        }
        Require(draft, name);
        return [name];
    }

    private static HashSet<string>? ApplyAllowed(RequestDraft draft, ByteRange allowed)
    {
        if (draft.Plan.Of(Feature.ToolChoiceAllowedTools) != Handling.Remedy)
        {
            draft.LeaveOut(Feature.ToolChoiceAllowedTools, ChatMember.ToolChoice);
            return null;
        }
        var names = new HashSet<string>(StringComparer.Ordinal);
        var isRequired = false;
        var cursor = new JsonCursor(draft.Body, allowed);
        while (cursor.Read())
        {
            if (cursor.NameIs("mode"u8)) isRequired = JsonValue.Is(cursor.Value.In(draft.Body), "required");
            else if (cursor.NameIs("tools"u8)) Collect(draft.Body, cursor.Value, names);
        }
        if (isRequired) Require(draft, null);
        else draft.Remove(ChatMember.ToolChoice, ReceiptOutcome.Emulated);
        return names;
    }

    private static void Require(RequestDraft draft, string? name)
    {
        draft.Note("tool_choice", ReceiptOutcome.Emulated);
        if (draft.Plan.Of(Feature.ToolChoiceRequired) == Handling.Pass) draft.Edits.Replace(draft[ChatMember.ToolChoice].Value, "\"required\""u8);
        else draft.Remove(ChatMember.ToolChoice);
        draft.Answer = draft.Answer with { Tool = new ToolDemand(name is null ? null : Tools.Renamed(draft, name) ?? name, MaxReasks) };
    }

    private static void Collect(ReadOnlySpan<byte> body, ByteRange list, HashSet<string> names)
    {
        var items = new JsonCursor(body, list);
        while (items.Read() && names.Count < MaxAllowed)
        {
            var members = new JsonCursor(body, items.Value);
            while (members.Read())
                if (members.NameIs("function"u8) && NameIn(body, members.Value) is { } name) names.Add(name);
        }
    }

    private static string? NameIn(ReadOnlySpan<byte> body, ByteRange function) =>
        Tools.NameRange(body, function) is { IsEmpty: false } range ? JsonValue.String(range.In(body), Tools.MaxNameLength) : null;

    private static void RenameIn(RequestDraft draft, string sent)
    {
        var cursor = new JsonCursor(draft.Body, draft[ChatMember.ToolChoice].Value);
        while (cursor.Read())
            if (cursor.NameIs("function"u8)) draft.Edits.ReplaceByString(Tools.NameRange(draft.Body, cursor.Value), sent);
    }
}
