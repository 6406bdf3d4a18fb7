using System.Runtime.CompilerServices;

namespace Causeway.Engine.Constraints.Languages;

/// <summary>The empty text and nothing else.</summary>
internal sealed class EmptyWord() : Language(17, acceptsEmpty: true)
{
    public override bool NeedsSearch => false;

    public override int Shortest => 0;

    public override int Farthest => 0;

    public override bool IsFinite => true;

    public override int Size => 1;

    public override Language After(int codePoint) => Nothing;

    public override void AddEdges(List<int> edges)
    {
    }

    public override bool Equals(Language? other) => other is EmptyWord;
}

/// <summary>One code point of a set.</summary>
internal sealed class Symbols(CodePointSet set) : Language(set.GetHashCode(), acceptsEmpty: false)
{
    public CodePointSet Set => set;

    public override bool NeedsSearch => false;

    public override int Shortest => set.IsEmpty ? 1_000_000_000 : 1;

    public override int Farthest => Shortest;

    public override bool IsFinite => true;

    public override int Size => 1;

    public override Language After(int codePoint) => set.Contains(codePoint) ? EmptyText : Nothing;

    public override void AddEdges(List<int> edges)
    {
        foreach (var (from, to) in set.Ranges)
        {
            edges.Add(from);
            edges.Add(to + 1);
        }
    }

    public override bool Equals(Language? other) => other is Symbols symbols && set.Equals(symbols.Set);
}

/// <summary>One after the other.</summary>
internal sealed class Chain(Language first, Language rest)
    : Language(HashCode.Combine(1, first.GetHashCode(), rest.GetHashCode()), first.AcceptsEmpty && rest.AcceptsEmpty)
{
    public Language First => first;

    public Language Rest => rest;

    public override bool NeedsSearch { get; } = first.NeedsSearch || rest.NeedsSearch;

    public override int Shortest { get; } = Capped((long)first.Shortest + rest.Shortest);

    public override int Farthest { get; } = Capped(Math.Max((long)first.Farthest + rest.Shortest, rest.Farthest));

    public override bool Counts { get; } = first.Counts || rest.Counts;

    public override bool IsFinite { get; } = first.IsFinite && rest.IsFinite;

    public override int Size { get; } = Capped(1L + first.Size + rest.Size);

    public override Language After(int codePoint)
    {
        var after = Then(first.After(codePoint), rest);
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return first.AcceptsEmpty ? Either(after, rest.After(codePoint)) : after;
    }

    public override void AddEdges(List<int> edges)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        first.AddEdges(edges);
        if (first.AcceptsEmpty) rest.AddEdges(edges);
    }

    // Not by recursion: a text is as deep as it is long.
    public override bool Equals(Language? other)
    {
        var (mine, its) = ((Language)this, other);
        while (mine is Chain a && its is Chain b)
        {
            if (ReferenceEquals(a, b)) return true;
            if (a.GetHashCode() != b.GetHashCode() || !a.First.Equals(b.First)) return false;
            (mine, its) = (a.Rest, b.Rest);
        }
        return mine is not Chain && mine.Equals(its);
    }
}

/// <summary>What belongs to one of several.</summary>
internal sealed class Either(Language[] parts) : Language(Mixed(2, parts), parts.Any(part => part.AcceptsEmpty))
{
    public Language[] Parts => parts;

    public override bool NeedsSearch { get; } = parts.Any(part => part.NeedsSearch);

    public override int Shortest { get; } = parts.Min(part => part.Shortest);

    public override int Farthest { get; } = parts.Max(part => part.Farthest);

    public override bool Counts { get; } = parts.Any(part => part.Counts);

    public override bool IsFinite { get; } = parts.All(part => part.IsFinite);

    public override int Size { get; } = Capped(1 + parts.Sum(part => (long)part.Size));

    public override Language After(int codePoint) => Either(parts.Select(part => part.After(codePoint)));

    public override void AddEdges(List<int> edges)
    {
        foreach (var part in parts) part.AddEdges(edges);
    }

