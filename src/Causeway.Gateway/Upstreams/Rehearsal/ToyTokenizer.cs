using System.Globalization;

namespace Causeway.Gateway.Upstreams.Rehearsal;

/// <summary>
/// Cuts text into small pieces that join to the same text: up to four ASCII letters or three digits, with the space before
/// them, otherwise one user-perceived character. About as many tokens as a real tokenizer gives, and never half a character.
/// </summary>
internal static class ToyTokenizer
{
    private const int LettersPerToken = 4;
    private const int DigitsPerToken = 3;

    public static int Count(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (; !text.IsEmpty; count++)
            text = text[NextLength(text)..];
        return count;
    }

    /// <summary>Length of the first token, in UTF-16 units. <paramref name="text"/> is not empty.</summary>
    public static int NextLength(ReadOnlySpan<char> text)
    {
        var space = text[0] == ' ' ? 1 : 0;
        var run = Run(text[space..]);
        return run > 0 ? space + run : OneCharacter(text);
    }

    private static int Run(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || !char.IsAsciiLetterOrDigit(text[0])) return 0;
        var digits = char.IsAsciiDigit(text[0]);
        var limit = Math.Min(text.Length, digits ? DigitsPerToken : LettersPerToken);
        var end = 1;
        while (end < limit && (digits ? char.IsAsciiDigit(text[end]) : char.IsAsciiLetter(text[end])))
            end++;
        // A mark may follow and belong to the last letter: "e" and U+0301 are one character.
        return end < text.Length && !char.IsAscii(text[end]) ? end - 1 : end;
    }

    private static int OneCharacter(ReadOnlySpan<char> text) =>
        text.Length == 1 || (char.IsAscii(text[1]) && text[0] != '\r' && char.IsAscii(text[0]))
            ? 1
            : StringInfo.GetNextTextElementLength(text);
}
