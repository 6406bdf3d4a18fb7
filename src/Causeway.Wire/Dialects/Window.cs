using System.Text;

namespace Causeway.Wire.Dialects;

/// <summary>Whether bytes are what was looked for. Partial: so far they are, and more are needed to tell.</summary>
internal enum Fit
{
    No,
    Partial,
    Yes,
}

/// <summary>
/// The bytes that a push made readable: those held from before and the new ones. A step moves <see cref="At"/> over what it has dealt
/// with; the rest is held for the next push. What a step decides never depends on where the bytes end, unless nothing follows.
/// </summary>
internal ref struct Window(ReadOnlySpan<byte> bytes, bool isLast)
{
    public const int MaxSpace = 64;

    public readonly ReadOnlySpan<byte> Bytes = bytes;
    public readonly bool IsLast = isLast;
    public int At;

    public readonly ReadOnlySpan<byte> Rest => Bytes[At..];

    public static Fit Fits(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> marker, bool isLast)
    {
        if (bytes.StartsWith(marker)) return Fit.Yes;
        return !isLast && marker.StartsWith(bytes) ? Fit.Partial : Fit.No;
    }

    public static bool IsSpace(byte b) => b is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';

    /// <summary>Length of the white space at the start.</summary>
    public static int SpaceAt(ReadOnlySpan<byte> bytes)
    {
        var length = bytes.IndexOfAnyExcept(" \n\r\t"u8);
        return length < 0 ? bytes.Length : length;
    }

    /// <summary>Where the white space at the end begins.</summary>
    public static int EndBeforeSpace(ReadOnlySpan<byte> bytes) => bytes.LastIndexOfAnyExcept(" \n\r\t"u8) + 1;

    /// <summary>Bytes of a character that begins at the end and is not all there: 0 to 3.</summary>
    public static int CutCharacter(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back <= 3 && back <= bytes.Length; back++)
        {
            var b = bytes[^back];
            if ((b & 0xC0) == 0x80) continue;
            return Rune.DecodeFromUtf8(bytes[^back..], out _, out _) == System.Buffers.OperationStatus.NeedMoreData ? back : 0;
        }
        return 0;
    }
}
