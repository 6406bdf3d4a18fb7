using Causeway.Engine.Constraints.Forms;

namespace Causeway.Engine.Constraints.Frames;

/// <summary>A value is to come; its first byte tells its kind.</summary>
/// <param name="form">What it may be.</param>
/// <param name="room">Levels of nesting that are left for it.</param>
/// <param name="spaces">White space that was read before it.</param>
/// <param name="after">What comes behind it.</param>
internal sealed class ValueFrame(ValueForm form, int room, int spaces, Frame[] after) : Frame(HashCode.Combine(1, form, room, spaces), after)
{
    private readonly ValueForm _form = form;
    private readonly int _room = room;
    private readonly int _spaces = spaces;

    protected override long OwnCost => _form.Cost;

    public override void Step(byte value, FrameSet into)
    {
        if (IsSpace(value))
        {
            if (_spaces < _form.Options.MaxWhitespace) into.Add(new ValueFrame(_form, _room, _spaces + 1, After));
        }
        else Begin(_form, _room, value, After, into);
    }

    /// <summary>Reads the first byte of a value.</summary>
    public static void Begin(ValueForm form, int room, byte value, Frame[] after, FrameSet into)
    {
        switch (value)
        {
            case (byte)'"':
                if (form.Text is { } text) into.Add(new TextFrame(new TextPoint(text), after));
                break;
            case (byte)'[':
                foreach (var array in form.Arrays)
                    if (array.Depth <= room) into.Add(new ArrayFrame(new ArrayProgress(form.Options, array, room - 1), after));
                break;
            case (byte)'{':
                foreach (var members in form.Objects)
                    if (members.Depth <= room) into.Add(new ObjectFrame(new ObjectProgress(form.Options, members, room - 1), after));
                break;
            default:
                if (form.Raw is { } raw && value < 128 && raw.Next(value) is { } next) into.Add(new RawFrame(next, after));
                break;
        }
    }

    public static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';

    public override Frame With(Frame[] after) => new ValueFrame(_form, _room, _spaces, after);

    public override bool IsLike(Frame other) => other is ValueFrame value && _form == value._form && _room == value._room && _spaces == value._spaces;
}
