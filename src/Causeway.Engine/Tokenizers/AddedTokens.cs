using System.Buffers;
using System.Text;

namespace Causeway.Engine.Tokenizers;

/// <summary>Finds added tokens, the leftmost first and of those the longest. Immutable and thread-safe.</summary>
internal sealed class AddedTokens
{
    private readonly Dictionary<(int Node, byte Byte), int> _edges = [];
    private readonly List<AddedToken?> _ends = [null];
    private readonly SearchValues<byte> _starts;

    public AddedTokens(IReadOnlyCollection<AddedToken> tokens)
    {
        All = tokens;
        foreach (var token in tokens)
        {
            var node = 0;
            foreach (var one in token.Spelling)
            {
                if (!_edges.TryGetValue((node, one), out var next))
                {
                    _edges.Add((node, one), next = _ends.Count);
                    _ends.Add(null);
                }
                node = next;
            }
            _ends[node] = token;
        }
        _starts = SearchValues.Create([.. tokens.Select(token => token.Spelling[0]).Distinct()]);
    }

    public IReadOnlyCollection<AddedToken> All { get; }

    public bool IsEmpty => _ends.Count == 1;

    /// <summary>The next added token in the text.</summary>
    /// <param name="from">Where to look from; a token's whitespace on the left reaches no further back.</param>
    /// <param name="origins">Which stretches of the text may spell control tokens.</param>
    public bool TryFind(ReadOnlySpan<byte> text, int from, TextOrigins origins, out AddedMatch match)
    {
        for (var at = from; at < text.Length; at++)
        {
            var skipped = text[at..].IndexOfAny(_starts);
            if (skipped < 0) break;
            at += skipped;
            if (Longest(text[at..], origins.TrustedFrom(at)) is not { } token) continue;
            var end = at + token.Spelling.Length;
            if (token.WholeWord && (EndsInWord(text[..at]) || StartsWithWord(text[end..])))
            {
                at = end - 1;
                continue;
            }
            match = new AddedMatch(
                token,
                token.TakesLeft ? Math.Max(from, TrimmedEnd(text[..at])) : at,
                token.TakesRight ? end + SpacesAtStart(text[end..]) : end);
            return true;
        }
        match = default;
        return false;
    }

    private AddedToken? Longest(ReadOnlySpan<byte> text, int trusted)
    {
        AddedToken? longest = null;
        var node = 0;
        for (var at = 0; at < text.Length && _edges.TryGetValue((node, text[at]), out node); at++)
            if (_ends[node] is { } token && (!token.IsControl || at < trusted)) longest = token;
        return longest;
    }

    private static bool EndsInWord(ReadOnlySpan<byte> text) =>
        !text.IsEmpty && Rune.DecodeLastFromUtf8(text, out var rune, out _) == OperationStatus.Done && Letters.IsWord(rune);

    private static bool StartsWithWord(ReadOnlySpan<byte> text) =>
        !text.IsEmpty && Rune.DecodeFromUtf8(text, out var rune, out _) == OperationStatus.Done && Letters.IsWord(rune);

    private static int TrimmedEnd(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty && Rune.DecodeLastFromUtf8(text, out var rune, out var length) == OperationStatus.Done && Rune.IsWhiteSpace(rune))
            text = text[..^length];
        return text.Length;
    }

    private static int SpacesAtStart(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (at < text.Length && Letters.IsSpace(Letters.First(text[at..], out var length))) at += length;
        return at;
    }
}

/// <summary>A token found at text[Start..End].</summary>
internal readonly record struct AddedMatch(AddedToken Token, int Start, int End);
