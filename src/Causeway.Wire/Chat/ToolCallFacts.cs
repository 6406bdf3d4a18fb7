using System.Text.Json;
using Causeway.Wire.Json;

namespace Causeway.Wire.Chat;

/// <summary>One element of <c>tool_calls</c>, read ahead with a copied reader before anything is decided about it.</summary>
internal readonly struct ToolCallFacts
{
    /// <summary>Null when absent or not a whole number from 0 on.</summary>
    public int? Index { get; private init; }

    /// <summary>The value of <c>index</c>, sound or not; empty when absent.</summary>
    public ByteRange IndexValue { get; private init; }

    /// <summary>A hash of the id; 0 when absent or empty.</summary>
    public ulong Id { get; private init; }

    public bool HasName { get; private init; }

    /// <summary>The value of <c>function.arguments</c>; empty when absent.</summary>
    public ByteRange Arguments { get; private init; }

    /// <summary>Whether the arguments are JSON where they should be text.</summary>
    public bool ArgumentsAreJson { get; private init; }

    /// <summary>Whether the object has no members.</summary>
    public bool IsEmpty { get; private init; }

    /// <summary>Offset of the closing brace.</summary>
    public int End { get; private init; }

    /// <summary>Reads the object at whose start a copy of the caller's reader stands.</summary>
    public static ToolCallFacts Read(Utf8JsonReader reader)
    {
        var facts = new ToolCallFacts { IsEmpty = true };
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            facts = ReadMember(ref reader, facts with { IsEmpty = false });
        return facts with { End = (int)reader.TokenStartIndex };
    }

    /// <summary>The index at the current token; null when it is not a whole number from 0 on.</summary>
    public static int? SoundIndex(ref readonly Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var index) && index >= 0 ? index : null;

    private static ToolCallFacts ReadMember(ref Utf8JsonReader reader, ToolCallFacts facts)
    {
        var isIndex = JsonText.NameEquals(in reader, "index"u8);
        var isId = JsonText.NameEquals(in reader, "id"u8);
        var isFunction = JsonText.NameEquals(in reader, "function"u8);
        reader.Read();
        if (isFunction && reader.TokenType == JsonTokenType.StartObject) return ReadFunction(ref reader, facts);
        var start = (int)reader.TokenStartIndex;
        if (isId && reader.TokenType == JsonTokenType.String && !reader.ValueSpan.IsEmpty)
            facts = facts with { Id = ByteHash.Of(reader.ValueSpan) | 1 };
        var index = isIndex ? SoundIndex(in reader) : null;
        reader.Skip();
        return isIndex ? facts with { Index = index, IndexValue = new ByteRange(start, (int)reader.BytesConsumed) } : facts;
    }

    private static ToolCallFacts ReadFunction(ref Utf8JsonReader reader, ToolCallFacts facts)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isName = JsonText.NameEquals(in reader, "name"u8);
            var isArguments = JsonText.NameEquals(in reader, "arguments"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var type = reader.TokenType;
            if (isName && type == JsonTokenType.String && !reader.ValueSpan.IsEmpty) facts = facts with { HasName = true };
            reader.Skip();
            if (isArguments)
                facts = facts with
                {
                    Arguments = new ByteRange(start, (int)reader.BytesConsumed),
                    ArgumentsAreJson = type is not (JsonTokenType.String or JsonTokenType.Null),
                };
        }
        return facts;
    }
}
