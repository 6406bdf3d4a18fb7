using System.Text;
using System.Text.Json;
using Causeway.Wire.Json;

namespace Causeway.Wire.Dialects.Tags;

/// <summary>Writes a value that stood as text in an element as the JSON that its schema asks for. Numbers keep their digits.</summary>
internal static class TypedValue
{
    private const JsonTypes Numeric = JsonTypes.Integer | JsonTypes.Number;

    /// <param name="output">Where the value goes.</param>
    /// <param name="text">As it stood.</param>
    /// <param name="types">What the schema allows, not none.</param>
    /// <param name="isJson">The markup, or nothing better, says that the text is JSON: quotes are then those of a JSON string.</param>
    public static void Write(CallOutput output, ReadOnlySpan<byte> text, JsonTypes types, bool isJson)
    {
        var value = text.Trim(" \n\r\t"u8);
        if (TryWriteWord(output, value, types) || TryWriteJson(output, value, isJson ? types : types & ~JsonTypes.String)) return;
        if ((types & JsonTypes.String) != 0)
        {
            WriteString(output, text);
            return;
        }
        if (TryWriteUnquoted(output, value, types)) return;
        output.Note(DialectRepairs.Untyped);
        if (KindOf(value) != JsonTypes.None) output.Raw(value);
        else WriteString(output, text);
    }

    public static void WriteString(CallOutput output, ReadOnlySpan<byte> text)
    {
        output.Raw("\""u8);
        output.Escaped(text);
        output.Raw("\""u8);
    }

    /// <summary>The type of a JSON document; None when the text is not JSON.</summary>
    public static JsonTypes KindOf(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, WireJson.ReaderOptions);
        try
        {
            if (!reader.Read()) return JsonTypes.None;
            var kind = KindOf(reader.TokenType, text);
            reader.Skip();
            return reader.Read() ? JsonTypes.None : kind;
        }
        catch (JsonException)
        {
            return JsonTypes.None;
        }
    }

    private static JsonTypes KindOf(JsonTokenType token, ReadOnlySpan<byte> text) => token switch
    {
        JsonTokenType.StartObject => JsonTypes.Object,
        JsonTokenType.StartArray => JsonTypes.Array,
        JsonTokenType.String => JsonTypes.String,
        JsonTokenType.Number => text.IndexOfAny(".eE"u8) < 0 ? JsonTypes.Integer : JsonTypes.Number,
        JsonTokenType.Null => JsonTypes.Null,
        _ => JsonTypes.Boolean,
    };

    // Models that saw str() of Python's values write them that way. Where a string is allowed, only null has words of its own.
    private static bool TryWriteWord(CallOutput output, ReadOnlySpan<byte> value, JsonTypes types)
    {
        if ((types & JsonTypes.Null) != 0 && (value.SequenceEqual("None"u8) || Ascii.EqualsIgnoreCase(value, "null"u8))) return Put(output, "null"u8);
        if ((types & JsonTypes.Boolean) == 0 || (types & JsonTypes.String) != 0) return false;
        if (Ascii.EqualsIgnoreCase(value, "true"u8)) return Put(output, "true"u8);
        if (Ascii.EqualsIgnoreCase(value, "false"u8)) return Put(output, "false"u8);
        if ((types & Numeric) != 0) return false;
        if (value.SequenceEqual("1"u8)) return Put(output, "true"u8);
        return value.SequenceEqual("0"u8) && Put(output, "false"u8);
    }

    private static bool TryWriteJson(CallOutput output, ReadOnlySpan<byte> value, JsonTypes types)
    {
        var kind = KindOf(value);
        if ((kind & types) != 0) return Put(output, value);
        if (kind != JsonTypes.Number || (types & JsonTypes.Integer) == 0) return false;
        var whole = value.IndexOf((byte)'.');
        if (whole < 0 || value[(whole + 1)..].ContainsAnyExcept((byte)'0')) return false;
        return Put(output, value[..whole]);
    }

    /// <summary>A JSON string around what is no string: JSON that was encoded twice.</summary>
    private static bool TryWriteUnquoted(CallOutput output, ReadOnlySpan<byte> value, JsonTypes types)
    {
        if (KindOf(value) != JsonTypes.String) return false;
        var inner = new byte[value.Length];
        var length = JsonText.Unescape(value[1..^1], inner);
        var text = inner.AsSpan(0, length).Trim(" \n\r\t"u8);
        if (!TryWriteWord(output, text, types) && !TryWriteJson(output, text, types)) return false;
        output.Note(DialectRepairs.Spelling);
        return true;
    }

    private static bool Put(CallOutput output, ReadOnlySpan<byte> json)
    {
        output.Raw(json);
        return true;
    }
}
