using System.Globalization;

namespace Causeway.Wire.Schemas.Patterns;

/// <summary>Reads what matches one code point: a class in brackets, an escape.</summary>
internal static class EcmaClass
{
    /// <summary>After the opening bracket, up to and with the closing one.</summary>
    public static CodePointSet Read(EcmaCursor cursor)
    {
        var negated = cursor.TryTake('^');
        var set = new CodePointSet();
        while (cursor.Problem is null && !cursor.TryTake(']')) AddMember(set, cursor);
        return negated ? set.Complement() : set;
    }

    /// <summary>After the backslash, outside and inside of brackets.</summary>
    public static CodePointSet ReadEscape(EcmaCursor cursor)
    {
        switch (cursor.Peek)
        {
            case 'd': return Taken(cursor, CodePointSet.Digits);
            case 'D': return Taken(cursor, CodePointSet.Digits.Complement());
            case 'w': return Taken(cursor, CodePointSet.WordCharacters);
            case 'W': return Taken(cursor, CodePointSet.WordCharacters.Complement());
            case 's': return Taken(cursor, CodePointSet.Spaces);
            case 'S': return Taken(cursor, CodePointSet.Spaces.Complement());
            case 'p' or 'P': return ReadProperty(cursor);
            default:
                var single = ReadSingle(cursor);
                return CodePointSet.Of((single, single));
        }
    }

    private static void AddMember(CodePointSet set, EcmaCursor cursor)
    {
        if (ReadMember(cursor, out var from) is { } several)
        {
            set.Add(several);
            return;
        }
        var to = from;
        if (cursor.TryTake('-'))
        {
            // A dash at the end stands for itself.
            if (cursor.Peek == ']') set.Add('-', '-');
            else if (ReadMember(cursor, out to) is not null) cursor.Fail("a range ends in a class");
        }
        if (to < from) cursor.Fail("a range runs backwards");
        set.Add(from, Math.Max(from, to));
    }

    // A set for \d and its like; null for one code point.
    private static CodePointSet? ReadMember(EcmaCursor cursor, out int single)
    {
        single = 0;
        if (!cursor.TryTake('\\')) single = cursor.Take();
        else if (cursor.Peek is 'd' or 'D' or 'w' or 'W' or 's' or 'S' or 'p' or 'P') return ReadEscape(cursor);
        else if (cursor.TryTake('b')) single = '\b';
        else single = ReadSingle(cursor);
        return null;
    }

    private static CodePointSet Taken(EcmaCursor cursor, CodePointSet set)
    {
        cursor.Take();
        return set;
    }

    private static CodePointSet ReadProperty(EcmaCursor cursor)
    {
        var negated = cursor.Take() == 'P';
        var name = cursor.TakeBetween('{', '}');
        if (UnicodeProperty.Find(name) is { } set) return negated ? set.Complement() : set;
        cursor.Fail($"the property \\p{{{Pointer.Cut(name)}}} is not known (general categories are)");
        return new CodePointSet();
    }

    private static int ReadSingle(EcmaCursor cursor)
    {
        var next = cursor.Take();
        switch (next)
        {
            case 't': return '\t';
            case 'n': return '\n';
            case 'v': return '\v';
            case 'f': return '\f';
            case 'r': return '\r';
            case '0' when cursor.Peek is not (>= '0' and <= '9'): return 0;
            case 'c' when cursor.Peek is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'): return cursor.Take() % 32;
            case 'x': return cursor.TakeHex(2);
            case 'u': return ReadUnicode(cursor);
            default:
                if (next < 128 && char.IsAsciiLetterOrDigit((char)Math.Max(next, 0))) cursor.Fail($"the escape \\{(char)next} means nothing");
                return next;
        }
    }

    private static int ReadUnicode(EcmaCursor cursor)
    {
        if (cursor.Peek == '{')
        {
            var digits = cursor.TakeBetween('{', '}');
            if (!int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var point) || point is < 0 or > 0x10FFFF)
                cursor.Fail("an escape names no code point");
            return Math.Clamp(point, 0, 0x10FFFF);
        }
        var unit = cursor.TakeHex(4);
        if (!char.IsHighSurrogate((char)unit) || !cursor.TryTake(@"\u")) return unit;
        var low = cursor.TakeHex(4);
        if (char.IsLowSurrogate((char)low)) return char.ConvertToUtf32((char)unit, (char)low);
        cursor.Fail("an escape has half of a surrogate pair");
        return unit;
    }
}
