using Causeway.Engine.Constraints.Languages;

namespace Causeway.Engine.Constraints.Frames;

/// <summary>In a number or a literal. Nothing closes a number but what comes behind it.</summary>
internal sealed class RawFrame(LanguageState state, Frame[] after) : Frame(HashCode.Combine(2, state.Language), after)
{
    private readonly LanguageState _state = state;

    public override bool MayEnd => _state.Accepts && MayEndIn(After);

    protected override long OwnCost => _state.Distance;

    public override void Step(byte value, FrameSet into)
    {
        if (value < 128 && _state.Next(value) is { } next) into.Add(new RawFrame(next, After));
        if (!_state.Accepts) return;
        foreach (var frame in After) frame.Step(value, into);
    }

    public override void StepSpecial(ReadOnlySpan<byte> spelling, FrameSet into)
    {
        if (!_state.Accepts) return;
        foreach (var frame in After) frame.StepSpecial(spelling, into);
    }

    public override Frame With(Frame[] after) => new RawFrame(_state, after);

    public override bool IsLike(Frame other) => other is RawFrame raw && _state.Language.Equals(raw._state.Language);
}
