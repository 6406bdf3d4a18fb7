namespace Causeway.Engine.Constraints.Frames;

/// <summary>
/// The frames in which a text may be at one moment. Stacks with the same top are kept as one, so that their number does not multiply with
/// the depth (Tomita 1987's graph-structured stack).
/// </summary>
internal sealed class FrameSet
{
    // More than any schema that means something; a text that would need more is refused rather than tracked.
    private const int MaxFrames = 2_000;

    private readonly List<Frame> _frames = [];

    public int Count => _frames.Count;

    public Frame this[int index] => _frames[index];

    public bool MayEnd => _frames.Exists(frame => frame.MayEnd);

    public long Cost => _frames.Count == 0 ? long.MaxValue : _frames.Min(frame => frame.Cost);

    public void Clear() => _frames.Clear();

    public void Add(Frame frame)
    {
        if (frame is PassingFrame passing)
        {
            passing.Expand(this);
            return;
        }
        for (var i = 0; i < _frames.Count; i++)
        {
            if (!_frames[i].IsLike(frame)) continue;
            _frames[i] = Merge(_frames[i], frame);
            return;
        }
        if (_frames.Count < MaxFrames) _frames.Add(frame);
    }

    public void Step(byte value, FrameSet into)
    {
        foreach (var frame in _frames) frame.Step(value, into);
    }

    public void StepSpecial(ReadOnlySpan<byte> spelling, FrameSet into)
    {
        foreach (var frame in _frames) frame.StepSpecial(spelling, into);
    }

    private static Frame Merge(Frame left, Frame right)
    {
        if (left.Equals(right)) return left;
        var after = left.After.ToList();
        foreach (var frame in right.After)
        {
            var alike = after.FindIndex(frame.IsLike);
            if (alike < 0) after.Add(frame);
            else after[alike] = Merge(after[alike], frame);
        }
        return left.With([.. after]);
    }
}
