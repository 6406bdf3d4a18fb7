namespace Causeway.Engine.Constraints.Frames;

/// <summary>In an array, between items: just opened, behind an item, or behind a comma.</summary>
internal sealed class ArrayFrame(ArrayProgress progress, Frame[] after, ArrayPlace place = ArrayPlace.Open, int spaces = 0)
    : Frame(HashCode.Combine(4, progress.Form, progress.Count, progress.Counted, place, spaces, progress.Room, progress.Seen), after)
{
    private readonly ArrayProgress _progress = progress;
    private readonly ArrayPlace _place = place;
    private readonly int _spaces = spaces;

    // Behind a comma one more must come although none may be missing.
    protected override long OwnCost => _place != ArrayPlace.BehindComma ? _progress.Cost
        : !_progress.MayClose ? _progress.Cost - 1
        : _progress.Next().Select(next => _progress.Form.CostOf(next.Item) - 1 + next.Behind.Cost).DefaultIfEmpty(long.MaxValue / 4).Min();

    public override void Step(byte value, FrameSet into)
    {
        if (ValueFrame.IsSpace(value))
        {
            if (_spaces < _progress.Options.MaxWhitespace) into.Add(new ArrayFrame(_progress, After, _place, _spaces + 1));
        }
        else if (value == ']' && _place != ArrayPlace.BehindComma)
        {
            if (_progress.MayClose) Finish(into);
        }
        else if (_place != ArrayPlace.BehindItem) BeginItem(value, into);
        else if (value == ',' && _progress.MayGoOn) into.Add(new ArrayFrame(_progress, After, ArrayPlace.BehindComma));
    }

    private void BeginItem(byte value, FrameSet into)
    {
        if (_progress.Form.Unique is { } unique)
        {
            if (value == '"' && _progress.MayGoOn) into.Add(new UniqueTextFrame(new UniqueItem(_progress), new TextPoint(unique), null, After));
            return;
        }
        foreach (var (item, behind) in _progress.Next())
            ValueFrame.Begin(item, _progress.Room, value, [new ArrayFrame(behind, After, ArrayPlace.BehindItem)], into);
    }

    public override Frame With(Frame[] after) => new ArrayFrame(_progress, after, _place, _spaces);

    public override bool IsLike(Frame other) => other is ArrayFrame array && _place == array._place && _spaces == array._spaces && _progress.Equals(array._progress);
}

internal enum ArrayPlace
{
    Open,
    BehindItem,
    BehindComma,
}
