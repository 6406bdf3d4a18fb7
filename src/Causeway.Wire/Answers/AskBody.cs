using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Json;

namespace Causeway.Wire.Answers;

/// <summary>
/// A request body for which a whole answer is asked once more: where messages can be added and where <c>stream</c> is. Read on the cold
/// path, from a body that was validated before; ranges point into it.
/// </summary>
public readonly record struct AskBody
{
    private ByteRange Stream { get; init; }
    private ByteRange StreamOptions { get; init; }
    private int MessagesEnd { get; init; }
    private bool HasMessages { get; init; }

    /// <summary>The value of <c>n</c>; 1 when it is absent or not a whole number.</summary>
    public int Choices { get; private init; }

    /// <exception cref="JsonException">The body is not JSON.</exception>
    public static AskBody Read(ReadOnlySpan<byte> body)
    {
        var ask = new AskBody { Choices = 1 };
        var reader = new Utf8JsonReader(body, WireJson.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) ask = ReadMember(ref reader, ask);
        return ask;
    }

    /// <summary>Writes the body with messages added behind the others.</summary>
    /// <param name="body">The bytes that were read.</param>
    /// <param name="messages">JSON objects with commas between them; empty adds none.</param>
    /// <param name="asksWhole">The answer shall not be a stream.</param>
    public void Write(ReadOnlySpan<byte> body, ReadOnlySpan<byte> messages, bool asksWhole, IBufferWriter<byte> output)
    {
        var at = 0;
        while (Next(at, !messages.IsEmpty, asksWhole) is { } place)
        {
            output.Write(body[at..place.Start]);
            if (place == Stream) output.Write("false"u8);
            else if (place == StreamOptions) output.Write("null"u8);
            else
            {
                if (HasMessages) output.Write(","u8);
                output.Write(messages);
                output.Write("]"u8);
            }
            at = place.End;
        }
        output.Write(body[at..]);
    }

    /// <summary>The next place to change.</summary>
    private ByteRange? Next(int from, bool addsMessages, bool asksWhole)
    {
        ByteRange? next = null;
        if (asksWhole) next = Earlier(Earlier(next, Stream, from), StreamOptions, from);
        return addsMessages && MessagesEnd > 0 ? Earlier(next, new ByteRange(MessagesEnd - 1, MessagesEnd), from) : next;
    }

    private static ByteRange? Earlier(ByteRange? next, ByteRange place, int from) =>
        !place.IsEmpty && place.Start >= from && (next is null || place.Start < next.Value.Start) ? place : next;

    private static AskBody ReadMember(ref Utf8JsonReader reader, AskBody ask)
    {
        var isMessages = JsonText.NameEquals(in reader, "messages"u8);
        var isStream = JsonText.NameEquals(in reader, "stream"u8);
        var isOptions = JsonText.NameEquals(in reader, "stream_options"u8);
        var isN = JsonText.NameEquals(in reader, "n"u8);
        reader.Read();
        if (isN && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var n)) return ask with { Choices = n };
        var start = (int)reader.TokenStartIndex;
        var ahead = reader;
        var hasElements = isMessages && ahead.Read() && ahead.TokenType != JsonTokenType.EndArray;
        var isArray = reader.TokenType == JsonTokenType.StartArray;
        reader.Skip();
        var value = new ByteRange(start, (int)reader.BytesConsumed);
        if (isStream) return ask with { Stream = value };
        if (isOptions) return ask with { StreamOptions = value };
        return isMessages && isArray ? ask with { MessagesEnd = value.End, HasMessages = hasElements } : ask;
    }
}
