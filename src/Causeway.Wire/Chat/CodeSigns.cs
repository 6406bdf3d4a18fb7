using System.Buffers;
using Causeway.Wire.Json;

namespace Causeway.Wire.Chat;

/// <summary>Looks for signs of code in a message's content as sent: a JSON string, or a list of parts.</summary>
internal static class CodeSigns
{
    public static CodeSign In(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty) return CodeSign.None;
        // Some clients escape every backtick and plus sign; in parts, what stands between two texts does no harm.
        var plain = ArrayPool<byte>.Shared.Rent(content.Length);
        var text = plain.AsSpan(0, Unescape(content, plain));
        var sign = Find(text);
        ArrayPool<byte>.Shared.Return(plain);
        return sign;
    }

    private static CodeSign Find(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf("```"u8) >= 0) return CodeSign.Fence;
        if (text.IndexOf("diff --git "u8) >= 0 || BeginsLine(text, "@@ -"u8) || BeginsLine(text, "+++ "u8)) return CodeSign.Diff;
        if (text.IndexOf("<file"u8) >= 0 || text.IndexOf("\"#!/"u8) >= 0) return CodeSign.File;
        return text.IndexOf("Traceback (most recent call last)"u8) >= 0 ? CodeSign.Trace : CodeSign.None;
    }

    // A text begins after its quote.
    private static bool BeginsLine(ReadOnlySpan<byte> text, ReadOnlySpan<byte> start)
    {
        for (var from = 0; text[from..].IndexOf(start) is var found && found >= 0; from += found + start.Length)
            if (from + found > 0 && text[from + found - 1] is (byte)'\n' or (byte)'"') return true;
        return false;
    }

    // Cut at a bound, the content may end inside an escape: that end is left out.
    private static int Unescape(ReadOnlySpan<byte> content, Span<byte> plain)
    {
        var last = content[^Math.Min(6, content.Length)..].LastIndexOf((byte)'\\');
        if (last >= 0)
        {
            var at = content.Length - Math.Min(6, content.Length) + last;
            var isEscaped = (content[..at].Length - content[..at].TrimEnd((byte)'\\').Length) % 2 == 1;
            if (!isEscaped && JsonText.EscapeLength(content[at..]) == 0) content = content[..at];
        }
        return JsonText.Unescape(content, plain);
    }
}
