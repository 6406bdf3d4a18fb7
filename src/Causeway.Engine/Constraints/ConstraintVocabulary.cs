using Causeway.Engine.Constraints.Tokens;

namespace Causeway.Engine.Constraints;

/// <summary>
/// The tokens of a tokenizer, arranged for finding the ones that may come next: a trie of their bytes, and for the inside of JSON texts,
/// where nearly all may, the answer beforehand. Built once for a tokenizer (a second or so for 150,000 tokens); immutable and
/// thread-safe.
/// </summary>
public sealed class ConstraintVocabulary
{
    private readonly ReadOnlyMemory<byte>[] _bytes;
    private readonly HashSet<int> _endTokens;

    private ConstraintVocabulary(ReadOnlyMemory<byte>[] bytes, bool[] isSpecial, IReadOnlyList<int> endTokens)
    {
        _bytes = bytes;
        _endTokens = [.. endTokens];
        EndTokens = [.. endTokens.Distinct().Order()];
        IsSpecial = isSpecial;
        Specials = [.. Enumerable.Range(0, bytes.Length).Where(token => isSpecial[token] && bytes[token].Length > 0 && !_endTokens.Contains(token))];
        var plain = Enumerable.Range(0, bytes.Length).Where(token => !isSpecial[token] && bytes[token].Length > 0 && !_endTokens.Contains(token)).ToList();
        Trie = TokenTrie.Build(plain.Select(token => (bytes[token], token, 0)));
        ShortTrie = TokenTrie.Build(plain.Where(token => Characters(bytes[token].Span) <= Short).Select(token => (bytes[token], token, 0)));
        LongTrie = TokenTrie.Build(plain.Where(token => Characters(bytes[token].Span) > Short).Select(token => (bytes[token], token, 0)));
        Longest = plain.Select(token => Characters(bytes[token].Span)).DefaultIfEmpty(0).Max();
        Single = [.. plain.Where(token => bytes[token].Length == 1)];
        All = new ulong[(bytes.Length + 63) / 64];
        foreach (var token in plain) All[token >> 6] |= 1UL << token;
        Texts = new TextSlices(plain.Select(token => (bytes[token], token)), bytes.Length, isStrict: false);
        StrictTexts = new TextSlices(plain.Select(token => (bytes[token], token)), bytes.Length, isStrict: true);
    }

    /// <summary>Tokens, special ones included.</summary>
    public int Size => _bytes.Length;

    internal TokenTrie Trie { get; }

    /// <summary>Characters of a token that is short: nearly all are.</summary>
    internal const int Short = 20;

    /// <summary>The short ones.</summary>
    internal TokenTrie ShortTrie { get; }

    /// <summary>The others.</summary>
    internal TokenTrie LongTrie { get; }

    /// <summary>Characters of the longest token.</summary>
    internal int Longest { get; }

    internal TextSlices Texts { get; }

    internal TextSlices StrictTexts { get; }

    /// <summary>The mask of all tokens that are text.</summary>
    internal ulong[] All { get; }

    /// <summary>The tokens of one byte.</summary>
    internal int[] Single { get; }

    internal int[] Specials { get; }

    internal int[] EndTokens { get; }

    private bool[] IsSpecial { get; }

    /// <param name="size">Ids are below it.</param>
    /// <param name="bytesOf">What a token adds to the text, which may be a part of a character; its spelling for a special one; empty for ids that are not used.</param>
    /// <param name="isSpecial">Such a token is allowed only where a constraint has its spelling as a literal.</param>
    /// <param name="endTokens">They end a turn, are no text, and are allowed exactly when the text may end.</param>
    public static ConstraintVocabulary Build(int size, Func<int, ReadOnlyMemory<byte>> bytesOf, Func<int, bool> isSpecial, IReadOnlyList<int> endTokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        var bytes = new ReadOnlyMemory<byte>[size];
        var special = new bool[size];
        for (var token = 0; token < size; token++) (bytes[token], special[token]) = (bytesOf(token), isSpecial(token));
        return new ConstraintVocabulary(bytes, special, endTokens);
    }

    private static int Characters(ReadOnlySpan<byte> bytes)
    {
        var count = 0;
        foreach (var value in bytes)
            if ((value & 0xC0) != 0x80) count++;
        return count;
    }

    internal ReadOnlySpan<byte> BytesOf(int token) => _bytes[token].Span;

    internal bool IsEnd(int token) => _endTokens.Contains(token);

    internal bool IsSpecialToken(int token) => IsSpecial[token];
}
