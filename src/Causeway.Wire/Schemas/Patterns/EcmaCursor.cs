using System.Globalization;

namespace Causeway.Wire.Schemas.Patterns;

/// <summary>A place in a pattern that is being read, by code points, with the first mistake found.</summary>
internal sealed class EcmaCursor(string source)
{
    private int _at;

    public string? Problem { get; private set; }

    public bool HasMore => _at < source.Length && Problem is null;

    /// <summary>The next code point; -1 at the end.</summary>
    public int Peek => _at >= source.Length ? -1 : IsPair ? char.ConvertToUtf32(source, _at) : source[_at];

    public void Fail(string problem) => Problem ??= problem;

    private bool IsPair => _at + 1 < source.Length && char.IsSurrogatePair(source[_at], source[_at + 1]);

    /// <summary>Takes the next code point; -1, with a mistake noted, at the end.</summary>
    public int Take()
    {
        var next = Peek;
        if (next < 0) Fail("it ends too early");
        _at += next > 0xFFFF ? 2 : 1;
        return next;
    }

    public bool TryTake(char wanted)
    {
        if (Peek != wanted) return false;
        _at++;
        return true;
    }

    public bool TryTake(string wanted)
    {
        if (string.CompareOrdinal(source, _at, wanted, 0, wanted.Length) != 0) return false;
        _at += wanted.Length;
        return true;
    }

    /// <summary>A decimal number; too large a one becomes a million.</summary>
    public int TakeNumber()
    {
        var number = 0;
        while (_at < source.Length && char.IsAsciiDigit(source[_at])) number = Math.Min(1_000_000, number * 10 + (source[_at++] - '0'));
        return number;
    }

    /// <summary>Exactly so many hex digits.</summary>
    public int TakeHex(int digits)
    {
        if (_at + digits <= source.Length &&
            int.TryParse(source.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            _at += digits;
            return value;
        }
        Fail("an escape lacks its hex digits");
        return 0;
    }

    public string TakeBetween(char open, char close)
    {
        var end = source.IndexOf(close, Math.Min(_at, source.Length));
        if (!TryTake(open) || end < 0)
        {
            Fail($"an escape lacks its {open}...{close}");
            return "";
        }
        var text = source[_at..end];
        _at = end + 1;
        return text;
    }

    /// <summary>After a brace: the counts with their braces; false, with nothing taken, when the brace stands for itself.</summary>
    public bool TryTakeCounts(out string counts, out long most)
    {
        var start = _at;
        var hasMinimum = Peek is >= '0' and <= '9';
        var minimum = TakeNumber();
        var hasComma = TryTake(',');
        var hasMaximum = hasComma && Peek is >= '0' and <= '9';
        var maximum = TakeNumber();
        if (!hasMinimum || !TryTake('}')) _at = start;
        var taken = _at > start;
        most = hasMaximum ? maximum : minimum;
        counts = !hasComma ? $"{{{minimum}}}" : hasMaximum ? $"{{{minimum},{maximum}}}" : $"{{{minimum},}}";
        return taken;
    }

    /// <summary>After an opening parenthesis: how the group begins for .NET, and whether it looks around.</summary>
    public bool TakeGroupStart(out string start)
    {
        foreach (var lookaround in (ReadOnlySpan<string>)["?=", "?!", "?<=", "?<!"])
        {
            start = "(" + lookaround;
            if (TryTake(lookaround)) return true;
        }
        start = "(?:";
        if (TryTake("?:")) return false;
        start = "(";
        if (TryTake("?<"))
        {
            _at--;
            if (TakeBetween('<', '>').Length == 0) Fail("a group's name is empty");
        }
        else if (Peek == '?') Fail("a group begins in a way that is not known");
        return false;
    }

    /// <summary>The capturing groups of a pattern in order, by name; those without one are empty.</summary>
    public static List<string> GroupsIn(string source)
    {
        var groups = new List<string>();
        var inClass = false;
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] == '\\') i++;
            else if (source[i] == '[') inClass = true;
            else if (source[i] == ']') inClass = false;
            else if (source[i] == '(' && !inClass && NameAt(source, i + 1) is { } name) groups.Add(name);
        }
        return groups;
    }

    private static string? NameAt(string source, int at)
    {
        if (at >= source.Length || source[at] != '?') return "";
        if (at + 2 >= source.Length || source[at + 1] != '<' || source[at + 2] is '=' or '!') return null;
        var end = source.IndexOf('>', at);
        return end < 0 ? null : source[(at + 2)..end];
    }
}
