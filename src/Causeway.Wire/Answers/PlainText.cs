using System.Buffers;
using Causeway.Wire.Json;

namespace Causeway.Wire.Answers;

/// <summary>
/// The texts of answers between their JSON spelling and plain bytes. A lone surrogate, as a delta cut inside an emoji has it, is its
/// three-byte form in between: not UTF-8, but it comes out as it went in. Stateless.
/// </summary>
public static class PlainText
{
    private static readonly SearchValues<byte> s_special = SearchValues.Create(
        [(byte)'"', (byte)'\\', 0xED, .. Enumerable.Range(0, 0x20).Select(b => (byte)b)]);

    /// <summary>Writes the plain bytes of the inside of a valid JSON string.</summary>
    public static void WritePlain(ReadOnlySpan<byte> raw, IBufferWriter<byte> output)
    {
        if (raw.IsEmpty) return;
        if (!raw.Contains((byte)'\\')) output.Write(raw);
        else output.Advance(JsonText.Unescape(raw, output.GetSpan(raw.Length)));
    }

    /// <summary>Writes a quoted JSON string.</summary>
    public static void WriteQuoted(ReadOnlySpan<byte> plain, IBufferWriter<byte> output)
    {
        output.Write("\""u8);
        while (plain.IndexOfAny(s_special) is >= 0 and var at)
        {
            output.Write(plain[..at]);
            plain = plain[(at + Escape(plain[at..], output))..];
        }
        output.Write(plain);
        output.Write("\""u8);
    }

    /// <summary>Writes the first character as an escape where it needs one; returns its length.</summary>
    private static int Escape(ReadOnlySpan<byte> plain, IBufferWriter<byte> output)
    {
        var first = plain[0];
        if (first == 0xED)
        {
            if (plain.Length < 3 || plain[1] < 0xA0)
            {
                output.Write(plain[..1]);
                return 1;
            }
            WriteUnit(((first & 0x0F) << 12) | ((plain[1] & 0x3F) << 6) | (plain[2] & 0x3F), output);
            return 3;
        }
        switch (first)
        {
            case (byte)'"': output.Write("\\\""u8); break;
            case (byte)'\\': output.Write("\\\\"u8); break;
            case (byte)'\n': output.Write("\\n"u8); break;
            case (byte)'\r': output.Write("\\r"u8); break;
            case (byte)'\t': output.Write("\\t"u8); break;
            default: WriteUnit(first, output); break;
        }
        return 1;
    }

    private static void WriteUnit(int unit, IBufferWriter<byte> output)
    {
        var room = output.GetSpan(6);
        "\\u"u8.CopyTo(room);
        for (var i = 0; i < 4; i++) room[2 + i] = "0123456789abcdef"u8[(unit >> (12 - 4 * i)) & 0xF];
        output.Advance(6);
    }
}
