using Causeway.Engine.Constraints.Frames;

namespace Causeway.Engine.Constraints.Parts;

/// <summary>
/// Any text up to the first mark in it. What comes behind a mark is a part of its own, after which the text is free again; or, where there is
/// no such part, what comes behind this one.
/// </summary>
/// <param name="marks">What ends the free text.</param>
/// <param name="behind">What each mark leads to; empty where all lead to what comes behind.</param>
/// <param name="mayEnd">Whether the text may end without a mark.</param>
/// <param name="isFreeAgain">Whether the text is free again behind a mark's part.</param>
internal sealed class FreePart(Marks marks, Part[] behind, bool mayEnd, bool isFreeAgain) : Part
{
    public Marks Marks => marks;

    public bool MayEnd => mayEnd;

    public override long Cost => mayEnd ? 0 : marks.Missing(0);

    public override bool MayBeEmpty => mayEnd;

    public override void Enter(Frame[] after, FrameSet into) => into.Add(new FreeFrame(this, 0, after));

    public void EnterBehind(int mark, Frame[] after, FrameSet into)
    {
        if (behind.Length == 0) Skip(after, into);
        else behind[mark].Enter(isFreeAgain ? [new FreeFrame(this, 0, after)] : after, into);
    }
}

/// <summary>Finds the first of several texts in a stream of bytes (Aho and Corasick 1975, doi:10.1145/360825.360855). Immutable.</summary>
internal sealed class Marks
{
    private readonly List<int[]> _next = [NewRow()];
    private readonly List<int?> _found = [null];
    private readonly List<int> _missing = [int.MaxValue];
    private readonly List<int> _depths = [0];

    /// <param name="texts">Not empty, none of them empty.</param>
    public Marks(IReadOnlyList<byte[]> texts)
    {
        for (var i = 0; i < texts.Count; i++) Insert(texts[i], i);
        Link();
    }

    public int Next(int state, byte value) => _next[state][value];

    /// <summary>The mark that ends here; null when none does.</summary>
    public int? Found(int state) => _found[state];

    /// <summary>Bytes that the nearest mark lacks.</summary>
    public int Missing(int state) => _missing[state];

    /// <summary>The state behind a special token that is a part of a mark from here on; null when it is none.</summary>
    public int? NextWhole(int state, ReadOnlySpan<byte> spelling)
    {
        // From the middle of a mark, or from its beginning whatever came before.
        return Follow(state, spelling) ?? (state == 0 ? null : Follow(0, spelling));
    }

    private int? Follow(int state, ReadOnlySpan<byte> spelling)
    {
        foreach (var value in spelling)
        {
            if (_found[state] is not null) return null;
            var next = _next[state][value];
            if (_depths[next] != _depths[state] + 1) return null;
            state = next;
        }
        return state;
    }

    private static int[] NewRow()
    {
        var row = new int[256];
        Array.Fill(row, -1);
        return row;
    }

    private void Insert(byte[] text, int mark)
    {
        var state = 0;
        for (var i = 0; i < text.Length; i++)
        {
            _missing[state] = Math.Min(_missing[state], text.Length - i);
            if (_next[state][text[i]] < 0)
            {
                _next[state][text[i]] = _next.Count;
                _next.Add(NewRow());
                _found.Add(null);
                _missing.Add(int.MaxValue);
                _depths.Add(i + 1);
            }
            state = _next[state][text[i]];
        }
        _found[state] ??= mark;
        _missing[state] = 0;
    }

    private void Link()
    {
        var fallbacks = new int[_next.Count];
        var queue = new Queue<int>();
        for (var value = 0; value < 256; value++)
        {
            if (_next[0][value] < 0) _next[0][value] = 0;
            else queue.Enqueue(_next[0][value]);
        }
        while (queue.TryDequeue(out var state))
        {
            var fallback = fallbacks[state];
            _found[state] ??= _found[fallback];
            for (var value = 0; value < 256; value++)
            {
                var next = _next[state][value];
                if (next < 0) _next[state][value] = _next[fallback][value];
                else
                {
                    fallbacks[next] = _next[fallback][value];
                    queue.Enqueue(next);
                }
            }
        }
    }
}
