namespace Causeway.Engine.Constraints.Languages;

/// <summary>A set of Unicode scalar values (no surrogates) as sorted, disjoint ranges. Immutable.</summary>
internal sealed class CodePointSet : IEquatable<CodePointSet>
{
    public const int Last = 0x10FFFF;

    private readonly (int From, int To)[] _ranges;
    private readonly int _hash;

    private CodePointSet((int From, int To)[] ranges)
    {
        _ranges = ranges;
        var hash = new HashCode();
        foreach (var range in ranges) hash.Add(range);
        _hash = hash.ToHashCode();
    }

    public static CodePointSet None { get; } = new([]);

    public static CodePointSet All { get; } = Of((0, Last));

    public static CodePointSet Digits { get; } = Of(('0', '9'));

    public static CodePointSet WordCharacters { get; } = Of(('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z'));

    /// <summary>ECMA-262's white space and line terminators.</summary>
    public static CodePointSet Spaces { get; } = Of(
        (9, 13), (32, 32), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F),
        (0x3000, 0x3000), (0xFEFF, 0xFEFF));

    /// <summary>What a dot does not match.</summary>
    public static CodePointSet LineEnds { get; } = Of(('\n', '\n'), ('\r', '\r'), (0x2028, 0x2029));

    public bool IsEmpty => _ranges.Length == 0;

    public ReadOnlySpan<(int From, int To)> Ranges => _ranges;

    public static CodePointSet Of(params IEnumerable<(int From, int To)> ranges)
    {
        var merged = new List<(int From, int To)>();
        foreach (var (from, to) in WithoutSurrogates(ranges).Order())
        {
            if (merged.Count > 0 && from <= merged[^1].To + 1) merged[^1] = (merged[^1].From, Math.Max(merged[^1].To, to));
            else merged.Add((from, to));
        }
        return new CodePointSet([.. merged]);
    }

    public static CodePointSet Single(int codePoint) => Of((codePoint, codePoint));

    public CodePointSet Union(CodePointSet other) => Of([.. _ranges, .. other._ranges]);

    public CodePointSet Complement()
    {
        var ranges = new List<(int, int)>();
        var next = 0;
        foreach (var (from, to) in _ranges)
        {
            if (from > next) ranges.Add((next, from - 1));
            next = to + 1;
        }
        if (next <= Last) ranges.Add((next, Last));
        return Of(ranges);
    }

    public bool Contains(int codePoint)
    {
        int low = 0, high = _ranges.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (codePoint < _ranges[middle].From) high = middle - 1;
            else if (codePoint > _ranges[middle].To) low = middle + 1;
            else return true;
        }
        return false;
    }

    public bool Equals(CodePointSet? other) =>
        ReferenceEquals(this, other) || (other is not null && _hash == other._hash && _ranges.AsSpan().SequenceEqual(other._ranges));

    public override bool Equals(object? obj) => Equals(obj as CodePointSet);

    public override int GetHashCode() => _hash;

    private static IEnumerable<(int From, int To)> WithoutSurrogates(IEnumerable<(int From, int To)> ranges)
    {
        foreach (var (from, to) in ranges)
        {
            if (from <= Math.Min(to, 0xD7FF)) yield return (from, Math.Min(to, 0xD7FF));
            if (Math.Max(from, 0xE000) <= to) yield return (Math.Max(from, 0xE000), to);
        }
    }
}
