namespace Causeway.Engine.Serving;

/// <summary>Page numbers in the order in which they fell idle: a list linked through arrays, so that any page leaves it in constant time.</summary>
internal sealed class IdlePages
{
    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly int _end;

    /// <param name="pages">Numbers from 0 to one less.</param>
    public IdlePages(int pages)
    {
        (_next, _previous, _end) = (new int[pages + 1], new int[pages + 1], pages);
        (_next[_end], _previous[_end]) = (_end, _end);
    }

    public int Count { get; private set; }

    /// <param name="page">Not in the list.</param>
    public void Add(int page)
    {
        var last = _previous[_end];
        (_next[last], _previous[page], _next[page], _previous[_end]) = (page, last, _end, page);
        Count++;
    }

    /// <param name="page">In the list.</param>
    public void Remove(int page)
    {
        (_next[_previous[page]], _previous[_next[page]]) = (_next[page], _previous[page]);
        Count--;
    }

    /// <summary>The list is not empty.</summary>
    public int TakeOldest()
    {
        var page = _next[_end];
        Remove(page);
        return page;
    }
}
