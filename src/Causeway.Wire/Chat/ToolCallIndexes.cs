namespace Causeway.Wire.Chat;

/// <summary>
/// Which tool call of a stream has which <c>index</c>. Sound deltas are noted; deltas without an index get the one of their id, or
/// of the call in progress when they name neither id nor function, or the next free one. One per stream; not thread-safe.
/// </summary>
internal sealed class ToolCallIndexes
{
    // Beyond this an upstream talks nonsense: later ids are no longer recognised, indexes still grow.
    private const int MaxCalls = 512;

    private readonly List<Call> _calls = [];
    private readonly List<Choice> _choices = [];

    public void Clear()
    {
        _calls.Clear();
        _choices.Clear();
    }

    /// <summary>Notes a delta that states its index.</summary>
    /// <param name="choice">The choice's index.</param>
    /// <param name="index">The call's index.</param>
    /// <param name="id">A hash of the call's id; 0 when the delta has none.</param>
    public void Note(int choice, int index, ulong id)
    {
        var at = Find(choice);
        if (at < 0) return;
        _choices[at] = new Choice(choice, index, Math.Max(_choices[at].Next, index == int.MaxValue ? index : index + 1));
        if (id != 0 && IndexOf(choice, id) is null && _calls.Count < MaxCalls) _calls.Add(new Call(choice, index, id));
    }

    /// <summary>The index of a delta that states none.</summary>
    public int Assign(int choice, ulong id, bool hasName)
    {
        var at = Find(choice);
        if (at < 0) return 0;
        var known = _choices[at];
        var index = IndexOf(choice, id) ?? (id == 0 && !hasName && known.Current >= 0 ? known.Current : known.Next);
        Note(choice, index, id);
        return index;
    }

    private int? IndexOf(int choice, ulong id)
    {
        if (id == 0) return null;
        foreach (var call in _calls)
            if (call.Id == id && call.Choice == choice) return call.Index;
        return null;
    }

    private int Find(int choice)
    {
        for (var i = 0; i < _choices.Count; i++)
            if (_choices[i].Index == choice) return i;
        if (_choices.Count == MaxCalls) return -1;
        _choices.Add(new Choice(choice, -1, 0));
        return _choices.Count - 1;
    }

    private readonly record struct Call(int Choice, int Index, ulong Id);

    private readonly record struct Choice(int Index, int Current, int Next);
}
