using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace Causeway.Engine.Tokenizers;

/// <summary>A vocabulary with its merges: a word's bytes in, its tokens out. Thread-safe.</summary>
internal sealed class BytePairModel
{
    private const int OnStack = 256;

    private readonly WordCache _cache = new();

    public required SpellingTable Spellings { get; init; }
    public required MergeTable Merges { get; init; }

    /// <summary>The symbol each byte starts as, or -1: byte-level when set, else words start as their characters.</summary>
    public ImmutableArray<int> ByteSymbols { get; init; }

    /// <summary>The tokens of single bytes, for characters that are no token; unset when there are none.</summary>
    public ImmutableArray<int> ByteFallback { get; init; }

    /// <summary>What stands for a character or byte that is no token; -1: nothing, it is left out.</summary>
    public int Unknown { get; init; } = -1;

    /// <summary>Unknown characters in a row are one token.</summary>
    public bool FuseUnknown { get; init; }

    /// <summary>A word that is a token is that token, however it would merge.</summary>
    public bool WholeWordsFirst { get; init; }

    /// <summary>Tokens that no plain text may become.</summary>
    public ImmutableHashSet<int> Hidden { get; init; } = [];

    public void Encode(ReadOnlySpan<byte> word, List<int> into)
    {
        if (word.IsEmpty || _cache.TryAdd(word, into)) return;
        if (WholeWordsFirst && Spellings.Find(word) is >= 0 and var whole && !Hidden.Contains(whole))
        {
            into.Add(whole);
            return;
        }
        int[]? rented = null;
        var symbols = word.Length <= OnStack ? stackalloc int[OnStack] : rented = ArrayPool<int>.Shared.Rent(word.Length);
        symbols = symbols[..Symbols(word, symbols)];
        symbols = symbols[..SymbolMerger.Merge(symbols, Merges)];
        into.AddRange(symbols);
        _cache.Keep(word, symbols);
        if (rented is not null) ArrayPool<int>.Shared.Return(rented);
    }

    private int Symbols(ReadOnlySpan<byte> word, Span<int> into) => ByteSymbols.IsDefault ? Characters(word, into) : Bytes(word, into);

    private int Bytes(ReadOnlySpan<byte> word, Span<int> into)
    {
        var count = 0;
        foreach (var one in word)
        {
            var symbol = ByteSymbols[one];
            count = symbol >= 0 ? Put(symbol, into, count) : PutUnknown(into, count);
        }
        return count;
    }

    private int Characters(ReadOnlySpan<byte> word, Span<int> into)
    {
        var count = 0;
        while (!word.IsEmpty)
        {
            Rune.DecodeFromUtf8(word, out _, out var length);
            var symbol = Spellings.Find(word[..length]);
            if (symbol >= 0)
                count = Put(symbol, into, count);
            else if (ByteFallback.IsDefault)
                count = PutUnknown(into, count);
            else
                foreach (var one in word[..length]) count = Put(ByteFallback[one], into, count);
            word = word[length..];
        }
        return count;
    }

    private static int Put(int symbol, Span<int> into, int count)
    {
        into[count] = symbol;
        return count + 1;
    }

    private int PutUnknown(Span<int> into, int count) =>
        Unknown < 0 || (FuseUnknown && count > 0 && into[count - 1] == Unknown) ? count : Put(Unknown, into, count);
}
