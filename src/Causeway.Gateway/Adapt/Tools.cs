using Causeway.Spec.Plans;
using Causeway.Spec.Profiles;
using Causeway.Wire.Chat;
using Causeway.Wire.Json;

namespace Causeway.Gateway.Adapt;

/// <summary><c>tools</c> and what belongs to them: kinds, strictness, names, which of them are offered, how many may be called at once.</summary>
internal static class Tools
{
    /// <summary>Of a name that is looked at; longer ones are cut and so never match anything.</summary>
    public const int MaxNameLength = 4096;

    private const int MaxRenamed = 1024;

    public static void Apply(RequestDraft draft)
    {
        if (!draft.Has(ChatMember.Tools))
        {
            ApplyParallel(draft, hasTools: false);
            return;
        }
        if (draft.Plan.Of(Feature.Tools) != Handling.Pass)
        {
            draft.LeaveOut(Feature.Tools, ChatMember.Tools);
            draft.Remove(ChatMember.ToolChoice);
            draft.Remove(ChatMember.ParallelToolCalls);
            return;
        }
        var offered = ToolChoice.Apply(draft);
        if (!draft.IsSent(ChatMember.Tools)) return;
        ApplyParallel(draft, hasTools: true);
        if (offered is not null || draft.Plan.Profile?.ToolNames is not null || draft.Plan.Of(Feature.ToolsStrict) != Handling.Pass || draft.Plan.Of(Feature.ToolsCustom) != Handling.Pass)
            ApplyToEach(draft, offered);
    }

    /// <summary>The name to send for a tool, when it is not the caller's own. Remembered for the way back.</summary>
    public static string? Renamed(RequestDraft draft, string name)
    {
        if (draft.Plan.Profile?.ToolNames is not { } rule || ToolNaming.IsLegal(name, rule)) return null;
        var legal = ToolNaming.Legal(name, rule);
        var names = draft.ToolNames ??= new Dictionary<string, string>(StringComparer.Ordinal);
        if (!names.TryAdd(legal, name)) return legal;
        if (names.Count == 1) draft.Note("tools.name", ReceiptOutcome.Mapped);
        if (names.Count > MaxRenamed) draft.Refuse("tools", "tools", $"more than {MaxRenamed} of its names have characters or lengths that its target does not take");
        return legal;
    }

    /// <summary>The value of <c>name</c> in a function; empty when there is none.</summary>
    public static ByteRange NameRange(ReadOnlySpan<byte> body, ByteRange function)
    {
        var cursor = new JsonCursor(body, function);
        while (cursor.Read())
            if (cursor.NameIs("name"u8)) return cursor.Value;
        return default;
    }

    private static void ApplyParallel(RequestDraft draft, bool hasTools)
    {
        var asked = draft[ChatMember.ParallelToolCalls];
        if (!asked.Value.IsEmpty && draft.ValueOf(ChatMember.ParallelToolCalls).SequenceEqual("false"u8)) ApplySingle(draft, hasTools);
        else if (draft.Plan.Of(Feature.ToolsParallel) == Handling.Remedy && hasTools && draft.Plan.Of(Feature.ToolsParallelOff) == Handling.Pass)
        {
            draft.Note("parallel_tool_calls", ReceiptOutcome.Mapped, "false");
            if (asked.Value.IsEmpty) draft.Add(",\"parallel_tool_calls\":false"u8);
            else draft.Edits.Replace(asked.Value, "false"u8);
        }
        else if (!asked.Value.IsEmpty && draft.Plan.Of(Feature.ToolsParallelOff) != Handling.Pass) draft.LeaveOut(Feature.ToolsParallelOff, ChatMember.ParallelToolCalls);
    }

    private static void ApplySingle(RequestDraft draft, bool hasTools)
    {
        var handling = draft.Plan.Of(Feature.ToolsParallelOff);
        if (handling == Handling.Pass) return;
        if (handling != Handling.Remedy) draft.LeaveOut(Feature.ToolsParallelOff, ChatMember.ParallelToolCalls);
        else
        {
            draft.Remove(ChatMember.ParallelToolCalls, hasTools ? ReceiptOutcome.Emulated : ReceiptOutcome.Omitted);
            if (hasTools) draft.Answer = draft.Answer with { SingleToolCall = true };
        }
    }

    private static void ApplyToEach(RequestDraft draft, HashSet<string>? offered)
    {
        var body = draft.Body;
        var pruning = new Pruning(draft.Edits);
        var items = new JsonCursor(body, draft[ChatMember.Tools].Value);
        var (strict, kept) = (0, 0);
        while (items.Read())
        {
            var (isCustom, function) = Read(body, items.Value);
            var nameRange = function.IsEmpty ? default : NameRange(body, function);
            var name = nameRange.IsEmpty ? null : JsonValue.String(nameRange.In(body), MaxNameLength);
            if (isCustom && draft.Plan.Of(Feature.ToolsCustom) is Handling.Refuse) draft.Refuse("tools.custom", Feature.ToolsCustom, "tools");
            var isDropped = (isCustom && draft.Plan.Of(Feature.ToolsCustom) == Handling.Drop) || (offered is not null && (name is null || !offered.Contains(name)));
            if (isCustom && isDropped && offered is null) draft.Note("tools.custom", ReceiptOutcome.Dropped);
            pruning.Next(items.Whole, isDropped);
            if (isDropped) continue;
            kept++;
            if (name is not null && Renamed(draft, name) is { } sent) draft.Edits.ReplaceByString(nameRange, sent);
            if (draft.Plan.Of(Feature.ToolsStrict) != Handling.Pass && !function.IsEmpty) strict += DropStrict(draft, function);
        }
        pruning.Finish();
        if (strict > 0) draft.Note("tools.strict", ReceiptOutcome.Dropped);
        if (kept == 0 && offered is not null) draft.Refuse("tool_choice", "tool_choice", "it names a tool that the request does not have");
    }

    private static (bool IsCustom, ByteRange Function) Read(ReadOnlySpan<byte> body, ByteRange tool)
    {
        var (isCustom, function) = (false, default(ByteRange));
        var cursor = new JsonCursor(body, tool);
        while (cursor.Read())
        {
            if (cursor.NameIs("type"u8)) isCustom = JsonValue.Is(cursor.Value.In(body), "custom");
            else if (cursor.NameIs("function"u8)) function = cursor.Value;
        }
        return (isCustom, function);
    }

    /// <summary>1 when something was lost, 0 when the member was not there or said no.</summary>
    private static int DropStrict(RequestDraft draft, ByteRange function)
    {
        var body = draft.Body;
        var lost = 0;
        var pruning = new Pruning(draft.Edits);
        var cursor = new JsonCursor(body, function);
        while (cursor.Read())
        {
            var isStrict = cursor.NameIs("strict"u8);
            if (isStrict && cursor.Value.In(body).SequenceEqual("true"u8)) lost = 1;
            pruning.Next(cursor.Whole, isStrict);
        }
        pruning.Finish();
        if (lost == 1 && !draft.MayDrop(Feature.ToolsStrict)) draft.Refuse("tools.strict", Feature.ToolsStrict, "tools");
        return lost;
    }
}
