using System.Collections.Concurrent;
using Causeway.Engine.Constraints.Frames;
using Causeway.Engine.Constraints.Languages;

namespace Causeway.Engine.Constraints.Tokens;

/// <summary>What the tokens do at the places of texts that are not free, kept as long as there is room. Thread-safe.</summary>
internal sealed class TextMemo
{
    private const int MaxSlices = 512;

    private readonly ConcurrentDictionary<(LanguageState State, TokenTrie Trie, bool IsStrict), TextSlice> _slices = [];

    /// <summary>Slices that together are all tokens.</summary>
    public IEnumerable<TextSlice> Of(LanguageState state, bool isStrict, ConstraintVocabulary vocabulary)
    {
        var far = state.Within(vocabulary.Longest);
        if (OpenStates.IsOpen(far))
        {
            yield return Of(far, (isStrict ? vocabulary.StrictTexts : vocabulary.Texts).Odd, isStrict, vocabulary);
            yield break;
        }
        yield return Of(state.Within(ConstraintVocabulary.Short), vocabulary.ShortTrie, isStrict, vocabulary);
        yield return Of(far, vocabulary.LongTrie, isStrict, vocabulary);
    }

    private TextSlice Of(LanguageState state, TokenTrie trie, bool isStrict, ConstraintVocabulary vocabulary)
    {
        if (_slices.TryGetValue((state, trie, isStrict), out var known)) return known;
        if (_slices.Count >= MaxSlices) _slices.Clear();
        return _slices[(state, trie, isStrict)] = TextSlice.Of(state, trie, isStrict, vocabulary);
    }
}

/// <summary>The tokens that stay inside a text, and where in the trie others close it.</summary>
/// <param name="Inside">Many tokens as a mask; null when <paramref name="Few"/> has them.</param>
/// <param name="Few">Tokens one by one.</param>
/// <param name="Trie">Where closing quotes are looked for.</param>
/// <param name="Closers">Nodes of the trie: closing quotes.</param>
internal sealed record TextSlice(ulong[]? Inside, int[] Few, TokenTrie Trie, int[] Closers)
{
    /// <param name="state">A place between characters.</param>
    /// <param name="trie">The tokens that are looked at; if they are the odd ones, all plain ones stay inside.</param>
    /// <param name="isStrict">Only the escapes that JSON demands, each in one form.</param>
    /// <param name="vocabulary">All tokens.</param>
    public static TextSlice Of(LanguageState state, TokenTrie trie, bool isStrict, ConstraintVocabulary vocabulary)
    {
        var slices = isStrict ? vocabulary.StrictTexts : vocabulary.Texts;
        var isOpen = ReferenceEquals(trie, slices.Odd);
        var scan = new Scan(trie, isStrict);
        scan.Read(new TextPoint(state), TokenTrie.Root);
        var isFew = !ReferenceEquals(trie, vocabulary.ShortTrie) || scan.Tokens.Count < vocabulary.Size / 64;
        if (!isOpen && isFew) return new TextSlice(null, [.. scan.Tokens], trie, [.. scan.Closers]);
        var mask = isOpen ? slices.Plain.ToArray() : new ulong[vocabulary.All.Length];
        foreach (var token in scan.Tokens) mask[token >> 6] |= 1UL << token;
        return new TextSlice(mask, [], trie, [.. scan.Closers]);
    }

    private sealed class Scan(TokenTrie trie, bool isStrict)
    {
        public List<int> Tokens { get; } = [];

        public List<int> Closers { get; } = [];

        public void Read(TextPoint point, int node)
        {
            var end = trie.End(node);
            for (var child = TokenTrie.FirstChild(node); child < end; child = trie.End(child))
            {
                var value = trie.Label(child);
                if (value == '"' && point.IsWhole)
                {
                    if (point.State.Accepts) Closers.Add(child);
                }
                else if (point.TryStep(value, isStrict, out var next))
                {
                    Tokens.AddRange(trie.Tokens(child));
                    if (trie.HasChildren(child)) Read(next, child);
                }
            }
        }
    }
}
