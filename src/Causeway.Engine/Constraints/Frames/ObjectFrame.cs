using Causeway.Engine.Constraints.Forms;

namespace Causeway.Engine.Constraints.Frames;

/// <summary>In an object, between members: just opened, behind a member, or behind a comma.</summary>
internal sealed class ObjectFrame(ObjectProgress progress, Frame[] after, ArrayPlace place = ArrayPlace.Open, int spaces = 0)
    : Frame(HashCode.Combine(5, progress, place, spaces), after)
{
    private readonly ObjectProgress _progress = progress;
    private readonly ArrayPlace _place = place;
    private readonly int _spaces = spaces;

    protected override long OwnCost => _place != ArrayPlace.BehindComma ? _progress.Cost : _progress.CostBehindComma;

    public override void Step(byte value, FrameSet into)
    {
        if (ValueFrame.IsSpace(value))
        {
            if (_spaces < _progress.Options.MaxWhitespace) into.Add(new ObjectFrame(_progress, After, _place, _spaces + 1));
        }
        else if (value == '}' && _place != ArrayPlace.BehindComma)
        {
            if (_progress.MayClose) Finish(into);
        }
        else if (value == '"' && _place != ArrayPlace.BehindItem) BeginName(into);
        else if (value == ',' && _place == ArrayPlace.BehindItem && _progress.MayGoOn) into.Add(new ObjectFrame(_progress, After, ArrayPlace.BehindComma));
    }

    private void BeginName(FrameSet into)
    {
        if (_progress.HasAny(0, _progress.Form.Names.Length)) into.Add(new NameFrame(_progress, 0, _progress.Form.Names.Length, 0, After));
        if (!_progress.OthersAllowed) return;
        foreach (var (names, value) in _progress.Form.Others)
            if (ArrayForm.Fits(value, _progress.Room)) into.Add(new UniqueTextFrame(new UniqueName(_progress, value), new TextPoint(names), null, After));
    }

    public override Frame With(Frame[] after) => new ObjectFrame(_progress, after, _place, _spaces);

    public override bool IsLike(Frame other) => other is ObjectFrame members && _place == members._place && _spaces == members._spaces && _progress.Equals(members._progress);
}

/// <summary>In a name that is spelled out: the names that begin with what was read are neighbours.</summary>
internal sealed class NameFrame(ObjectProgress progress, int from, int to, int length, Frame[] after) : Frame(HashCode.Combine(6, progress, from, to, length), after)
{
    private readonly ObjectProgress _progress = progress;
    private readonly int _from = from;
    private readonly int _to = to;
    private readonly int _length = length;

    protected override long OwnCost
    {
        get
        {
            var least = long.MaxValue / 4;
            for (var i = _from; i < _to; i++)
                if (_progress.HasAny(i, i + 1)) least = Math.Min(least, _progress.CostWith(i) - _length);
            return least;
        }
    }

    public override void Step(byte value, FrameSet into)
    {
        var names = _progress.Form.Names;
        var from = Bound(names, value);
        var to = value == 255 ? _to : Bound(names, value + 1);
        if (from == to || !_progress.HasAny(from, to)) return;
        // Only a closing quote ends a name, and no name has it inside.
        if (names[from].Length > _length + 1) into.Add(new NameFrame(_progress, from, to, _length + 1, After));
        else into.Add(new ColonFrame(_progress.Form.Values[from], _progress.Room, 0, [new ObjectFrame(_progress.With(from), After, ArrayPlace.BehindItem)]));
    }

    private int Bound(byte[][] names, int value)
    {
        int low = _from, high = _to;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (names[middle][_length] < value) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    public override Frame With(Frame[] after) => new NameFrame(_progress, _from, _to, _length, after);

    public override bool IsLike(Frame other) =>
        other is NameFrame name && _from == name._from && _to == name._to && _length == name._length && _progress.Equals(name._progress);
}

/// <summary>Between a name and its value.</summary>
internal sealed class ColonFrame(ValueForm form, int room, int spaces, Frame[] after) : Frame(HashCode.Combine(7, form, room, spaces), after)
{
    private readonly ValueForm _form = form;
    private readonly int _room = room;
    private readonly int _spaces = spaces;

    protected override long OwnCost => 1L + _form.Cost;

    public override void Step(byte value, FrameSet into)
    {
        if (value == ':') into.Add(new ValueFrame(_form, _room, 0, After));
        else if (ValueFrame.IsSpace(value) && _spaces < _form.Options.MaxWhitespace) into.Add(new ColonFrame(_form, _room, _spaces + 1, After));
    }

    public override Frame With(Frame[] after) => new ColonFrame(_form, _room, _spaces, after);

    public override bool IsLike(Frame other) => other is ColonFrame colon && _form == colon._form && _room == colon._room && _spaces == colon._spaces;
}
