using System.Globalization;
using System.Text;

namespace Causeway.Engine.Tokenizers;

/// <summary>What the patterns of pre-tokenizers tell apart: \p{L}, \p{N}, \s, line ends, and the rest.</summary>
internal enum LetterClass : byte
{
    Other,
    Letter,
    Number,
    Space,
    /// <summary>CR or LF: whitespace too.</summary>
    LineEnd,
}

/// <summary>Classes of whole code points. A regex over UTF-16 would see half a character where a letter lies beyond the first 65,536.</summary>
internal static class Letters
{
    private static readonly LetterClass[] _ascii = [.. Enumerable.Range(0, 128).Select(code => Classify(new Rune(code)))];

    /// <param name="text">UTF-8, not empty.</param>
    /// <param name="length">Bytes of the first code point.</param>
    public static LetterClass First(ReadOnlySpan<byte> text, out int length)
    {
        if (text[0] < 128)
        {
            length = 1;
            return _ascii[text[0]];
        }
        Rune.DecodeFromUtf8(text, out var rune, out length);
        return Classify(rune);
    }

    /// <summary>The bytes of the run of one class at the start.</summary>
    public static int Run(ReadOnlySpan<byte> text, LetterClass kind)
    {
        var at = 0;
        while (at < text.Length && First(text[at..], out var length) == kind) at += length;
        return at;
    }

    public static bool IsSpace(LetterClass kind) => kind is LetterClass.Space or LetterClass.LineEnd;

    public static bool IsPunctuation(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation
        or UnicodeCategory.ClosePunctuation or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation
        or UnicodeCategory.OtherPunctuation;

    /// <summary>\w: letters, marks, decimal digits, letter numbers and connectors.</summary>
    public static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) is <= UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation;

    private static LetterClass Classify(Rune rune)
    {
        if (rune.Value is '\r' or '\n') return LetterClass.LineEnd;
        if (Rune.IsWhiteSpace(rune)) return LetterClass.Space;
        return Rune.GetUnicodeCategory(rune) switch
        {
            <= UnicodeCategory.OtherLetter => LetterClass.Letter,
            >= UnicodeCategory.DecimalDigitNumber and <= UnicodeCategory.OtherNumber => LetterClass.Number,
            _ => LetterClass.Other,
        };
    }
}
