using System.Buffers;
using System.Text;

namespace Causeway.Engine.Constraints.Forms;

/// <summary>
/// The one way in which names are written: as they are, with the escapes that JSON demands and no others. So equal names are equal bytes. A
/// chain from the last byte to the first, made as a name is read.
/// </summary>
internal sealed class Spelling(Spelling? before, byte last)
{
    private readonly int _hash = HashCode.Combine(before?._hash ?? 0, last);

    public int Length { get; } = (before?.Length ?? 0) + 1;

    public static bool Same(Spelling? left, Spelling? right)
    {
        if (left?._hash != right?._hash || left?.Length != right?.Length) return false;
        for (; left is not null && right is not null && !ReferenceEquals(left, right); (left, right) = (left.Before, right.Before))
            if (left.Last != right.Last) return false;
        return true;
    }

    private Spelling? Before => before;

    private byte Last => last;

    public static byte[] Bytes(Spelling? spelling, ReadOnlySpan<byte> more)
    {
        var bytes = new byte[(spelling?.Length ?? 0) + more.Length];
        for (var (at, index) = (spelling, spelling?.Length ?? 0); at is not null; at = at.Before) bytes[--index] = at.Last;
        more.CopyTo(bytes.AsSpan(spelling?.Length ?? 0));
        return bytes;
    }

    public override int GetHashCode() => _hash;

    public static void Write(string text, IBufferWriter<byte> into)
    {
        Span<byte> buffer = stackalloc byte[8];
        foreach (var rune in text.EnumerateRunes())
        {
            var length = Escape(rune.Value, buffer);
            if (length == 0) length = rune.EncodeToUtf8(buffer);
            into.Write(buffer[..length]);
        }
    }

    /// <summary>The letter of the short escape of a code point that has one; 0 for all others.</summary>
    public static byte ShortEscape(int codePoint) => codePoint switch
    {
        '"' => (byte)'"',
        '\\' => (byte)'\\',
        '\b' => (byte)'b',
        '\f' => (byte)'f',
        '\n' => (byte)'n',
        '\r' => (byte)'r',
        '\t' => (byte)'t',
        _ => 0,
    };

    private static int Escape(int codePoint, Span<byte> into)
    {
        if (ShortEscape(codePoint) is not 0 and var letter)
        {
            (into[0], into[1]) = ((byte)'\\', letter);
            return 2;
        }
        if (codePoint >= 0x20) return 0;
        Encoding.ASCII.GetBytes($"\\u{codePoint:x4}", into);
        return 6;
    }
}
