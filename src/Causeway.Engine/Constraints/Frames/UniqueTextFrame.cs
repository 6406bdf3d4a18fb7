using Causeway.Engine.Constraints.Forms;
using Causeway.Engine.Constraints.Languages;
using Causeway.Engine.Constraints.Tokens;

namespace Causeway.Engine.Constraints.Frames;

/// <summary>What a text must differ from, and what comes behind it.</summary>
internal abstract record UniqueText
{
    public abstract SeenTexts? Seen { get; }

    public abstract bool IsTaken(ReadOnlySpan<byte> spelled);

    /// <summary>The texts that it may not be and that begin so, without what was read already.</summary>
    public abstract IEnumerable<byte[]> TakenAfter(byte[] begun);

    public abstract Frame Behind(byte[] spelled, Frame[] after);

    protected static IEnumerable<byte[]> RestsOf(SeenTexts? seen, byte[] begun)
    {
        for (; seen is not null; seen = seen.Before)
            if (seen.Spelled.AsSpan().StartsWith(begun)) yield return seen.Spelled[begun.Length..];
    }
}

/// <summary>A name of an object that is not spelled out.</summary>
internal sealed record UniqueName(ObjectProgress Progress, ValueForm Value) : UniqueText
{
    public override SeenTexts? Seen => Progress.Others;

    public override bool IsTaken(ReadOnlySpan<byte> spelled) => Progress.Form.Find(spelled) >= 0 || SeenTexts.Contains(Seen, spelled);

    public override IEnumerable<byte[]> TakenAfter(byte[] begun) =>
        RestsOf(Seen, begun).Concat(Progress.Form.Names.Where(name => name.AsSpan().StartsWith(begun)).Select(name => name[begun.Length..]));

    public override Frame Behind(byte[] spelled, Frame[] after) =>
        new ColonFrame(Value, Progress.Room, 0, [new ObjectFrame(Progress.WithOther(spelled), after, ArrayPlace.BehindItem)]);
}

/// <summary>An item of an array in which no two are the same.</summary>
internal sealed record UniqueItem(ArrayProgress Progress) : UniqueText
{
    public override SeenTexts? Seen => Progress.Seen;

    public override bool IsTaken(ReadOnlySpan<byte> spelled) => SeenTexts.Contains(Seen, spelled);

    public override IEnumerable<byte[]> TakenAfter(byte[] begun) => RestsOf(Seen, begun);

    public override Frame Behind(byte[] spelled, Frame[] after) =>
        new ArrayFrame(Progress with { Count = Progress.Count + 1, Seen = new SeenTexts(spelled, Seen) }, after, ArrayPlace.BehindItem);
}

/// <summary>
/// In the body of a text that must differ from others, and is therefore written in one way only. What was read is kept, since at the end it
/// is compared.
/// </summary>
internal sealed class UniqueTextFrame(UniqueText what, TextPoint point, Spelling? read, Frame[] after)
    : Frame(HashCode.Combine(8, what, point.State.Language, point.Step, read), after)
{
    private readonly UniqueText _what = what;
    private readonly TextPoint _point = point;
    private readonly Spelling? _read = read;

    // Where the text is taken just here, one character more makes it another.
    protected override long OwnCost => _point.Cost(isStrict: true) + _what.Behind([], []).Cost +
        (_point.MayClose && _what.IsTaken(Spelling.Bytes(_read, "\""u8)) ? ValueForm.CostOfCodePoint : 0);

    // Few texts can still come, so that it matters which of them are taken.
    private bool IsShort => _what.Seen is not null && LanguageCount.Of(_point.State) < LanguageCount.Many;

    public override void Step(byte value, FrameSet into)
    {
        if (value == '"' && _point.IsWhole)
        {
            if (_point.State.Accepts) Close(Spelling.Bytes(_read, "\""u8), into);
        }
        else if (_point.TryStep(value, isStrict: true, out var next))
        {
            var frame = new UniqueTextFrame(_what, next, new Spelling(_read, value), After);
            if (!frame.IsShort || frame.IsOpen()) into.Add(frame);
        }
    }

    public override void Collect(TrieWalk walk, int node)
    {
        if (!walk.IsStart(node) || !_point.IsWhole)
        {
            base.Collect(walk, node);
            return;
        }
        // Behind a free text the frames are the same whatever it was, but for what it adds to the names that were seen.
        var begun = Spelling.Bytes(_read, []);
        walk.CollectUnique(_point.State, _what.TakenAfter(begun).Select(Refused), [_what.Behind(Spelling.Bytes(_read, "\u0001\""u8), After)], this);
    }

    public override Frame With(Frame[] after) => new UniqueTextFrame(_what, _point, _read, after);

    public override bool IsLike(Frame other) =>
        other is UniqueTextFrame text && _point.Step == text._point.Step && _point.Value == text._point.Value &&
        _point.State.Language.Equals(text._point.State.Language) && Spelling.Same(_read, text._read) && _what.Equals(text._what);

    private void Close(byte[] spelled, FrameSet into)
    {
        if (!_what.IsTaken(spelled)) into.Add(_what.Behind(spelled, After));
    }

    // The beginning of a taken text from which on it cannot come any more: all of it, or less where nothing else begins so.
    private byte[] Refused(byte[] rest)
    {
        Frame frame = this;
        var next = new FrameSet();
        for (var i = 0; i < rest.Length; i++, next.Clear())
        {
            frame.Step(rest[i], next);
            if (next.Count == 0) return rest[..(i + 1)];
            frame = next[0];
        }
        return rest;
    }

    // Of the few texts that can still come, one must be left.
    private bool IsOpen() => LanguageCount.Of(_point.State) > RestCount();

    private int RestCount() => _what.TakenAfter(Spelling.Bytes(_read, [])).Count();
}
