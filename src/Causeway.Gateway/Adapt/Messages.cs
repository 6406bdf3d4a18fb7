using System.Text;
using System.Text.Json;
using Causeway.Spec.Plans;
using Causeway.Spec.Profiles;
using Causeway.Wire.Chat;
using Causeway.Wire.Json;

namespace Causeway.Gateway.Adapt;

/// <summary>Inside <c>messages</c>: roles, parts that are no text, names of tools in earlier turns, and what the model has to be told.</summary>
internal static class Messages
{
    public static void Apply(RequestDraft draft)
    {
        var messages = draft[ChatMember.Messages];
        if (messages.Kind != JsonTokenType.StartArray) return;
        if (draft.Instruction is { } instruction) Instruct(draft, messages.Value, instruction);
        if (!IsNeeded(draft.Plan)) return;
        var developers = 0;
        var cursor = new JsonCursor(draft.Body, messages.Value);
        for (var index = 0; cursor.Read(); index++) developers += ApplyTo(draft, cursor.Value, index);
        if (developers > 0) draft.Note("role.developer", ReceiptOutcome.Mapped, "system");
    }

    private static bool IsNeeded(AdaptPlan plan) =>
        plan.Profile?.ToolNames is not null || plan.Of(Feature.RoleDeveloper) != Handling.Pass || plan.Of(Feature.ReasoningContent) != Handling.Pass
        || plan.Of(Feature.Images) != Handling.Pass || plan.Of(Feature.AudioInput) != Handling.Pass || plan.Of(Feature.Files) != Handling.Pass;

    /// <summary>1 when a developer's message became the system's.</summary>
    private static int ApplyTo(RequestDraft draft, ByteRange message, int index)
    {
        var body = draft.Body;
        var developers = 0;
        var dropsReasoning = false;
        var cursor = new JsonCursor(body, message);
        while (cursor.Read())
        {
            if (cursor.NameIs("role"u8)) developers = ApplyRole(draft, cursor.Value, index);
            else if (cursor.NameIs("content"u8) && cursor.Kind == JsonTokenType.StartArray) ApplyParts(draft, cursor.Value, index);
            else if (cursor.NameIs("tool_calls"u8)) RenameCalls(draft, cursor.Value);
            else if (cursor.NameIs("reasoning_content"u8)) dropsReasoning = draft.Plan.Of(Feature.ReasoningContent) != Handling.Pass;
        }
        if (dropsReasoning) DropReasoning(draft, message);
        return developers;
    }

    private static int ApplyRole(RequestDraft draft, ByteRange role, int index)
    {
        var handling = draft.Plan.Of(Feature.RoleDeveloper);
        if (handling == Handling.Pass || !JsonValue.Is(role.In(draft.Body), "developer")) return 0;
        // A message cannot be left out without a word of it, so a policy that says drop gets the role of a system message as well.
        if (handling == Handling.Refuse) draft.Refuse("role.developer", Feature.RoleDeveloper, $"messages[{index}].role");
        draft.Edits.Replace(role, "\"system\""u8);
        return 1;
    }

    private static void ApplyParts(RequestDraft draft, ByteRange content, int index)
    {
        var cursor = new JsonCursor(draft.Body, content);
        for (var part = 0; cursor.Read(); part++)
        {
            if (FeatureOf(draft.Body, cursor.Value) is not { } feature || draft.Plan.Of(feature) == Handling.Pass) continue;
            var id = Features.IdOf(feature);
            if (!draft.MayDrop(feature))
            {
                draft.Refuse(id, feature, $"messages[{index}].content[{part}]");
                return;
            }
            draft.Edits.Replace(cursor.Value, "{\"type\":\"text\",\"text\":\"(something that is no text was left out here)\"}"u8);
            draft.Note(id, ReceiptOutcome.Dropped);
        }
    }

