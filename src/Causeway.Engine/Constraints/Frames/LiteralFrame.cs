namespace Causeway.Engine.Constraints.Frames;

/// <summary>The whole text is complete.</summary>
internal sealed class EndFrame() : Frame(9, [])
{
    public override bool MayEnd => true;

    protected override long OwnCost => 0;

    public override void Step(byte value, FrameSet into)
    {
    }

    public override Frame With(Frame[] after) => this;

    public override bool IsLike(Frame other) => other is EndFrame;
}

/// <summary>In a text that must come as it is.</summary>
internal sealed class LiteralFrame(byte[] literal, int at, Frame[] after) : Frame(HashCode.Combine(10, literal, at), after)
{
    private readonly byte[] _literal = literal;
    private readonly int _at = at;

    protected override long OwnCost => _literal.Length - _at;

    public override void Step(byte value, FrameSet into)
    {
        if (_literal[_at] == value) GoOn(1, into);
    }

    public override void StepSpecial(ReadOnlySpan<byte> spelling, FrameSet into)
    {
        if (_literal.AsSpan(_at).StartsWith(spelling)) GoOn(spelling.Length, into);
    }

    public override Frame With(Frame[] after) => new LiteralFrame(_literal, _at, after);

    public override bool IsLike(Frame other) => other is LiteralFrame literal && ReferenceEquals(_literal, literal._literal) && _at == literal._at;

    private void GoOn(int bytes, FrameSet into)
    {
        if (_at + bytes == _literal.Length) Finish(into);
        else into.Add(new LiteralFrame(_literal, _at + bytes, After));
    }
}
