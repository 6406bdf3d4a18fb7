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

    /// <summary>About how many bytes are missing until a quote. To begin a character of several bytes costs more than it may be worth.</summary>
    public int Cost => State.Distance * ValueForm.CostOfCodePoint + 1 + Missing;

    private int Missing => Step switch
    {
        0 => 0,
        1 or 3 or 6 or Escape => 1,
        2 or 5 => 2,
        4 => 3,
        < LowEscape => Hex + 4 - Step,
        LowEscape => 6,
        LowLetter => 5,
        _ => LowHex + 4 - Step,
    };

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

    private bool CanFinish()
    {
        var missing = Step switch { 1 or 3 or 6 => 6, 2 or 5 => 12, _ => 18 };
        var least = Step switch { 1 => 0x80, 2 or 3 => 0x800, _ => 0x10000 };
        var from = Math.Max(Value << missing, least);
        var to = Math.Min(Value << missing | (1 << missing) - 1, CodePointSet.Last);
        return CanTake(from, to);
    }

    private bool CanTake(int from, int to) =>
        from <= to &&
        ((from < 0xD800 && State.CanTake(from, Math.Min(to, 0xD7FF))) || (to > 0xDFFF && State.CanTake(Math.Max(from, 0xE000), to)));

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
        var missing = 4 * (Hex + 3 - Step);
        if (isStrict && !IsStrict(unit << missing, (unit << missing) + (1 << missing) - 1)) return false;
        if (missing == 0) return TryUnit(unit, isStrict, out next);
        next = new TextPoint(State, (byte)(Step + 1), unit);
        var (from, to) = (unit << missing, (unit << missing) + (1 << missing) - 1);
        if (isStrict) return CanTakeControl(from, to);
        return CanTake(from, to) || (from <= 0xDBFF && to >= 0xD800 && CanTake(HighFrom(Math.Max(from, 0xD800)), HighFrom(Math.Min(to, 0xDBFF)) + 0x3FF));
    }

    private bool TryUnit(int unit, bool isStrict, out TextPoint next)
    {
        if (unit is < 0xD800 or > 0xDFFF)
        {
            next = default;
            return !(isStrict && Spelling.ShortEscape(unit) != 0) && TryWhole(unit, out next);
        }
        next = new TextPoint(State, LowEscape, unit - 0xD800);
        return unit < 0xDC00 && CanTake(HighFrom(unit), HighFrom(unit) + 0x3FF);
    }

    private bool TryLowHex(byte value, out TextPoint next)
    {
        next = default;
        var digit = Digit(value, isStrict: false);
        if (digit < 0) return false;
        var unit = (Value & 0xFFFF) << 4 | digit;
        var missing = 4 * (LowHex + 3 - Step);
        var (from, to) = (Math.Max(unit << missing, 0xDC00), Math.Min((unit << missing) + (1 << missing) - 1, 0xDFFF));
        var high = HighFrom(0xD800 + (Value >> 16));
        if (from > to) return false;
        if (missing == 0) return TryWhole(high + (unit - 0xDC00), out next);
        next = new TextPoint(State, (byte)(Step + 1), Value & ~0xFFFF | unit);
        return CanTake(high + (from - 0xDC00), high + (to - 0xDC00));
    }

    // Those that have no short escape.
    private bool CanTakeControl(int from, int to)
    {
        for (var codePoint = from; codePoint <= Math.Min(to, 0x1F); codePoint++)
            if (Spelling.ShortEscape(codePoint) == 0 && State.Next(codePoint) is not null) return true;
        return false;
    }

    // In strict form only control characters are written so, and their codes begin with 00.
    private static bool IsStrict(int from, int to) => from < 0x20 && to >= 0;

    private static int HighFrom(int high) => 0x10000 + ((high - 0xD800) << 10);

    private static int Digit(byte value, bool isStrict) => value switch
    {
        >= (byte)'0' and <= (byte)'9' => value - '0',
        >= (byte)'a' and <= (byte)'f' => value - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' when !isStrict => value - 'A' + 10,
        _ => -1,
    };
}