    private static Feature? FeatureOf(ReadOnlySpan<byte> body, ByteRange part)
    {
        var cursor = new JsonCursor(body, part);
        while (cursor.Read())
        {
            if (!cursor.NameIs("type"u8)) continue;
            return JsonValue.String(cursor.Value.In(body), 32) switch
            {
                "image_url" => Feature.Images,
                "input_audio" => Feature.AudioInput,
                "file" => Feature.Files,
                _ => null,
            };
        }
        return null;
    }

    private static void RenameCalls(RequestDraft draft, ByteRange calls)
    {
        if (draft.Plan.Profile?.ToolNames is null) return;
        var items = new JsonCursor(draft.Body, calls);
        while (items.Read())
        {
            var members = new JsonCursor(draft.Body, items.Value);
            while (members.Read())
            {
                if (!members.NameIs("function"u8) || Tools.NameRange(draft.Body, members.Value) is not { IsEmpty: false } range) continue;
                if (JsonValue.String(range.In(draft.Body), Tools.MaxNameLength) is { } name && Tools.Renamed(draft, name) is { } sent) draft.Edits.ReplaceByString(range, sent);
            }
        }
    }

    private static void DropReasoning(RequestDraft draft, ByteRange message)
    {
        if (draft.Plan.Of(Feature.ReasoningContent) == Handling.Refuse) draft.Refuse("reasoning.content", Feature.ReasoningContent, "messages");
        else if (draft.Receipt?.Entries.Any(entry => entry.Field == "reasoning.content") != true) draft.Note("reasoning.content", ReceiptOutcome.Dropped);
        var pruning = new Pruning(draft.Edits);
        var cursor = new JsonCursor(draft.Body, message);
        while (cursor.Read()) pruning.Next(cursor.Whole, cursor.NameIs("reasoning_content"u8));
        pruning.Finish();
    }

    // Into the first message when it is the system's: templates that take one system message, and only in front, are common.
    private static void Instruct(RequestDraft draft, ByteRange messages, Instruction instruction)
    {
        var body = draft.Body;
        var first = new JsonCursor(body, messages);
        if (!first.Read())
        {
            Write(draft, messages.Start + 1, "{\"role\":\"system\",\"content\":\"", instruction, "\"}");
            return;
        }
        var content = SystemContent(body, first.Value);
        if (content.IsEmpty) Write(draft, messages.Start + 1, "{\"role\":\"system\",\"content\":\"", instruction, "\"},");
        else if (body[content.Start] == (byte)'"') Write(draft, content.End - 1, "\\n\\n", instruction, "");
        else Write(draft, content.End - 1, new JsonCursor(body, content).Read() ? ",{\"type\":\"text\",\"text\":\"" : "{\"type\":\"text\",\"text\":\"", instruction, "\"}");
    }

    private static ByteRange SystemContent(ReadOnlySpan<byte> body, ByteRange message)
    {
        var (isSystem, content) = (false, default(ByteRange));
        var cursor = new JsonCursor(body, message);
        while (cursor.Read())
        {
            if (cursor.NameIs("role"u8)) isSystem = JsonValue.Is(cursor.Value.In(body), "system") || JsonValue.Is(cursor.Value.In(body), "developer");
            else if (cursor.NameIs("content"u8) && (cursor.Kind is JsonTokenType.String or JsonTokenType.StartArray)) content = cursor.Value;
        }
        return isSystem ? content : default;
    }

    private static void Write(RequestDraft draft, int offset, string before, Instruction instruction, string after)
    {
        draft.Edits.Open(new ByteRange(offset, offset));
        draft.Edits.Raw(Encoding.ASCII.GetBytes(before));
        draft.Edits.Escaped(Encoding.UTF8.GetBytes(instruction.Text));
        draft.Edits.Escaped(instruction.Schema.In(draft.Body));
        draft.Edits.Raw(Encoding.ASCII.GetBytes(after));
        draft.Edits.Close();
    }
}
