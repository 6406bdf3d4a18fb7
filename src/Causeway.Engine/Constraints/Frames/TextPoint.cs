using Causeway.Engine.Constraints.Forms;
using Causeway.Engine.Constraints.Languages;

namespace Causeway.Engine.Constraints.Frames;

/// <summary>
/// A place in the body of a JSON text: where its language is, and what of a code point has been read, as UTF-8 or as an escape. A byte is
/// taken only if some code point that may come begins so; halves of surrogate pairs and overlong forms never are.
/// </summary>
internal readonly record struct TextPoint(LanguageState State, byte Step, int Value)
{
    private const byte Escape = 7;
    private const byte Hex = 8;
    private const byte LowEscape = 12;
    private const byte LowLetter = 13;
    private const byte LowHex = 14;

    public TextPoint(LanguageState state)
        : this(state, 0, 0)
    {
    }

    /// <summary>Between code points.</summary>
    public bool IsWhole => Step == 0;

    /// <summary>Whether a quote may end the text here.</summary>
    public bool MayClose => Step == 0 && State.Accepts;

    /// <summary>About how many bytes are missing until a quote. Goes down with each byte of a character that leads there.</summary>
    public long Cost(bool isStrict) => 1 + Step switch
    {
        0 => (long)ValueForm.CostOfCodePoint * State.Distance,
        Escape => Math.Min(isStrict ? BehindControl(5) : Behind(5, Whole), BehindLetter()),
        >= Hex and < LowEscape when isStrict => BehindControl(Missing),
        _ => Math.Min(Behind(Missing, Whole), Behind(Missing + 6, Pairs)),
    };

    // No character begins or ends among the halves of pairs.
    private long Behind(int bytes, (int From, int To) range) =>
        bytes + ((long)ValueForm.CostOfCodePoint * State.Nearest(
            range.From is < 0xD800 or > 0xDFFF ? range.From : 0xE000, range.To is < 0xD800 or > 0xDFFF ? range.To : 0xD7FF));

    private long BehindLetter()
    {
        var least = long.MaxValue;
        foreach (var codePoint in "\"\\\b\f\n\r\t") least = Math.Min(least, Behind(1, (codePoint, codePoint)));
        return least;
    }

    private long BehindControl(int bytes)
    {
        var least = long.MaxValue;
        for (var codePoint = Whole.From; codePoint <= Math.Min(Whole.To, 0x1F); codePoint++)
            if (Spelling.ShortEscape(codePoint) == 0) least = Math.Min(least, Behind(bytes, (codePoint, codePoint)));
        return least;
    }

    // Bytes of the character, or of this half of its pair.
    private int Missing => Step switch
    {
        1 or 3 or 6 => 1,
        2 or 5 => 2,
        4 => 3,
        < LowEscape => Hex + 4 - Step,
        LowEscape => 6,
        LowLetter => 5,
        _ => LowHex + 4 - Step,
    };

    // The code points that what was read may become.
    private (int From, int To) Whole
    {
        get
        {
            switch (Step)
            {
                case Escape: return (0, CodePointSet.Last);
                case < Escape:
                    var (from, to) = Filled(Value, 6 * Missing);
                    return (Math.Max(from, Step switch { 1 => 0x80, 2 or 3 => 0x800, _ => 0x10000 }), Math.Min(to, CodePointSet.Last));
                case < LowEscape: return Filled(Value, 4 * Missing);
                case LowEscape or LowLetter: return (HighFrom(0xD800 + Value), HighFrom(0xD800 + Value) + 0x3FF);
                default:
                    var high = HighFrom(0xD800 + (Value >> 16)) - 0xDC00;
                    var (least, most) = Filled(Value & 0xFFFF, 4 * Missing);
                    return (high + Math.Max(least, 0xDC00), high + Math.Min(most, 0xDFFF));
            }
        }
    }

    // The same where it may be the first half of a pair.
    private (int From, int To) Pairs
    {
        get
        {
            if (Step is < Hex or >= LowEscape) return (1, 0);
            var (from, to) = Filled(Value, 4 * Missing);
            return (HighFrom(Math.Max(from, 0xD800)), HighFrom(Math.Min(to, 0xDBFF)) + 0x3FF);
        }
    }

    private static (int From, int To) Filled(int value, int bits) => (value << bits, value << bits | ((1 << bits) - 1));

    /// <summary>Reads a byte that is no closing quote.</summary>
    /// <param name="value">The byte.</param>
    /// <param name="isStrict">Only the escapes that JSON demands, each in one form.</param>
    /// <param name="next">The place behind it.</param>
    public bool TryStep(byte value, bool isStrict, out TextPoint next)
    {
        next = default;
        if (Step == 0) return value < 128 ? TryAscii(value, isStrict, out next) : TryLead(value, out next);
        return Step < Escape ? TryContinue(value, out next) : TryEscape(value, isStrict, out next);
    }

    private bool TryAscii(byte value, bool isStrict, out TextPoint next)
    {
        next = default;
        if (value < 0x20 || value == '"') return false;
        if (value != '\\') return TryWhole(value, out next);
        next = this with { Step = Escape };
        return isStrict ? State.CanTake(0, 0x1F) || State.CanTake('"', '"') || State.CanTake('\\', '\\') : State.CanTake(0, CodePointSet.Last);
    }

    private bool TryWhole(int codePoint, out TextPoint next)
    {
        next = default;
        if (State.Next(codePoint) is not { } state) return false;
        next = new TextPoint(state);
        return true;
    }

    // Steps 1 to 6: one byte missing of two; two, one of three; three, two, one of four.
    private bool TryLead(byte value, out TextPoint next)
    {
        var (step, bits) = value switch
        {
            >= 0xC2 and <= 0xDF => (1, value & 0x1F),
            >= 0xE0 and <= 0xEF => (2, value & 0x0F),
            >= 0xF0 and <= 0xF4 => (4, value & 0x07),
            _ => (0, 0),
        };
        next = new TextPoint(State, (byte)step, bits);
        return step != 0 && next.CanFinish();
    }

    private bool TryContinue(byte value, out TextPoint next)
    {
        next = default;
        if ((value & 0xC0) != 0x80) return false;
        var bits = Value << 6 | (value & 0x3F);
        if (Step is 1 or 3 or 6) return bits is < 0xD800 or > 0xDFFF && TryWhole(bits, out next);
        next = new TextPoint(State, (byte)(Step + 1), bits);
        return next.CanFinish();
    }

    private bool CanFinish() => CanTake(Whole) || CanTake(Pairs);

    private bool CanTake((int From, int To) range) =>
        range.From <= range.To &&
        ((range.From < 0xD800 && State.CanTake(range.From, Math.Min(range.To, 0xD7FF))) || (range.To > 0xDFFF && State.CanTake(Math.Max(range.From, 0xE000), range.To)));

    private bool TryEscape(byte value, bool isStrict, out TextPoint next)
    {
        switch (Step)
        {
            case Escape: return TryLetter(value, isStrict, out next);
            case < LowEscape: return TryHex(value, isStrict, out next);
            case LowEscape:
                next = this with { Step = LowLetter };
                return value == '\\';
            case LowLetter:
                next = new TextPoint(State, LowHex, Value << 16);
                return value == 'u';
            default: return TryLowHex(value, out next);
        }
    }

    private bool TryLetter(byte value, bool isStrict, out TextPoint next)
    {
        if (value == 'u')
        {
            next = new TextPoint(State, Hex, 0);
            return isStrict ? CanTakeControl(0, 0x1F) : State.CanTake(0, CodePointSet.Last);
        }
        next = default;
        var codePoint = value switch
        {
            (byte)'"' or (byte)'\\' => value,
            (byte)'/' => isStrict ? -1 : value,
            (byte)'b' => '\b',
            (byte)'f' => '\f',
            (byte)'n' => '\n',
            (byte)'r' => '\r',
            (byte)'t' => '\t',
            _ => -1,
        };
        return codePoint >= 0 && TryWhole(codePoint, out next);
    }

    private bool TryHex(byte value, bool isStrict, out TextPoint next)
    {
        next = default;
        var digit = Digit(value, isStrict);
        if (digit < 0) return false;
        var unit = Value << 4 | digit;
        if (Missing == 1) return TryUnit(unit, isStrict, out next);
        next = new TextPoint(State, (byte)(Step + 1), unit);
        return isStrict ? CanTakeControl(next.Whole.From, next.Whole.To) : next.CanFinish();
    }

    private bool TryUnit(int unit, bool isStrict, out TextPoint next)
    {
        if (unit is < 0xD800 or > 0xDFFF || isStrict)
        {
            next = default;
            return !(isStrict && (unit >= 0x20 || Spelling.ShortEscape(unit) != 0)) && TryWhole(unit, out next);
        }
        next = new TextPoint(State, LowEscape, unit - 0xD800);
        return unit < 0xDC00 && next.CanFinish();
    }

    private bool TryLowHex(byte value, out TextPoint next)
    {
        next = default;
        var digit = Digit(value, isStrict: false);
        if (digit < 0) return false;
        var unit = (Value & 0xFFFF) << 4 | digit;
        if (Missing == 1) return unit is >= 0xDC00 and <= 0xDFFF && TryWhole(HighFrom(0xD800 + (Value >> 16)) + (unit - 0xDC00), out next);
        next = new TextPoint(State, (byte)(Step + 1), Value & ~0xFFFF | unit);
        return next.CanFinish();
    }

    // In strict form only control characters are written so that have no short escape.
    private bool CanTakeControl(int from, int to)
    {
        for (var codePoint = from; codePoint <= Math.Min(to, 0x1F); codePoint++)
            if (Spelling.ShortEscape(codePoint) == 0 && State.Next(codePoint) is not null) return true;
        return false;
    }

    private static int HighFrom(int high) => 0x10000 + ((high - 0xD800) << 10);

    private static int Digit(byte value, bool isStrict) => value switch
    {
        >= (byte)'0' and <= (byte)'9' => value - '0',
        >= (byte)'a' and <= (byte)'f' => value - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' when !isStrict => value - 'A' + 10,
        _ => -1,
    };
}
