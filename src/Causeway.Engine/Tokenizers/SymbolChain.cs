namespace Causeway.Engine.Tokenizers;

/// <summary>A word's symbols as a doubly linked list over arrays; a symbol that went into its left neighbour is out of the list.</summary>
internal readonly ref struct SymbolChain
{
    private readonly Span<int> _symbols;
    private readonly Span<int> _next;
    private readonly Span<int> _previous;
    private readonly Span<int> _ranks;

    public SymbolChain(Span<int> symbols, Span<int> next, Span<int> previous, Span<int> ranks)
    {
        _symbols = symbols;
        _next = next;
        _previous = previous;
        _ranks = ranks;
        for (var i = 0; i < symbols.Length; i++) (_next[i], _previous[i], _ranks[i]) = (i + 1, i - 1, MergeTable.Never);
    }

    public int Count => _symbols.Length;

    /// <summary>Count after the last.</summary>
    public int Next(int at) => _next[at];

    /// <summary>-1 before the first.</summary>
    public int Previous(int at) => _previous[at];

    public int Symbol(int at) => _symbols[at];

    public void SetRank(int at, int rank) => _ranks[at] = rank;

    /// <summary>Whether what was offered is still so: neither of the two has changed since.</summary>
    public bool IsCurrent(int at, int rank) => _ranks[at] == rank;

    public void MergeAt(int at, int result)
    {
        var gone = _next[at];
        _symbols[at] = result;
        _next[at] = _next[gone];
        if (_next[gone] < Count) _previous[_next[gone]] = at;
        _ranks[gone] = MergeTable.Never;
    }

    /// <summary>Moves what is left to the front.</summary>
    public int Compact()
    {
        var count = 0;
        for (var at = 0; at < Count; at = _next[at]) _symbols[count++] = _symbols[at];
        return count;
    }
}
