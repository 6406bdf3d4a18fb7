namespace Causeway.Gateway.Upstreams.Rehearsal;

/// <summary>A call of a tool as it will be told; the arguments are the text of its <see cref="PlayPart"/>.</summary>
internal sealed record ToolCall(ToolKind Kind, string Id, string Name);

/// <summary>Something said in one breath: content, or with a <see cref="Call"/> the arguments of that call.</summary>
internal readonly record struct PlayPart(ToolCall? Call, string Text);

/// <summary>Everything one choice will say. A text is one part without a call; calls are one part each.</summary>
/// <param name="Parts">At least one.</param>
/// <param name="Limit">Most tokens that may be said.</param>
/// <param name="Finish">The finish reason when everything was said.</param>
/// <param name="Endless">Whether the only part, which is not empty, begins again at its end.</param>
internal sealed record ChoicePlay(PlayPart[] Parts, int Limit, string Finish, bool Endless = false)
{
    public bool IsCalls => Parts[0].Call is not null;
}

/// <summary>Walks a <see cref="ChoicePlay"/> token by token. Streamed and whole answers use it alike, so they say the same.</summary>
internal struct PlayCursor(ChoicePlay play)
{
    private int _part;
    private int _position;
    private int _length;
    private bool _headSaid;

    public readonly ChoicePlay Play => play;

    /// <summary>Tokens said up to now; the announcement of a call counts as one.</summary>
    public int Said { get; private set; }

    /// <summary>Index of the part that the current token belongs to.</summary>
    public readonly int Part => _part;

    public readonly ToolCall? Call => play.Parts[_part].Call;

    /// <summary>Whether the current token announces a call; its <see cref="Text"/> is empty.</summary>
    public readonly bool IsCallHead => _length == 0;

    public readonly ReadOnlySpan<char> Text => play.Parts[_part].Text.AsSpan(_position - _length, _length);

    public readonly bool AtEnd => Said >= play.Limit || Exhausted;

    /// <summary>Only meaningful at the end.</summary>
    public readonly string Finish => Exhausted ? play.Finish : "length";

    private readonly bool Exhausted =>
        !play.Endless && _part == play.Parts.Length - 1 && PartIsSaid;

    private readonly bool PartIsSaid =>
        _position == play.Parts[_part].Text.Length && (_headSaid || play.Parts[_part].Call is null);

    public bool Next()
    {
        if (AtEnd) return false;
        if (PartIsSaid) Turn();
        Said++;
        if (Call is not null && !_headSaid)
        {
            _headSaid = true;
            _length = 0;
            return true;
        }
        _length = ToyTokenizer.NextLength(play.Parts[_part].Text.AsSpan(_position));
        _position += _length;
        return true;
    }

    private void Turn()
    {
        if (!play.Endless) _part++;
        _position = 0;
        _headSaid = false;
    }
}
