using Causeway.Engine.Constraints.Parts;
using Causeway.Engine.Constraints.Tokens;

namespace Causeway.Engine.Constraints.Frames;

/// <summary>In text that is anything, up to the first mark in it; what then comes is the mark's.</summary>
/// <param name="part">The marks.</param>
/// <param name="state">How much of a mark the text ends with (<see cref="Marks"/>).</param>
/// <param name="after">What comes behind it.</param>
internal sealed class FreeFrame(FreePart part, int state, Frame[] after) : Frame(HashCode.Combine(11, part, state), after)
{
    private readonly FreePart _part = part;
    private readonly int _state = state;

    public override bool MayEnd => _part.MayEnd && MayEndIn(After);

    protected override long OwnCost => _part.MayEnd ? 0 : _part.Marks.Missing(_state);

    public override void Step(byte value, FrameSet into)
    {
        var state = _part.Marks.Next(_state, value);
        if (_part.Marks.Found(state) is { } mark) _part.EnterBehind(mark, After, into);
        else into.Add(new FreeFrame(_part, state, After));
    }

    public override void StepSpecial(ReadOnlySpan<byte> spelling, FrameSet into)
    {
        if (_part.Marks.NextWhole(_state, spelling) is not { } state) return;
        if (_part.Marks.Found(state) is { } mark) _part.EnterBehind(mark, After, into);
        else into.Add(new FreeFrame(_part, state, After));
    }

    public override void Collect(TrieWalk walk, int node)
    {
        if (!walk.IsStart(node))
        {
            base.Collect(walk, node);
            return;
        }
        // All tokens but those in which a mark ends and is followed by what may not follow it.
        walk.Base = walk.Vocabulary.All;
        Exclude(walk, node, _state);
    }

    private void Exclude(TrieWalk walk, int node, int state)
    {
        for (var child = TokenTrie.FirstChild(node); child < walk.Trie.End(node); child = walk.Trie.End(child))
        {
            var next = _part.Marks.Next(state, walk.Trie.Label(child));
            if (_part.Marks.Found(next) is not { } mark)
            {
                if (walk.Trie.HasChildren(child)) Exclude(walk, child, next);
                continue;
            }
            if (!walk.Trie.HasChildren(child)) continue;
            walk.Remove(walk.Trie.TokensBelow(child)[walk.Trie.Tokens(child).Length..]);
            var behind = walk.Rent();
            _part.EnterBehind(mark, After, behind);
            for (var i = 0; i < behind.Count; i++) behind[i].Collect(walk, child);
            walk.Return(behind);
        }
    }

    public override Frame With(Frame[] after) => new FreeFrame(_part, _state, after);

    public override bool IsLike(Frame other) => other is FreeFrame free && ReferenceEquals(_part, free._part) && _state == free._state;
}
