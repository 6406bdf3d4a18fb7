using Causeway.Engine.Constraints.Languages;

namespace Causeway.Engine.Constraints.Schemas;

/// <summary>And, or and not of shapes. What "not" cannot say about arrays and objects gives null.</summary>
internal sealed class ShapeAlgebra(SchemaShapes shapes, Conjunction.Table table, Automaton automaton)
{
    private const int MaxAlternatives = 256;
    private const int MaxMerges = 20_000;

    private readonly ArrayAlgebra _arrays = new(shapes, table);
    private readonly ObjectAlgebra _objects = new(shapes, table, automaton);
    private int _merges;

    public ObjectAlgebra Objects => _objects;

    public ArrayAlgebra Arrays => _arrays;

    public Shape And(Shape left, Shape right)
    {
        if (ReferenceEquals(left, Shape.Anything) || ReferenceEquals(left, right)) return right;
        if (ReferenceEquals(right, Shape.Anything)) return left;
        return new Shape
        {
            Literals = left.Literals & right.Literals,
            Number = Both(left.Number, right.Number, NumberLanguages.Any),
            Text = Both(left.Text, right.Text, Language.Any),
            Arrays = Pairs(left.Arrays, right.Arrays, ArrayShape.Any, _arrays.And),
            Objects = Pairs(left.Objects, right.Objects, ObjectShape.Any, _objects.And),
            Narrowed = left.Narrowed ?? right.Narrowed,
        };
    }

    public static Shape Or(IReadOnlyList<Shape> parts)
    {
        if (parts.Count == 1) return parts[0];
        return new Shape
        {
            Literals = parts.Aggregate(Literals.None, (all, part) => all | part.Literals),
            Number = parts.Any(part => ReferenceEquals(part.Number, NumberLanguages.Any)) ? NumberLanguages.Any : Language.Either(parts.Select(part => part.Number)),
            Text = Language.Either(parts.Select(part => part.Text)),
            Arrays = Together(parts.SelectMany(part => part.Arrays), ArrayShape.Any),
            Objects = Together(parts.SelectMany(part => part.Objects), ObjectShape.Any),
            Narrowed = parts.Select(part => part.Narrowed).FirstOrDefault(narrowed => narrowed is not null),
        };
    }

    /// <summary>Null where arrays or objects say what has no complement here, or where the shape is narrowed.</summary>
    public Shape? Not(Shape shape)
    {
        if (shape.Narrowed is not null) return null;
        if (Without(shape.Arrays, ArrayShape.Any, _arrays.Not, _arrays.And) is not { } arrays) return null;
        if (Without(shape.Objects, ObjectShape.Any, _objects.Not, _objects.And) is not { } objects) return null;
        return new Shape
        {
            Literals = Literals.All & ~shape.Literals,
            Number = Complement(shape.Number),
            Text = Inhabited(Language.Except(shape.Text)),
            Arrays = arrays,
            Objects = objects,
        };
    }

    /// <summary>Whether no value belongs to both, as far as that can be shown.</summary>
    public bool AreDisjoint(Shape left, Shape right) =>
        (left.Literals & right.Literals) == 0 && Both(left.Number, right.Number, NumberLanguages.Any).IsNothing &&
        Both(left.Text, right.Text, Language.Any).IsNothing && !Meet(left.Arrays, right.Arrays, _arrays.And) && !Meet(left.Objects, right.Objects, _objects.And);

    private Language Complement(Language number) =>
        number.IsNothing ? NumberLanguages.Any
        : ReferenceEquals(number, NumberLanguages.Any) ? Language.Nothing
        : Inhabited(Language.Both(NumberLanguages.Plain, Language.Except(number)));

    private Language Both(Language left, Language right, Language any)
    {
        if (ReferenceEquals(left, any) || left.Equals(right)) return right;
        if (ReferenceEquals(right, any)) return left;
        return left.IsNothing || right.IsNothing ? Language.Nothing : Inhabited(Language.Both(left, right));
    }

    private Language Inhabited(Language language) => automaton.IsInhabited(language) ? language : Language.Nothing;

    private List<T> Pairs<T>(IReadOnlyList<T> left, IReadOnlyList<T> right, T any, Func<T, T, T?> and)
        where T : class
    {
        if (left is [var one] && ReferenceEquals(one, any)) return [.. right];
        if (right is [var other] && ReferenceEquals(other, any)) return [.. left];
        var pairs = new List<T>();
        foreach (var first in left)
            foreach (var second in right)
                if (Merge(first, second, and) is { } pair) pairs.Add(pair);
        return Bounded(pairs);
    }

    private bool Meet<T>(IReadOnlyList<T> left, IReadOnlyList<T> right, Func<T, T, T?> and)
        where T : class
    {
        foreach (var first in left)
            foreach (var second in right)
                if (Merge(first, second, and) is not null) return true;
        return false;
    }

    private T? Merge<T>(T left, T right, Func<T, T, T?> and)
    {
        table.CheckTime();
        if (++_merges > MaxMerges) throw new ConstraintException("", "", "combines too many alternatives");
        return and(left, right);
    }

    private static List<T> Together<T>(IEnumerable<T> parts, T any)
        where T : class
    {
        var together = new List<T>();
        foreach (var part in parts)
        {
            if (ReferenceEquals(part, any)) return [any];
            together.Add(part);
        }
        return Bounded(together);
    }

    // What belongs to none of them: the complement of each, all at once.
    private List<T>? Without<T>(IReadOnlyList<T> parts, T any, Func<T, IReadOnlyList<T>?> not, Func<T, T, T?> and)
        where T : class
    {
        List<T> without = [any];
        foreach (var part in parts)
        {
            if (ReferenceEquals(part, any)) return [];
            if (not(part) is not { } complement) return null;
            without = Pairs(without, complement, any, and);
        }
        return without;
    }

    private static List<T> Bounded<T>(List<T> alternatives) =>
        alternatives.Count <= MaxAlternatives ? alternatives : throw new ConstraintException("anyOf", "", $"has more than {MaxAlternatives} alternatives when combined");
}
