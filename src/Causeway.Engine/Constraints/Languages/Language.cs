using System.Runtime.CompilerServices;

namespace Causeway.Engine.Constraints.Languages;

/// <summary>
/// A regular language over code points, kept as an expression and read by derivatives (Brzozowski 1964, doi:10.1145/321239.321249): what may
/// follow a code point is again an expression, so intersection and complement cost nothing to write and no automaton is built before it is
/// walked. Immutable; equal by structure after the simplifications of the factory methods.
/// </summary>
internal abstract class Language(int hash, bool acceptsEmpty) : IEquatable<Language>
{
    public const int Unbounded = int.MaxValue;

    public static Language Nothing { get; } = new Symbols(CodePointSet.None);

    public static Language EmptyText { get; } = new EmptyWord();

    /// <summary>Every text.</summary>
    public static Language Any { get; } = Repeat(Of(CodePointSet.All), 0, Unbounded);

    /// <summary>Whether the empty text belongs to it.</summary>
    public bool AcceptsEmpty { get; } = acceptsEmpty;

    /// <summary>Whether it says "and", "not" or compares numbers, so that only a search can tell whether anything belongs to it.</summary>
    public abstract bool NeedsSearch { get; }

    /// <summary>Code points of its shortest text; a lower bound where <see cref="NeedsSearch"/>.</summary>
    public abstract int Shortest { get; }

    /// <summary>Code points that are enough to end any text that was begun in it; some thousand million where that is not known.</summary>
    public virtual int Farthest => 1_000_000_000;

    /// <summary>Whether it counts repetitions beyond one.</summary>
    public virtual bool Counts => false;

    /// <summary>Whether it is known to have finitely many texts.</summary>
    public abstract bool IsFinite { get; }

    /// <summary>Nodes of the expression.</summary>
    public abstract int Size { get; }

    public bool IsNothing => this is Symbols { Set.IsEmpty: true };

    /// <summary>What may follow the code point.</summary>
    public abstract Language After(int codePoint);

    /// <summary>Adds the code points at which <see cref="After"/> may change, in any order, repetitions included.</summary>
    public abstract void AddEdges(List<int> edges);

    public static Language Of(CodePointSet set) => set.IsEmpty ? Nothing : new Symbols(set);

    public static Language Text(string text)
    {
        int[] points = [.. text.EnumerateRunes().Select(rune => rune.Value)];
        return Before(points, EmptyText);
    }

    /// <summary>Exactly these texts, as a tree, so that a thousand of them cost no more at each step than the branches there.</summary>
    public static Language Texts(IEnumerable<string> texts)
    {
        int[][] sorted = [.. texts.Distinct(StringComparer.Ordinal).Select(text => text.EnumerateRunes().Select(rune => rune.Value).ToArray())];
        return sorted.Length == 0 ? Nothing : Tree(sorted, 0);
    }

    public static Language Then(Language first, Language rest)
    {
        if (first.IsNothing || rest.IsNothing) return Nothing;
        if (first is EmptyWord) return rest;
        if (rest is EmptyWord) return first;
        if (first is not Chain) return new Chain(first, rest);
        // Chains lean to the right, so that equal texts are equal trees.
        var firsts = new Stack<Language>();
        for (; first is Chain chain; first = chain.Rest) firsts.Push(chain.First);
        rest = new Chain(first, rest);
        foreach (var earlier in firsts) rest = new Chain(earlier, rest);
        return rest;
    }

    public static Language Then(params ReadOnlySpan<Language> parts)
    {
        var language = EmptyText;
        for (var i = parts.Length - 1; i >= 0; i--) language = Then(parts[i], language);
        return language;
    }

    public static Language Either(params IEnumerable<Language> parts)
    {
        var kept = new List<Language>();
        var set = CodePointSet.None;
        foreach (var part in parts.SelectMany(part => part is Either either ? either.Parts : [part]))
        {
            if (part.Equals(Any)) return Any;
            if (part is Symbols symbols) set = set.IsEmpty ? symbols.Set : set.Union(symbols.Set);
            else if (!kept.Contains(part)) kept.Add(part);
        }
        if (!set.IsEmpty) kept.Add(new Symbols(set));
        if (kept.Count > 1 && kept.Exists(part => part.AcceptsEmpty && part is not EmptyWord)) kept.RemoveAll(part => part is EmptyWord);
        if (kept.Count == 0) return Nothing;
        kept.Sort((left, right) => left.GetHashCode().CompareTo(right.GetHashCode()));
        return kept.Count == 1 ? kept[0] : new Either([.. kept]);
    }

    public static Language Both(params IEnumerable<Language> parts)
    {
        var kept = new List<Language>();
        foreach (var part in parts.SelectMany(part => part is Both both ? both.Parts : [part]))
        {
            if (part.IsNothing) return Nothing;
            if (!part.Equals(Any) && !kept.Contains(part)) kept.Add(part);
        }
        if (kept.Count == 0) return Any;
        if (kept.Exists(part => part is EmptyWord)) return kept.TrueForAll(part => part.AcceptsEmpty) ? EmptyText : Nothing;
        if (kept.Count == 2 && kept[0] is Repeated { IsOfAll: true } left && kept[1] is Repeated { IsOfAll: true } right)
            return Repeat(left.Inner, Math.Max(left.Min, right.Min), Math.Min(left.Max, right.Max));
        if (kept is [var one, var other] && (Languages.Both.IsTooLong(one, other) || Languages.Both.IsTooLong(other, one))) return Nothing;
        kept.Sort((left, right) => left.GetHashCode().CompareTo(right.GetHashCode()));
        return kept.Count == 1 ? kept[0] : new Both([.. kept]);
    }

    /// <summary>Every text that does not belong to it.</summary>
    public static Language Except(Language language) => language switch
    {
        { IsNothing: true } => Any,
        Except except => except.Inner,
        _ when language.Equals(Any) => Nothing,
        _ => new Except(language),
    };

    public static Language Repeat(Language inner, int min, int max)
    {
        if (min > max) return Nothing;
        if (inner.AcceptsEmpty) min = 0;
        if (max == 0 || inner is EmptyWord) return EmptyText;
        if (inner.IsNothing) return min == 0 ? EmptyText : Nothing;
        if (inner is Repeated { Min: 0, Max: Unbounded }) return inner;
        return min == 1 && max == 1 ? inner : new Repeated(inner, min, max);
    }

    public abstract bool Equals(Language? other);

    public sealed override bool Equals(object? obj) => Equals(obj as Language);

    public sealed override int GetHashCode() => hash;

    private static Language Tree(IReadOnlyCollection<int[]> texts, int at)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var first = texts.First();
        var alike = texts.Min(text => text.AsSpan(at).CommonPrefixLength(first.AsSpan(at)));
        var branches = texts.Where(text => text.Length > at + alike).GroupBy(text => text[at + alike])
            .Select(group => Then(Of(CodePointSet.Single(group.Key)), Tree([.. group], at + alike + 1)));
        var behind = Either(texts.Any(text => text.Length == at + alike) ? [EmptyText, .. branches] : branches);
        return Before(first.AsSpan(at, alike), behind);
    }

    private static Language Before(ReadOnlySpan<int> points, Language rest)
    {
        for (var i = points.Length - 1; i >= 0; i--) rest = Then(Of(CodePointSet.Single(points[i])), rest);
        return rest;
    }

    protected static int Capped(long value) => (int)Math.Min(value, 1_000_000_000);
}
