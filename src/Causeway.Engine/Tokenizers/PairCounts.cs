namespace Causeway.Engine.Tokenizers;

/// <summary>How often each pair of neighbours is met in a set of words, kept true while pairs are merged.</summary>
internal sealed class PairCounts
{
    private readonly List<int>[] _words;
    private readonly int[] _times;
    private readonly Dictionary<(int Left, int Right), long> _counts = [];

    // Words that had the pair at some time: a superset.
    private readonly Dictionary<(int Left, int Right), HashSet<int>> _places = [];

    public PairCounts(IReadOnlyList<(byte[] Word, int Times)> words)
    {
        _words = [.. words.Select(word => word.Word.Select(value => (int)value).ToList())];
        _times = [.. words.Select(word => word.Times)];
        for (var word = 0; word < _words.Length; word++) Count(word, 1);
    }

    /// <summary>The pair that is met most often, the lower ids first; null when none is met twice.</summary>
    public (int Left, int Right)? Best()
    {
        (int Left, int Right)? best = null;
        var most = 1L;
        foreach (var (pair, count) in _counts)
        {
            if (count < most || (count == most && (best is null || pair.CompareTo(best.Value) > 0))) continue;
            (best, most) = (pair, count);
        }
        return best;
    }

    public void Merge((int Left, int Right) pair, int into)
    {
        foreach (var word in _places[pair].ToArray())
        {
            Count(word, -1);
            var symbols = _words[word];
            for (var i = 0; i + 1 < symbols.Count; i++)
            {
                if ((symbols[i], symbols[i + 1]) != pair) continue;
                symbols[i] = into;
                symbols.RemoveAt(i + 1);
            }
            Count(word, 1);
        }
        _counts.Remove(pair);
        _places.Remove(pair);
    }

    private void Count(int word, int sign)
    {
        var symbols = _words[word];
        for (var i = 0; i + 1 < symbols.Count; i++)
        {
            var pair = (symbols[i], symbols[i + 1]);
            _counts[pair] = _counts.GetValueOrDefault(pair) + (sign * _times[word]);
            if (!_places.TryGetValue(pair, out var places)) _places[pair] = places = [];
            places.Add(word);
        }
    }
}