    public override bool Equals(Language? other) =>
        ReferenceEquals(this, other) || (other is Either either && GetHashCode() == either.GetHashCode() && parts.AsSpan().SequenceEqual(either.Parts));

    internal static int Mixed(int kind, Language[] parts)
    {
        var hash = new HashCode();
        hash.Add(kind);
        foreach (var part in parts) hash.Add(part.GetHashCode());
        return hash.ToHashCode();
    }
}

/// <summary>What belongs to all of several.</summary>
internal sealed class Both(Language[] parts) : Language(Languages.Either.Mixed(3, parts), parts.All(part => part.AcceptsEmpty))
{
    public Language[] Parts => parts;

    // A text that is only held to a length: its shortest one has it, or none has.
    public override bool NeedsSearch { get; } = !(parts is [var one, var other] && (IsAtMost(one, other) || IsAtMost(other, one)));

    public override int Shortest { get; } = parts.Max(part => part.Shortest);

    public override bool IsFinite { get; } = parts.Any(part => part.IsFinite);

    public override int Size { get; } = Capped(1 + parts.Sum(part => (long)part.Size));

    public override Language After(int codePoint) => Both(parts.Select(part => part.After(codePoint)));

    public override void AddEdges(List<int> edges)
    {
        foreach (var part in parts) part.AddEdges(edges);
    }

    /// <summary>Whether one part is a greatest length and the other a text that is longer.</summary>
    public static bool IsTooLong(Language count, Language text) => IsAtMost(count, text) && text.Shortest > ((Repeated)count).Max;

    private static bool IsAtMost(Language count, Language text) => count is Repeated { IsOfAll: true, Min: 0 } && !text.NeedsSearch;

    public override bool Equals(Language? other) =>
        ReferenceEquals(this, other) || (other is Both both && GetHashCode() == both.GetHashCode() && parts.AsSpan().SequenceEqual(both.Parts));
}

/// <summary>Every text that does not belong to another language.</summary>
internal sealed class Except(Language inner) : Language(HashCode.Combine(4, inner.GetHashCode()), !inner.AcceptsEmpty)
{
    public Language Inner => inner;

    public override bool NeedsSearch => true;

    public override int Shortest => AcceptsEmpty ? 0 : 1;

    public override bool IsFinite => false;

    public override int Size { get; } = Capped(1L + inner.Size);

    public override Language After(int codePoint) => Except(inner.After(codePoint));

    public override void AddEdges(List<int> edges) => inner.AddEdges(edges);

    public override bool Equals(Language? other) => other is Except except && GetHashCode() == except.GetHashCode() && inner.Equals(except.Inner);
}

/// <summary>So many times, counted, never written out.</summary>
internal sealed class Repeated(Language inner, int min, int max)
    : Language(HashCode.Combine(5, inner.GetHashCode(), min, max), min == 0 || inner.AcceptsEmpty)
{
    public Language Inner => inner;

    public int Min => min;

    public int Max => max;

    /// <summary>Of any code point: only the length counts.</summary>
    public bool IsOfAll { get; } = inner is Symbols symbols && symbols.Set.Equals(CodePointSet.All);

    public override bool NeedsSearch => inner.NeedsSearch;

    public override int Shortest { get; } = Capped((long)min * inner.Shortest);

    public override int Farthest { get; } = Capped(inner.Farthest + (Math.Max(min - 1L, 0) * inner.Shortest));

    public override bool Counts => min > 1 || max is > 1 and < Unbounded || inner.Counts;

    public override bool IsFinite => max != Unbounded && inner.IsFinite;

    public override int Size { get; } = Capped(1L + inner.Size);

    public override Language After(int codePoint)
    {
        var after = inner.After(codePoint);
        return after.IsNothing ? Nothing : Then(after, Repeat(inner, Math.Max(min - 1, 0), max == Unbounded ? Unbounded : max - 1));
    }

    public override void AddEdges(List<int> edges) => inner.AddEdges(edges);

    public override bool Equals(Language? other) =>
        ReferenceEquals(this, other) ||
        (other is Repeated repeated && GetHashCode() == repeated.GetHashCode() && min == repeated.Min && max == repeated.Max && inner.Equals(repeated.Inner));
}
