using System.Globalization;
using System.Text;

namespace Causeway.Gateway.Upstreams.Rehearsal.Instances;

/// <summary>Either one of <paramref name="Letters"/> (none: matches nothing wide), or one of <paramref name="Branches"/>.</summary>
internal sealed record PatternNode(string Letters, List<List<PatternRepeat>>? Branches = null);

internal readonly record struct PatternRepeat(PatternNode Node, int Least, int Most);

/// <summary>Reads a pattern by recursive descent. Null wherever the pattern leaves the part that is understood.</summary>
internal struct PatternParser
{
    public const string Digits = "0123456789";
    public const string Word = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

    /// <summary>Letters come from strangers' schemas: nesting is bounded before the stack is.</summary>
    private const int DeepestGroup = 32;

    private readonly string _pattern;
    private int _at;

    private PatternParser(string pattern) => _pattern = pattern;

    public static PatternNode? Parse(string pattern)
    {
        var parser = new PatternParser(pattern);
        var tree = parser.Alternatives(0);
        return parser._at == pattern.Length ? tree : null;
    }

    private readonly bool More => _at < _pattern.Length;

    private bool Take(char letter)
    {
        if (!More || _pattern[_at] != letter) return false;
        _at++;
        return true;
    }

    private PatternNode? Alternatives(int depth)
    {
        if (depth > DeepestGroup) return null;
        var branches = new List<List<PatternRepeat>>();
        do
        {
            var branch = new List<PatternRepeat>();
            while (More && _pattern[_at] is not ('|' or ')'))
            {
                if (Atom(depth) is not { } node || Repeated(node) is not { } repeat) return null;
                branch.Add(repeat);
            }
            branches.Add(branch);
        }
        while (Take('|'));
        return new PatternNode("", branches);
    }

    private PatternNode? Atom(int depth)
    {
        var letter = _pattern[_at++];
        return letter switch
        {
            '^' or '$' => new PatternNode(""),
            '(' => Group(depth),
            '[' => ClassReader.Read(_pattern, ref _at) is { } letters ? new PatternNode(letters) : null,
            '\\' => ClassReader.Escape(_pattern, ref _at) is { } letters ? new PatternNode(letters) : null,
            '.' => new PatternNode(Word),
            '*' or '+' or '?' => null,
            _ => new PatternNode(letter.ToString()),
        };
    }

    private PatternNode? Group(int depth)
    {
        if (Take('?') && !Take(':'))
        {
            var end = _pattern.IndexOf('>', _at);
            if (!Take('<') || !More || _pattern[_at] is '=' or '!' || end < 0) return null;
            _at = end + 1;
        }
        var inner = Alternatives(depth + 1);
        return Take(')') ? inner : null;
    }

    private PatternRepeat? Repeated(PatternNode node)
    {
        PatternRepeat? repeat =
            Take('*') ? new(node, 0, int.MaxValue)
            : Take('+') ? new(node, 1, int.MaxValue)
            : Take('?') ? new(node, 0, 1)
            : Take('{') ? Counted(node)
            : new(node, 1, 1);
        Take('?');
        return repeat;
    }

    private PatternRepeat? Counted(PatternNode node)
    {
        var end = _pattern.IndexOf('}', _at);
        if (end < 0) return null;
        var inside = _pattern.AsSpan(_at, end - _at);
        _at = end + 1;
        var comma = inside.IndexOf(',');
        if (!TryNumber(comma < 0 ? inside : inside[..comma], out var least)) return null;
        if (comma < 0) return new(node, least, least);
        if (inside.Length == comma + 1) return new(node, least, int.MaxValue);
        return TryNumber(inside[(comma + 1)..], out var most) && most >= least ? new(node, least, most) : null;
    }

    private static bool TryNumber(ReadOnlySpan<char> digits, out int number) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

/// <summary>The letters that a class or an escape permits, at most the printable ASCII ones and a few of any other range.</summary>
internal static class ClassReader
{
    private const int MostOfRange = 95;

    public static string? Read(string pattern, ref int at)
    {
        var negated = at < pattern.Length && pattern[at] == '^';
        if (negated) at++;
        var letters = new StringBuilder();
        while (at < pattern.Length && pattern[at] != ']')
        {
            if (Item(pattern, ref at) is not { } item) return null;
            if (item.Length == 1 && at + 1 < pattern.Length && pattern[at] == '-' && pattern[at + 1] != ']')
            {
                at++;
                if (Item(pattern, ref at) is not { Length: 1 } last || last[0] < item[0]) return null;
                AddRange(letters, item[0], last[0]);
            }
            else letters.Append(item);
        }
        if (at++ >= pattern.Length || letters.Length == 0) return null;
        return negated ? Complement(letters.ToString()) : letters.ToString();
    }

    /// <summary>What follows a backslash. Empty for a word border, null for what is not understood.</summary>
    public static string? Escape(string pattern, ref int at)
    {
        if (at >= pattern.Length) return null;
        var letter = pattern[at++];
        return letter switch
        {
            'd' => PatternParser.Digits,
            'w' => PatternParser.Word,
            's' => " ",
            'D' or 'S' => "abcdefghijklmnopqrstuvwxyz",
            'W' => " -.",
            'b' => "",
            'n' => "\n",
            'r' => "\r",
            't' => "\t",
            'f' => "\f",
            'v' => "\v",
            'x' => Hex(pattern, ref at, 2),
            'u' => Hex(pattern, ref at, 4),
            _ => char.IsAsciiLetterOrDigit(letter) ? null : letter.ToString(),
        };
    }

    private static string? Item(string pattern, ref int at)
    {
        var letter = pattern[at++];
        return letter == '\\' ? Escape(pattern, ref at) : letter.ToString();
    }

    private static string? Hex(string pattern, ref int at, int digits)
    {
        if (at + digits > pattern.Length
            || !int.TryParse(pattern.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            || char.IsSurrogate((char)code)) return null;
        at += digits;
        return ((char)code).ToString();
    }

    private static void AddRange(StringBuilder letters, char first, char last)
    {
        for (var letter = (int)first; letter <= last && letter < first + MostOfRange; letter++)
            if (!char.IsSurrogate((char)letter)) letters.Append((char)letter);
    }

    private static string? Complement(string letters)
    {
        var rest = new StringBuilder();
        foreach (var letter in PatternParser.Word + " -.,:;!?@#$%&*+=/()[]{}<>|~'\"\\^`")
            if (!letters.Contains(letter, StringComparison.Ordinal)) rest.Append(letter);
        return rest.Length == 0 ? null : rest.ToString();
    }
}
