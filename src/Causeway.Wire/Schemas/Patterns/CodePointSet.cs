using System.Globalization;
using System.Text;

namespace Causeway.Wire.Schemas.Patterns;

/// <summary>A set of Unicode code points, written for a regular expression that sees UTF-16 units.</summary>
internal sealed class CodePointSet
{
    private const int Last = 0x10FFFF;

    private readonly List<(int From, int To)> _ranges = [];

    public static CodePointSet Digits { get; } = Of(('0', '9'));

    public static CodePointSet WordCharacters { get; } = Of(('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z'));

    /// <summary>ECMA-262's white space and line terminators.</summary>
    public static CodePointSet Spaces { get; } =
        Of((9, 13), (32, 32), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF));

    public static CodePointSet LineEnds { get; } = Of(('\n', '\n'), ('\r', '\r'), (0x2028, 0x2029));

    public static CodePointSet Of(params ReadOnlySpan<(int From, int To)> ranges)
    {
        var set = new CodePointSet();
        foreach (var (from, to) in ranges) set.Add(from, to);
        return set;
    }

    public void Add(int from, int to) => _ranges.Add((from, to));

    public void Add(CodePointSet other) => _ranges.AddRange(other._ranges);

    public CodePointSet Complement()
    {
        var complement = new CodePointSet();
        var next = 0;
        foreach (var (from, to) in Merged())
        {
            if (from > next) complement.Add(next, from - 1);
            next = to + 1;
        }
        if (next <= Last) complement.Add(next, Last);
        return complement;
    }

    /// <summary>As an expression that is one atom. Surrogates are written in pairs only: what is matched has no halves.</summary>
    public string ToExpression()
    {
        var basic = new StringBuilder();
        var astral = new StringBuilder();
        foreach (var (from, to) in Merged())
        {
            AppendBasic(basic, from, Math.Min(to, 0xD7FF));
            AppendBasic(basic, Math.Max(from, 0xE000), Math.Min(to, 0xFFFF));
            if (to > 0xFFFF) AppendAstral(astral, Math.Max(from, 0x10000), to);
        }
        // An empty class matches nothing.
        var single = basic.Length > 0 ? $"[{basic}]" : @"[^\u0000-\uFFFF]";
        return astral.Length == 0 ? single : $"(?:{single}{astral})";
    }

    private static void AppendBasic(StringBuilder text, int from, int to)
    {
        if (from > to) return;
        text.Append(CultureInfo.InvariantCulture, $@"\u{from:X4}");
        if (to > from) text.Append(CultureInfo.InvariantCulture, $@"-\u{to:X4}");
    }

    private static void AppendAstral(StringBuilder text, int from, int to)
    {
        var (firstLead, firstTrail) = Split(from);
        var (lastLead, lastTrail) = Split(to);
        if (firstLead == lastLead)
        {
            AppendPairs(text, firstLead, firstLead, firstTrail, lastTrail);
            return;
        }
        AppendPairs(text, firstLead, firstLead, firstTrail, 0xDFFF);
        if (lastLead - firstLead > 1) AppendPairs(text, firstLead + 1, lastLead - 1, 0xDC00, 0xDFFF);
        AppendPairs(text, lastLead, lastLead, 0xDC00, lastTrail);
    }

    private static void AppendPairs(StringBuilder text, int leadFrom, int leadTo, int trailFrom, int trailTo) =>
        text.Append(CultureInfo.InvariantCulture, $@"|[\u{leadFrom:X4}-\u{leadTo:X4}][\u{trailFrom:X4}-\u{trailTo:X4}]");

    private static (int Lead, int Trail) Split(int codePoint) =>
        (0xD800 + ((codePoint - 0x10000) >> 10), 0xDC00 + ((codePoint - 0x10000) & 0x3FF));

    private List<(int From, int To)> Merged()
    {
        var merged = new List<(int From, int To)>(_ranges.Count);
        foreach (var range in _ranges.Order())
        {
            if (merged.Count > 0 && range.From <= merged[^1].To + 1) merged[^1] = (merged[^1].From, Math.Max(merged[^1].To, range.To));
            else merged.Add(range);
        }
        return merged;
    }
}
