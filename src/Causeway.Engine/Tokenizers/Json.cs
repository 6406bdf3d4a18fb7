using System.Text.Json;

namespace Causeway.Engine.Tokenizers;

/// <summary>Reading JSON of strangers: what is not as expected is a sentence, not a stack trace.</summary>
internal static class Json
{
    /// <summary>The members of an object, each as the bytes of its value.</summary>
    public static Dictionary<string, ReadOnlyMemory<byte>> Members(ReadOnlyMemory<byte> json, string what)
    {
        var members = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(json.Span);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new ModelFormatException($"{what} is not a JSON object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (!members.TryAdd(name, json[start..(int)reader.BytesConsumed]))
                throw new ModelFormatException($"{what} has the member {Shown(name)} twice.");
        }
        return members;
    }

    /// <summary>A member, or null when it is not there or null.</summary>
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static string Text(this JsonElement element, string name, string what) =>
        element.Member(name) is { ValueKind: JsonValueKind.String } value
            ? value.GetString()!
            : throw new ModelFormatException($"{what} has no text \"{name}\".");

    public static bool Flag(this JsonElement element, string name, bool otherwise, string what) => element.Member(name) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw new ModelFormatException($"{what} has a \"{name}\" that is neither true nor false."),
    };

    public static int Number(this JsonElement element, string name, string what) =>
        element.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number)
            ? number
            : throw new ModelFormatException($"{what} has no whole number \"{name}\".");

    /// <summary>The elements of an array that is a member.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name, string what) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } value
            ? value.EnumerateArray()
            : throw new ModelFormatException($"{what} has no list \"{name}\".");

    /// <summary>A stranger's text in a message: quoted, short, without control characters.</summary>
    public static string Shown(string text)
    {
        var shown = text.Length > 80 ? text[..80] + "…" : text;
        return $"\"{string.Concat(shown.Select(one => char.IsControl(one) || char.IsSurrogate(one) ? '?' : one))}\"";
    }
}
