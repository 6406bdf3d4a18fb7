using System.Text.Json;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Upstreams.Rehearsal.Rules;

/// <summary>The parts a message's content may have. Media are only looked at from outside: a rehearsal sees nothing in a picture.</summary>
internal static class ContentPartRules
{
    private const string Types = "'text', 'image_url', 'input_audio', 'refusal', 'audio', and 'file'";

    public static WireError? Check(JsonElement part, int message, int position)
    {
        if (part.ValueKind is not JsonValueKind.Object) return Refusals.Type(Param(message, position), "an object", part);
        if (!part.Has("type"u8, out var type)) return Refusals.Missing(Param(message, position, ".type"));
        if (type.ValueKind is not JsonValueKind.String) return Refusals.Type(Param(message, position, ".type"), "a string", type);
        return type.GetString() switch
        {
            "text" => Member(part, "text", JsonValueKind.String, message, position),
            "refusal" => Member(part, "refusal", JsonValueKind.String, message, position),
            "image_url" => Inner(part, "image_url", "url", message, position),
            "input_audio" => Inner(part, "input_audio", "data", message, position)
                ?? Inner(part, "input_audio", "format", message, position),
            "file" => Member(part, "file", JsonValueKind.Object, message, position),
            "audio" => null,
            _ => Refusals.Value(Param(message, position, ".type"), type, Types),
        };
    }

    private static WireError? Inner(JsonElement part, string name, string member, int message, int position)
    {
        if (Member(part, name, JsonValueKind.Object, message, position) is { } refusal) return refusal;
        var param = Param(message, position, $".{name}.{member}");
        if (!part.GetProperty(name).TryGetProperty(member, out var value)) return Refusals.Missing(param);
        return value.ValueKind is JsonValueKind.String ? null : Refusals.Type(param, "a string", value);
    }

    private static WireError? Member(JsonElement part, string name, JsonValueKind kind, int message, int position)
    {
        if (!part.TryGetProperty(name, out var value)) return Refusals.Missing(Param(message, position, $".{name}"));
        return value.ValueKind == kind
            ? null
            : Refusals.Type(Param(message, position, $".{name}"), kind is JsonValueKind.String ? "a string" : "an object", value);
    }

    private static string Param(int message, int position, string member = "") => $"messages[{message}].content[{position}]{member}";
}
