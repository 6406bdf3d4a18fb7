using Causeway.Engine.Constraints.Tokens;

namespace Causeway.Engine.Constraints.Frames;

/// <summary>
/// What is being read, with what comes after it: the top of a stack whose lower parts are shared. A frame is immutable; reading a byte gives
/// the frames that may follow. <see cref="After"/> has several members where several stacks have come to the same top.
/// </summary>
/// <param name="own">Hash of what the frame itself holds.</param>
/// <param name="after">What goes on when this is finished.</param>
internal abstract class Frame(int own, Frame[] after) : IEquatable<Frame>
{
    private readonly int _hash = Mixed(own, after);
    private long _cost = -1;

    public Frame[] After { get; } = after;

    /// <summary>Whether the whole text may end here.</summary>
    public virtual bool MayEnd => false;

    /// <summary>About how many bytes are missing until the whole text may end; goes down on the way there.</summary>
    public long Cost
    {
        get
        {
            if (_cost >= 0) return _cost;
            var rest = long.MaxValue / 2;
            foreach (var frame in After) rest = Math.Min(rest, frame.Cost);
            return _cost = OwnCost + (After.Length == 0 ? 0 : rest);
        }
    }

    protected abstract long OwnCost { get; }

    /// <summary>Reads a byte: adds what may be there then. Nothing when the byte may not come.</summary>
    public abstract void Step(byte value, FrameSet into);

    /// <summary>Reads a special token by its spelling: only literals take them, and only whole.</summary>
    public virtual void StepSpecial(ReadOnlySpan<byte> spelling, FrameSet into)
    {
    }

    /// <summary>The same with more to go on with afterwards.</summary>
    public abstract Frame With(Frame[] after);

    /// <summary>Whether all but <see cref="After"/> is the same.</summary>
    public abstract bool IsLike(Frame other);

    /// <summary>Marks the tokens below a node of the trie that may be read here.</summary>
    public virtual void Collect(TrieWalk walk, int node)
    {
        for (var child = TokenTrie.FirstChild(node); child < walk.Trie.End(node); child = walk.Trie.End(child))
        {
            var next = walk.Rent();
            Step(walk.Trie.Label(child), next);
            if (next.Count > 0) walk.Mark(child);
            if (walk.Trie.HasChildren(child))
                for (var i = 0; i < next.Count; i++) next[i].Collect(walk, child);
            walk.Return(next);
        }
    }

    public bool Equals(Frame? other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is null || _hash != other._hash || After.Length != other.After.Length || !IsLike(other)) return false;
        for (var i = 0; i < After.Length; i++)
            if (!After[i].Equals(other.After[i])) return false;
        return true;
    }

    public sealed override bool Equals(object? obj) => Equals(obj as Frame);

    public sealed override int GetHashCode() => _hash;

    protected static bool MayEndIn(Frame[] frames)
    {
        var expanded = new FrameSet();
        foreach (var frame in frames) expanded.Add(frame);
        return expanded.MayEnd;
    }

    protected void Finish(FrameSet into)
    {
        foreach (var frame in After) into.Add(frame);
    }

    private static int Mixed(int own, Frame[] after)
    {
        var hash = new HashCode();
        hash.Add(own);
        foreach (var frame in after) hash.Add(frame._hash);
        return hash.ToHashCode();
    }
}

/// <summary>A frame that reads nothing itself and stands for others: a choice, a repetition, the next part of a sequence.</summary>
internal abstract class PassingFrame(int own, Frame[] after) : Frame(own, after)
{
    public abstract void Expand(FrameSet into);

    public sealed override void Step(byte value, FrameSet into)
    {
        var expanded = new FrameSet();
        Expand(expanded);
        expanded.Step(value, into);
    }

    public sealed override void StepSpecial(ReadOnlySpan<byte> spelling, FrameSet into)
    {
        var expanded = new FrameSet();
        Expand(expanded);
        expanded.StepSpecial(spelling, into);
    }
}
