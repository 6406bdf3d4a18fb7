using System.Globalization;

namespace Causeway.Engine.Constraints.Languages;

/// <summary>
/// Reads a pattern of ECMA-262 (with the <c>u</c> flag, lenient about needless escapes of punctuation) as a language: the texts in which it
/// matches somewhere. Anchors may stand anywhere; what looks around or back is refused.
/// </summary>
internal sealed class PatternReader
{
    private const int MaxLength = 4096;
    private const int MaxDepth = 64;

    // Counted repetitions multiply when they nest.
    private const long MaxCopies = 20_000;

    private readonly int[] _points;
    private int _at;
    private int _depth;

    private PatternReader(string source)
    {
        if (source.Length > MaxLength) throw new PatternException($"it has more than {MaxLength} characters");
        _points = [.. source.EnumerateRunes().Select(rune => rune.Value)];
    }

    private int Peek => _at < _points.Length ? _points[_at] : -1;

    /// <exception cref="PatternException">Not a pattern, or not one of a regular language.</exception>
    public static Language Read(string source)
    {
        var reader = new PatternReader(source);
        var match = reader.ReadAlternatives();
        if (reader._at < reader._points.Length) throw new PatternException("a group is closed that was not opened");
        if (match.Copies > MaxCopies) throw new PatternException($"its repetitions multiply to more than {MaxCopies}");
        return match.Everywhere();
    }

    private AnchoredLanguage ReadAlternatives()
    {
        if (++_depth > MaxDepth) throw new PatternException($"its groups nest deeper than {MaxDepth}");
        var alternatives = new List<AnchoredLanguage> { ReadSequence() };
        while (TryTake('|')) alternatives.Add(ReadSequence());
        _depth--;
        return AnchoredLanguage.Either(alternatives);
    }

    private AnchoredLanguage ReadSequence()
    {
        var parts = new List<AnchoredLanguage>();
        while (_at < _points.Length && Peek != '|' && Peek != ')') parts.Add(ReadPart());
        // From the right: chains lean to the right.
        var sequence = AnchoredLanguage.Of(Language.EmptyText, 0);
        for (var i = parts.Count - 1; i >= 0; i--) sequence = parts[i].Then(sequence);
        return sequence;
    }

    private AnchoredLanguage ReadPart()
    {
        if (TryTake('^')) return AnchoredLanguage.Start;
        if (TryTake('$')) return AnchoredLanguage.End;
        if (Peek is '*' or '+' or '?') throw new PatternException("a repetition has nothing to repeat");
        var atom = ReadAtom();
        if (!TryTakeCounts(out var min, out var max)) return atom;
        TryTake('?');
        if (Peek is '*' or '+' or '?') throw new PatternException("a repetition has nothing to repeat");
        return atom.Repeat(min, max);
    }

    private AnchoredLanguage ReadAtom()
    {
        var at = Take();
        switch (at)
        {
            case '(': return ReadGroup();
            case '.': return Set(CodePointSet.LineEnds.Complement());
            case '[': return Set(ReadClass());
            case '\\' when Peek is 'b' or 'B': throw new PatternException("it asks for the edge of a word");
            case '\\' when Peek is (>= '1' and <= '9') or 'k': throw new PatternException("it refers back to a group");
            case '\\': return Set(ReadEscape());
            default: return Set(CodePointSet.Single(at));
        }
    }

    private static AnchoredLanguage Set(CodePointSet set) => AnchoredLanguage.Of(Language.Of(set), 1);

    private AnchoredLanguage ReadGroup()
    {
        if (TryTake('?'))
        {
            var isLookBehind = Peek == '<' && _at + 1 < _points.Length && _points[_at + 1] is '=' or '!';
            if (Peek is '=' or '!' || isLookBehind) throw new PatternException("it looks around");
            if (TryTake('<'))
            {
                while (Take() != '>')
                {
                }
            }
            else if (!TryTake(':')) throw new PatternException("a group begins in a way that is not known");
        }
        var inner = ReadAlternatives();
        if (!TryTake(')')) throw new PatternException("a group is not closed");
        return inner;
    }

    private bool TryTakeCounts(out int min, out int max)
    {
        (min, max) = (0, Language.Unbounded);
        if (TryTake('*')) return true;
        if (TryTake('+'))
        {
            min = 1;
            return true;
        }
        if (TryTake('?'))
        {
            max = 1;
            return true;
        }
        return Peek == '{' && TryTakeBraces(ref min, ref max);
    }

    // A brace that holds no counts stands for itself.
    private bool TryTakeBraces(ref int min, ref int max)
    {
        var start = _at++;
        if (!TryTakeNumber(out min)) return Back(start);
        max = min;
        if (TryTake(',') && !TryTakeNumber(out max)) max = Language.Unbounded;
        if (!TryTake('}')) return Back(start);
        if (max < min) throw new PatternException("a repetition runs backwards");
        return true;
    }

