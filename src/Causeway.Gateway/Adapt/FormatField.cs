using Causeway.Spec.Plans;
using Causeway.Spec.Profiles;
using Causeway.Wire.Chat;
using Causeway.Wire.Json;

namespace Causeway.Gateway.Adapt;

/// <summary><c>response_format</c>: JSON that the upstream does not promise is asked for in words and checked.</summary>
internal static class FormatField
{
    private const int MaxReasks = 2;
    private const string AskObject = "Answer with one JSON object and nothing else: no code fence, no comment.";
    private const string AskSchema = "Answer with one JSON value that satisfies this JSON Schema, and with nothing else: no code fence, no comment. The schema: ";

    public static void Apply(RequestDraft draft)
    {
        if (!draft.Has(ChatMember.ResponseFormat)) return;
        var (type, schema) = Read(draft.Body, draft[ChatMember.ResponseFormat].Value);
        if (type == "json_object") Apply(draft, Feature.JsonObject, default);
        else if (type == "json_schema") Apply(draft, Feature.JsonSchema, schema);
    }

    private static void Apply(RequestDraft draft, Feature feature, ByteRange schema)
    {
        var handling = draft.Plan.Of(feature);
        if (handling == Handling.Pass) return;
        if (handling != Handling.Remedy || (feature == Feature.JsonSchema && schema.IsEmpty))
        {
            draft.LeaveOut(feature, ChatMember.ResponseFormat);
            return;
        }
        draft.Answer = draft.Answer with { Json = new JsonDemand(schema.IsEmpty ? default : draft.Source[schema.Start..schema.End], MaxReasks) };
        draft.Note("response_format", ReceiptOutcome.Emulated);
        // Checked on top of what the upstream promises: nothing to add in words.
        if (draft.Plan.IsNative(feature)) return;
        if (!schema.IsEmpty && draft.Plan.IsNative(Feature.JsonObject) && draft.Plan.Of(Feature.JsonObject) == Handling.Pass)
            draft.Edits.Replace(draft[ChatMember.ResponseFormat].Value, "{\"type\":\"json_object\"}"u8);
        else draft.Remove(ChatMember.ResponseFormat);
        draft.Instruction = new Instruction(schema.IsEmpty ? AskObject : AskSchema, schema);
    }

    private static (string? Type, ByteRange Schema) Read(ReadOnlySpan<byte> body, ByteRange format)
    {
        string? type = null;
        ByteRange schema = default;
        var cursor = new JsonCursor(body, format);
        while (cursor.Read())
        {
            if (cursor.NameIs("type"u8)) type = JsonValue.String(cursor.Value.In(body), 32);
            else if (cursor.NameIs("json_schema"u8)) schema = Schema(body, cursor.Value);
        }
        return (type, schema);
    }

    private static ByteRange Schema(ReadOnlySpan<byte> body, ByteRange description)
    {
        var cursor = new JsonCursor(body, description);
        while (cursor.Read())
            if (cursor.NameIs("schema"u8)) return cursor.Value;
        return default;
    }
}
