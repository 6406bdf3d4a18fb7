using Causeway.Engine.Constraints.Forms;
using Causeway.Engine.Constraints.Frames;

namespace Causeway.Engine.Constraints.Parts;

/// <summary>A part of a grammar. Immutable.</summary>
internal abstract class Part
{
    /// <summary>About how many bytes it takes at the least.</summary>
    public abstract long Cost { get; }

    /// <summary>Whether it may be nothing at all.</summary>
    public abstract bool MayBeEmpty { get; }

    /// <summary>Adds the frames in which it begins.</summary>
    public abstract void Enter(Frame[] after, FrameSet into);

    protected static void Skip(Frame[] after, FrameSet into)
    {
        foreach (var frame in after) into.Add(frame);
    }
}

/// <summary>A text that must come as it is.</summary>
internal sealed class LiteralPart(byte[] literal) : Part
{
    public override long Cost => literal.Length;

    public override bool MayBeEmpty => literal.Length == 0;

    public override void Enter(Frame[] after, FrameSet into)
    {
        if (literal.Length == 0) Skip(after, into);
        else into.Add(new LiteralFrame(literal, 0, after));
    }
}

/// <summary>A JSON value.</summary>
internal sealed class JsonPart(ValueForm form) : Part
{
    public override long Cost => form.Cost;

    public override bool MayBeEmpty => false;

    // White space before it would belong to what stands there.
    public override void Enter(Frame[] after, FrameSet into) => into.Add(new ValueFrame(form, form.Options.MaxDepth, form.Options.MaxWhitespace, after));
}

/// <summary>One after the other.</summary>
internal sealed class SequencePart(Part[] parts) : Part
{
    public override long Cost { get; } = parts.Sum(part => part.Cost);

    public override bool MayBeEmpty { get; } = parts.All(part => part.MayBeEmpty);

    public override void Enter(Frame[] after, FrameSet into) => EnterAt(0, after, into);

    private void EnterAt(int index, Frame[] after, FrameSet into)
    {
        if (index == parts.Length) Skip(after, into);
        else parts[index].Enter(index + 1 == parts.Length ? after : [new Next(this, index + 1, after)], into);
    }

    private sealed class Next(SequencePart part, int index, Frame[] after) : PassingFrame(HashCode.Combine(12, part, index), after)
    {
        private readonly SequencePart _part = part;
        private readonly int _index = index;

        protected override long OwnCost => _part.CostFrom(_index);

        public override void Expand(FrameSet into) => _part.EnterAt(_index, After, into);

        public override Frame With(Frame[] after) => new Next(_part, _index, after);

        public override bool IsLike(Frame other) => other is Next next && ReferenceEquals(_part, next._part) && _index == next._index;
    }

    private long CostFrom(int index) => parts.Skip(index).Sum(part => part.Cost);
}

/// <summary>One of several.</summary>
internal sealed class ChoicePart(Part[] parts) : Part
{
    public override long Cost { get; } = parts.Min(part => part.Cost);

    public override bool MayBeEmpty { get; } = parts.Any(part => part.MayBeEmpty);

    public override void Enter(Frame[] after, FrameSet into)
    {
        foreach (var part in parts) part.Enter(after, into);
    }
}

/// <summary>Several times. The part is never empty.</summary>
internal sealed class RepeatPart(Part part, int min, int max) : Part
{
    public override long Cost { get; } = part.Cost * min;

    public override bool MayBeEmpty => min == 0;

    public override void Enter(Frame[] after, FrameSet into) => EnterAt(0, after, into);

    private void EnterAt(int count, Frame[] after, FrameSet into)
    {
        if (count >= min) Skip(after, into);
        if (count < max) part.Enter([new Next(this, max == int.MaxValue ? Math.Min(count + 1, min) : count + 1, after)], into);
    }

    private sealed class Next(RepeatPart part, int count, Frame[] after) : PassingFrame(HashCode.Combine(13, part, count), after)
    {
        private readonly RepeatPart _part = part;
        private readonly int _count = count;

        protected override long OwnCost => _part.CostFrom(_count);

        public override void Expand(FrameSet into) => _part.EnterAt(_count, After, into);

        public override Frame With(Frame[] after) => new Next(_part, _count, after);

        public override bool IsLike(Frame other) => other is Next next && ReferenceEquals(_part, next._part) && _count == next._count;
    }

    private long CostFrom(int count) => part.Cost * Math.Max(0, min - count);
}
