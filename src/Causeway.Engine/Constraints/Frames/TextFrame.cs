using Causeway.Engine.Constraints.Tokens;

namespace Causeway.Engine.Constraints.Frames;

/// <summary>In the body of a text that is a value.</summary>
internal sealed class TextFrame(TextPoint point, Frame[] after) : Frame(HashCode.Combine(3, point.State.Language, point.Step, point.Value), after)
{
    private readonly TextPoint _point = point;

    protected override long OwnCost => _point.Cost(isStrict: false);

    public override void Step(byte value, FrameSet into)
    {
        if (value == '"' && _point.IsWhole)
        {
            if (_point.State.Accepts) Finish(into);
        }
        else if (_point.TryStep(value, isStrict: false, out var next)) into.Add(new TextFrame(next, After));
    }

    public override void Collect(TrieWalk walk, int node)
    {
        if (walk.IsStart(node) && _point.IsWhole) walk.CollectText(_point.State, isStrict: false, After);
        else walk.CollectText(_point, node, isStrict: false, After);
    }

    public override Frame With(Frame[] after) => new TextFrame(_point, after);

    public override bool IsLike(Frame other) =>
        other is TextFrame text && _point.Step == text._point.Step && _point.Value == text._point.Value && _point.State.Language.Equals(text._point.State.Language);
}
