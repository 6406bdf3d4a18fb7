using System.Text;

namespace Causeway.Engine.Tokenizers;

/// <summary>Cuts a text into the words that are merged each for itself. Immutable and thread-safe.</summary>
internal abstract class WordSplitter
{
    /// <summary>The bytes of the first word.</summary>
    /// <param name="text">UTF-8, not empty.</param>
    /// <returns>At least 1, at a boundary of code points.</returns>
    public abstract int First(ReadOnlySpan<byte> text);

    /// <summary>Length of 's, 't, 're, 've, 'm, 'll or 'd at the start; 0 for none.</summary>
    private protected static int Contraction(ReadOnlySpan<byte> text, bool anyCase)
    {
        if (text.Length < 2 || text[0] != '\'') return 0;
        var second = anyCase ? text[1] | 0x20 : text[1];
        if (second is 's' or 't' or 'm' or 'd') return 2;
        // U+017F, the long s, is an s to patterns that ignore case.
        if (anyCase && text.Length > 2 && text[1] == 0xC5 && text[2] == 0xBF) return 3;
        var third = text.Length < 3 ? 0 : anyCase ? text[2] | 0x20 : text[2];
        return (second, third) is ('r', 'e') or ('v', 'e') or ('l', 'l') ? 3 : 0;
    }

    /// <summary>What <c>\s+(?!\S)|\s+</c> takes of whitespace: all of it at the end of the text, else all but the last, which goes with the next word.</summary>
    private protected static int Spaces(ReadOnlySpan<byte> text)
    {
        var (at, last) = (0, 0);
        while (at < text.Length && Letters.IsSpace(Letters.First(text[at..], out var length))) (last, at) = (at, at + length);
        return at == text.Length || last == 0 ? at : last;
    }
}

/// <summary>GPT-2's: <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>.</summary>
internal sealed class Gpt2Words : WordSplitter
{
    public override int First(ReadOnlySpan<byte> text)
    {
        if (Contraction(text, anyCase: false) is > 0 and var contraction) return contraction;
        var lead = text[0] == ' ' && text.Length > 1 ? 1 : 0;
        var kind = Letters.First(text[lead..], out var length);
        if (Letters.IsSpace(kind)) return Spaces(text);
        return lead + length + Letters.Run(text[(lead + length)..], kind);
    }
}

/// <summary>
/// Llama 3's and Qwen2's, which differ in how many digits are a word:
/// <c>(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>.
/// </summary>
internal sealed class TiktokenWords(int digits) : WordSplitter
{
    /// <summary>Digits that are one word at the most.</summary>
    public int LongestNumber => digits;

    public override int First(ReadOnlySpan<byte> text)
    {
        if (Contraction(text, anyCase: true) is > 0 and var contraction) return contraction;
        var kind = Letters.First(text, out var length);
        if (kind == LetterClass.Letter) return length + Letters.Run(text[length..], kind);
        if (kind == LetterClass.Number) return Digits(text, length);

        var next = LetterClass.LineEnd;
        if (text.Length > length) next = Letters.First(text[length..], out _);
        if (next == LetterClass.Letter && kind != LetterClass.LineEnd) return length + Letters.Run(text[length..], next);
        if (kind == LetterClass.Other) return Others(text, 0);
        if (text[0] == ' ' && next == LetterClass.Other) return Others(text, 1);
        return LinesOrSpaces(text);
    }

    private int Digits(ReadOnlySpan<byte> text, int at)
    {
        for (var count = 1; count < digits && at < text.Length; count++)
        {
            if (Letters.First(text[at..], out var length) != LetterClass.Number) break;
            at += length;
        }
        return at;
    }

    private static int Others(ReadOnlySpan<byte> text, int at)
    {
        at += Letters.Run(text[at..], LetterClass.Other);
        return at + Letters.Run(text[at..], LetterClass.LineEnd);
    }

    // Up to the last line end of the whitespace, or as \s+ has it when there is none.
    private static int LinesOrSpaces(ReadOnlySpan<byte> text)
    {
        var (at, lines) = (0, 0);
        while (at < text.Length && Letters.First(text[at..], out var length) is var kind && Letters.IsSpace(kind))
        {
            at += length;
            if (kind == LetterClass.LineEnd) lines = at;
        }
        return lines > 0 ? lines : Spaces(text);
    }
}

/// <summary>Numbers for themselves: each digit, or runs of up to so many.</summary>
internal sealed class DigitWords(int longest) : WordSplitter
{
    /// <summary>Digits that are one word at the most.</summary>
    public int LongestNumber => longest;

    public override int First(ReadOnlySpan<byte> text)
    {
        var number = Letters.First(text, out var at) == LetterClass.Number;
        for (var count = 1; at < text.Length; count++)
        {
            if ((Letters.First(text[at..], out var length) == LetterClass.Number) != number || (number && count == longest)) break;
            at += length;
        }
        return at;
    }
}

/// <summary>Runs of punctuation for themselves: <c>[\p{P}\$\+&lt;=&gt;\^~\|]+</c>.</summary>
internal sealed class PunctuationWords : WordSplitter
{
    public override int First(ReadOnlySpan<byte> text)
    {
        var first = IsMark(text, out var at);
        while (at < text.Length && IsMark(text[at..], out var length) == first) at += length;
        return at;
    }

    private static bool IsMark(ReadOnlySpan<byte> text, out int length)
    {
        Rune.DecodeFromUtf8(text, out var rune, out length);
        return Letters.IsPunctuation(rune) || rune.Value is '$' or '+' or '<' or '=' or '>' or '^' or '~' or '|';
    }
}

/// <summary>Cuts at a fixed string.</summary>
internal sealed class DelimitedWords(byte[] delimiter, bool delimiterFirst) : WordSplitter
{
    public override int First(ReadOnlySpan<byte> text)
    {
        var from = delimiterFirst && text.StartsWith(delimiter) ? delimiter.Length : 0;
        var at = text[from..].IndexOf(delimiter);
        if (at < 0) return text.Length;
        return from + at + (delimiterFirst ? 0 : delimiter.Length);
    }
}

/// <summary>
/// Cuts where a run of SentencePiece's spaces (U+2581) begins. Exact where no token holds one after anything else: no merge crosses such a place, so
/// the words merge to the same tokens as the whole would, and can be looked up.
/// </summary>
internal sealed class DelimiterRuns : WordSplitter
{
    private static ReadOnlySpan<byte> Mark => [0xE2, 0x96, 0x81];

    public override int First(ReadOnlySpan<byte> text)
    {
        var from = MarksAtStart(text);
        var at = text[from..].IndexOf(Mark);
        return at < 0 ? text.Length : from + at;
    }

    /// <summary>Null where it would not be exact.</summary>
    public static DelimiterRuns? For(SpellingTable spellings, Func<int, bool> isMerged)
    {
        if (spellings.Find(Mark) < 0) return null;
        for (var id = 0; id < spellings.Count; id++)
        {
            var spelling = spellings[id].Span;
            if (spelling[MarksAtStart(spelling)..].IndexOf(Mark) >= 0 && isMerged(id)) return null;
        }
        return new DelimiterRuns();
    }

    private static int MarksAtStart(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (text[at..].StartsWith(Mark)) at += Mark.Length;
        return at;
    }
}
