using Causeway.Engine.Constraints.Frames;

namespace Causeway.Engine.Constraints;

/// <summary>A text under a grammar as it is generated. Never allows what the grammar does not, and never comes to a place from which it could not be finished.</summary>
public sealed class GrammarConstraint : TokenConstraint
{
    private readonly ConstraintPlan _plan;
    private FrameSet _frames;
    private bool _hasEnded, _isClosing;

    internal GrammarConstraint(ConstraintPlan plan, FrameSet start) => (_plan, _frames) = (plan, start);

    public override bool IsFree => false;

    public override bool MayEnd => _hasEnded || _frames.MayEnd;

    /// <summary>Texts are closed and nothing is begun that need not be; it takes at most one token for each byte of the shortest end.</summary>
    public override bool IsClosing => _isClosing;

    public override void FillMask(Span<ulong> allowed)
    {
        allowed.Clear();
        if (!_hasEnded && !(_isClosing && (MayEnd || FillClosing(allowed))))
            for (var i = 0; i < _frames.Count; i++) _plan.TokensOf(_frames[i]).AddTo(allowed);
        if (!MayEnd) return;
        foreach (var token in _plan.Vocabulary.EndTokens) allowed[token >> 6] |= 1UL << token;
    }

    public override bool Accept(int token, int tokensLeft)
    {
        var before = _frames;
        if (!TryAccept(token)) throw new ArgumentException("The token is not one that the constraint allows.", nameof(token));
        if (_hasEnded || _isClosing || CostOf(_frames) <= tokensLeft) return true;
        // What could not be finished before this token either is only cut, as any text is.
        if (CostOf(before) > tokensLeft + 1L) return true;
        (_frames, _isClosing) = (before, true);
        return false;
    }

    /// <summary>Moves on if the token may come; else stays where it is.</summary>
    public bool TryAccept(int token)
    {
        if ((uint)token >= (uint)_plan.Vocabulary.Size) return false;
        if (_plan.Vocabulary.IsEnd(token))
        {
            if (!MayEnd) return false;
            return _hasEnded = true;
        }
        if (_hasEnded || After(token) is not { Count: > 0 } frames) return false;
        _frames = frames;
        return true;
    }

    /// <summary>Moves on by bytes that need not be whole tokens, as a prompt that begins the answer; if they may not come, stays where it is.</summary>
    public bool TryAcceptBytes(ReadOnlySpan<byte> bytes)
    {
        if (_hasEnded) return bytes.IsEmpty;
        var frames = Reading.Bytes(_frames, bytes);
        if (frames.Count == 0) return false;
        _frames = frames;
        return true;
    }

    // The way to the end is about so many bytes; what is one token too long is cut, and what is closed early is not.
    private static long CostOf(FrameSet frames) => frames.MayEnd ? 0 : frames.Cost + Math.Max(4, frames.Cost / 8);

    private FrameSet After(int token)
    {
        var bytes = _plan.Vocabulary.BytesOf(token);
        if (bytes.IsEmpty) return new FrameSet();
        if (!_plan.Vocabulary.IsSpecialToken(token)) return Reading.Bytes(_frames, bytes);
        var frames = new FrameSet();
        _frames.StepSpecial(bytes, frames);
        return frames;
    }

    // Single bytes suffice to get to the end, and there are few of them.
    private bool FillClosing(Span<ulong> allowed)
    {
        var cost = _frames.Cost;
        var any = false;
        foreach (var token in _plan.Vocabulary.Single.Concat(_plan.Vocabulary.Specials))
        {
            if (After(token) is not { Count: > 0 } frames || frames.Cost >= cost) continue;
            allowed[token >> 6] |= 1UL << token;
            any = true;
        }
        return any;
    }
}
