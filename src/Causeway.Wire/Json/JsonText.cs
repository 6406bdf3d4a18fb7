using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Causeway.Wire.Json;

/// <summary>The inside of JSON strings as raw bytes: where one ends, what it says, how to write one.</summary>
internal static class JsonText
{
    private const int MaxKnownName = 32;

    private static readonly SearchValues<byte> s_special = SearchValues.Create(
        [(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(b => (byte)b)]);

    /// <summary>
    /// <paramref name="text"/> begins just after an opening quote: the offset of the closing quote, or -1 when there is none
    /// or the string is not valid JSON. UTF-8 is not checked here.
    /// </summary>
    public static int FindEnd(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (true)
        {
            var next = text[at..].IndexOfAny(s_special);
            if (next < 0) return -1;
            at += next;
            if (text[at] == '"') return at;
            var escape = EscapeLength(text[at..]);
            if (escape == 0) return -1;
            at += escape;
        }
    }

    /// <summary>Length of the escape sequence at the start: 2 or 6; 0 when it is none.</summary>
    public static int EscapeLength(ReadOnlySpan<byte> text)
    {
        if (text.Length < 2 || text[0] != '\\') return 0;
        if ("\"\\/bfnrt"u8.Contains(text[1])) return 2;
        return text[1] == 'u' && text.Length >= 6 && TryReadHex(text[2..6], out _) ? 6 : 0;
    }

    /// <summary>The UTF-16 unit of a <c>\uXXXX</c> or a short escape that <see cref="EscapeLength"/> accepted.</summary>
    public static int EscapedUnit(ReadOnlySpan<byte> escape)
    {
        switch (escape[1])
        {
            case (byte)'u':
                _ = TryReadHex(escape[2..6], out var unit);
                return unit;
            case (byte)'b': return '\b';
            case (byte)'f': return '\f';
            case (byte)'n': return '\n';
            case (byte)'r': return '\r';
            case (byte)'t': return '\t';
            default: return escape[1];
        }
    }

    /// <summary>
    /// Undoes the escapes of a valid string body into <paramref name="destination"/>, at least as long as <paramref name="raw"/>.
    /// A lone surrogate becomes its three-byte form: not UTF-8, but different from everything else, so names stay distinguishable.
    /// </summary>
    public static int Unescape(ReadOnlySpan<byte> raw, Span<byte> destination)
    {
        var written = 0;
        while (true)
        {
            var plain = raw.IndexOf((byte)'\\');
            if (plain < 0) plain = raw.Length;
            raw[..plain].CopyTo(destination[written..]);
            written += plain;
            raw = raw[plain..];
            if (raw.IsEmpty) return written;
            raw = raw[UnescapeOne(raw, destination, ref written)..];
        }
    }

    /// <summary>
    /// Whether the reader's current name is <paramref name="name"/>, in whatever spelling. Unlike <c>ValueTextEquals</c> it does not
    /// throw at a lone surrogate.
    /// </summary>
    public static bool NameEquals(ref readonly Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        var raw = reader.ValueSpan;
        if (!reader.ValueIsEscaped) return raw.SequenceEqual(name);
        if (raw.Length > MaxKnownName * 6) return false;
        Span<byte> plain = stackalloc byte[MaxKnownName * 6];
        return plain[..Unescape(raw, plain)].SequenceEqual(name);
    }

    /// <summary>
    /// The reader's current string, cut after about <paramref name="maxLength"/> characters; null when it is not valid Unicode.
    /// </summary>
    public static string? Text(ref readonly Utf8JsonReader reader, int maxLength)
    {
        var raw = reader.ValueSpan;
        if (!reader.ValueIsEscaped) return Cut(raw, maxLength);
        var bytes = ArrayPool<byte>.Shared.Rent(raw.Length);
        var plain = bytes.AsSpan(0, Unescape(raw, bytes));
        var text = Utf8.IsValid(plain) ? Cut(plain, maxLength) : null;
        ArrayPool<byte>.Shared.Return(bytes);
        return text;
    }

    /// <summary>Writes a quoted string. Lone surrogates become U+FFFD.</summary>
    public static void WriteQuoted(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        output.Write("\""u8);
        var utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        ReadOnlySpan<byte> rest = utf8.AsSpan(0, Encoding.UTF8.GetBytes(text, utf8));
        while (!rest.IsEmpty)
        {
            var room = output.GetSpan(Math.Min(rest.Length * 6, 4096));
            JavaScriptEncoder.UnsafeRelaxedJsonEscaping.EncodeUtf8(rest, room, out var read, out var written);
            output.Advance(written);
            rest = rest[read..];
        }
        ArrayPool<byte>.Shared.Return(utf8);
        output.Write("\""u8);
    }

    private static string Cut(ReadOnlySpan<byte> utf8, int maxLength)
    {
        if (utf8.Length <= maxLength) return Encoding.UTF8.GetString(utf8);
        // Four bytes hold one character at least: enough bytes are kept for maxLength characters, without a broken one at the end.
        var end = Math.Min(utf8.Length, maxLength * 4);
        while (end < utf8.Length && (utf8[end] & 0xC0) == 0x80) end--;
        var text = Encoding.UTF8.GetString(utf8[..end]);
        return text.Length <= maxLength ? text : text[..(char.IsHighSurrogate(text[maxLength - 1]) ? maxLength - 1 : maxLength)];
    }

    private static int UnescapeOne(ReadOnlySpan<byte> raw, Span<byte> destination, ref int written)
    {
        var length = EscapeLength(raw);
        var unit = EscapedUnit(raw);
        if (char.IsHighSurrogate((char)unit) && EscapeLength(raw[length..]) == 6)
        {
            var low = EscapedUnit(raw[length..]);
            if (char.IsLowSurrogate((char)low))
            {
                written += new Rune((char)unit, (char)low).EncodeToUtf8(destination[written..]);
                return length + 6;
            }
        }
        written += EncodeUnit(unit, destination[written..]);
        return length;
    }

    private static int EncodeUnit(int unit, Span<byte> destination)
    {
        if (Rune.TryCreate(unit, out var rune)) return rune.EncodeToUtf8(destination);
        destination[0] = (byte)(0xE0 | (unit >> 12));
        destination[1] = (byte)(0x80 | ((unit >> 6) & 0x3F));
        destination[2] = (byte)(0x80 | (unit & 0x3F));
        return 3;
    }

    private static bool TryReadHex(ReadOnlySpan<byte> digits, out int value) =>
        Utf8Parser.TryParse(digits, out value, out var used, 'x') && used == 4;
}
