using System.Text.Json;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Upstreams.Rehearsal.Rules;

/// <summary><c>response_format</c>.</summary>
internal static class FormatRules
{
    private const string Param = "response_format";

    public static WireError? Check(JsonElement root)
    {
        if (!root.Has("response_format"u8, out var format)) return null;
        if (!format.Has("type"u8, out var type)) return Refusals.Missing($"{Param}.type");
        if (type.ValueKind is not JsonValueKind.String) return Refusals.Type($"{Param}.type", "a string", type);
        return type.GetString() switch
        {
            "text" => null,
            "json_object" => MentionsJson(root.GetProperty("messages"u8)) ? null : NeedsTheWord(),
            "json_schema" => Schema(format),
            _ => Refusals.Value($"{Param}.type", type, "'json_object', 'json_schema', and 'text'"),
        };
    }

    private static WireError? Schema(JsonElement format)
    {
        const string inside = $"{Param}.json_schema";
        if (!format.Has("json_schema"u8, out var description)) return Refusals.Missing(inside);
        if (description.ValueKind is not JsonValueKind.Object) return Refusals.Type(inside, "an object", description);
        if (ToolRules.Name(description, inside) is { } refusal) return refusal;
        if (description.Has("strict"u8, out var strict) && strict.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            return Refusals.Type($"{inside}.strict", "a boolean", strict);
        if (!description.Has("schema"u8, out var schema)) return Refusals.Missing($"{inside}.schema");
        if (schema.ValueKind is not JsonValueKind.Object) return Refusals.Type($"{inside}.schema", "an object", schema);
        return description.IsTrue("strict"u8) && StrictSchema.Offence(schema) is { } offence
            ? Refusals.Invalid($"Invalid schema for response_format '{Refusals.Quote(description.Text("name"u8))}': {offence}", Param)
            : null;
    }

    /// <summary>OpenAI refuses JSON mode unless the prompt asks for JSON, because a model may otherwise print spaces for ever.</summary>
    private static bool MentionsJson(JsonElement messages)
    {
        foreach (var message in messages.EnumerateArray())
        {
            if (message.TryGetProperty("content"u8, out var content)
                && content.GetRawText().Contains("json", StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }

    private static WireError NeedsTheWord() => Refusals.Invalid(
        "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.", "messages");
}