    private bool Back(int start)
    {
        _at = start;
        return false;
    }

    private bool TryTakeNumber(out int number)
    {
        var start = _at;
        number = 0;
        while (Peek is >= '0' and <= '9') number = Math.Min(1_000_000, number * 10 + (Take() - '0'));
        return _at > start;
    }

    private CodePointSet ReadClass()
    {
        var isNegated = TryTake('^');
        var ranges = new List<(int, int)>();
        while (!TryTake(']')) ReadMember(ranges);
        var set = CodePointSet.Of(ranges);
        return isNegated ? set.Complement() : set;
    }

    private void ReadMember(List<(int, int)> ranges)
    {
        if (TryReadSet(out var set, out var from))
        {
            ranges.AddRange(set.Ranges);
            return;
        }
        var to = from;
        if (TryTake('-'))
        {
            // A dash at the end stands for itself.
            if (Peek == ']') ranges.Add(('-', '-'));
            else if (TryReadSet(out _, out to)) throw new PatternException("a range ends in a class");
        }
        if (to < from) throw new PatternException("a range runs backwards");
        ranges.Add((from, to));
    }

    private bool TryReadSet(out CodePointSet set, out int single)
    {
        set = CodePointSet.None;
        single = 0;
        if (!TryTake('\\')) single = Take();
        else if (Peek is 'd' or 'D' or 'w' or 'W' or 's' or 'S' or 'p' or 'P') set = ReadEscape();
        else single = TryTake('b') ? '\b' : ReadSingle();
        return !set.IsEmpty;
    }

    private CodePointSet ReadEscape()
    {
        switch (Peek)
        {
            case 'd': return Taken(CodePointSet.Digits);
            case 'D': return Taken(CodePointSet.Digits.Complement());
            case 'w': return Taken(CodePointSet.WordCharacters);
            case 'W': return Taken(CodePointSet.WordCharacters.Complement());
            case 's': return Taken(CodePointSet.Spaces);
            case 'S': return Taken(CodePointSet.Spaces.Complement());
            case 'p' or 'P': return ReadProperty();
            default: return CodePointSet.Single(ReadSingle());
        }
    }

    private CodePointSet Taken(CodePointSet set)
    {
        Take();
        return set;
    }

    private CodePointSet ReadProperty()
    {
        var isNegated = Take() == 'P';
        var name = TakeBetween('{', '}');
        var set = UnicodeCategories.Find(name) ?? throw new PatternException("it names a property of Unicode that is not known (general categories are)");
        return isNegated ? set.Complement() : set;
    }

    private int ReadSingle()
    {
        var next = Take();
        switch (next)
        {
            case 't': return '\t';
            case 'n': return '\n';
            case 'v': return '\v';
            case 'f': return '\f';
            case 'r': return '\r';
            case '0' when Peek is not (>= '0' and <= '9'): return 0;
            case 'c' when Peek is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'): return Take() % 32;
            case 'x': return TakeHex(2);
            case 'u': return ReadUnicode();
            default:
                if (next < 128 && char.IsAsciiLetterOrDigit((char)next)) throw new PatternException($"the escape \\{(char)next} means nothing");
                return next;
        }
    }

    private int ReadUnicode()
    {
        if (Peek == '{')
        {
            var digits = TakeBetween('{', '}');
            if (int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var point) && point is >= 0 and <= CodePointSet.Last)
                return point;
            throw new PatternException("an escape names no code point");
        }
        var unit = TakeHex(4);
        if (!char.IsHighSurrogate((char)unit) || Peek != '\\' || _at + 1 >= _points.Length || _points[_at + 1] != 'u') return unit;
        _at += 2;
        var low = TakeHex(4);
        return char.IsLowSurrogate((char)low) ? char.ConvertToUtf32((char)unit, (char)low) : throw new PatternException("an escape has half of a surrogate pair");
    }

    private int TakeHex(int digits)
    {
        var value = 0;
        for (var i = 0; i < digits; i++)
        {
            var digit = Take();
            if (digit >= 128 || !char.IsAsciiHexDigit((char)digit)) throw new PatternException("an escape lacks its hex digits");
            value = value * 16 + Convert.ToInt32(((char)digit).ToString(), 16);
        }
        return value;
    }

    private string TakeBetween(char open, char close)
    {
        if (!TryTake(open)) throw new PatternException($"an escape lacks its {open}...{close}");
        var start = _at;
        while (Take() != close)
        {
        }
        return string.Concat(_points[start..(_at - 1)].Select(char.ConvertFromUtf32));
    }

    private int Take() => _at < _points.Length ? _points[_at++] : throw new PatternException("it ends too early");

    private bool TryTake(char wanted)
    {
        if (Peek != wanted) return false;
        _at++;
        return true;
    }
}
