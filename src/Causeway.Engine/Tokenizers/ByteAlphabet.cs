using System.Text;

namespace Causeway.Engine.Tokenizers;

/// <summary>
/// The characters by which byte-level vocabularies write bytes (Radford et al. 2019, GPT-2): printable Latin-1 stands for itself, every other byte,
/// in order, for U+0100 and on.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly short[] _bytes = Build();

    /// <param name="written">UTF-8.</param>
    /// <param name="into">As long as <paramref name="written"/> at least.</param>
    /// <returns>False when a character is not of the alphabet.</returns>
    public static bool TryRead(ReadOnlySpan<byte> written, Span<byte> into, out int length)
    {
        length = 0;
        while (!written.IsEmpty)
        {
            Rune.DecodeFromUtf8(written, out var rune, out var used);
            if (rune.Value >= _bytes.Length || _bytes[rune.Value] < 0) return false;
            into[length++] = (byte)_bytes[rune.Value];
            written = written[used..];
        }
        return true;
    }

    /// <summary>Bytes as the characters that stand for them.</summary>
    public static string Write(ReadOnlySpan<byte> bytes)
    {
        var written = new char[bytes.Length];
        for (var i = 0; i < bytes.Length; i++) written[i] = (char)Array.IndexOf(_bytes, bytes[i]);
        return new string(written);
    }

    private static short[] Build()
    {
        var bytes = new short[0x144];
        Array.Fill(bytes, (short)-1);
        var next = 0x100;
        for (var value = 0; value < 256; value++)
            bytes[value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE ? value : next++] = (short)value;
        return bytes;
    }
}
