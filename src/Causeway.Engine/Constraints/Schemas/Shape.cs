using Causeway.Engine.Constraints.Languages;

namespace Causeway.Engine.Constraints.Schemas;

/// <summary>The literals of JSON that are values.</summary>
[Flags]
internal enum Literals
{
    None = 0,
    Null = 1,
    True = 2,
    False = 4,
    All = Null | True | False,
}

/// <summary>
/// The values that a schema allows, apart by kind: which literals, which numbers, which texts, and alternatives for arrays and objects. The
/// first byte of a value tells its kind, so kinds never mix. Values inside arrays and objects are named, not spelled out.
/// </summary>
internal sealed record Shape
{
    public static Shape Nothing { get; } = new();

    public static Shape Anything { get; } = new()
    {
        Literals = Literals.All,
        Number = NumberLanguages.Any,
        Text = Language.Any,
        Arrays = [ArrayShape.Any],
        Objects = [ObjectShape.Any],
    };

    public Literals Literals { get; init; }

    public Language Number { get; init; } = Language.Nothing;

    public Language Text { get; init; } = Language.Nothing;

    public IReadOnlyList<ArrayShape> Arrays { get; init; } = [];

    public IReadOnlyList<ObjectShape> Objects { get; init; } = [];

    /// <summary>A keyword of which only a part is kept, so that "everything else" is not known; null when the shape is exact.</summary>
    public string? Narrowed { get; init; }

    public bool IsNothing => Literals == Literals.None && Number.IsNothing && Text.IsNothing && Arrays.Count == 0 && Objects.Count == 0;
}

/// <summary>Arrays: the first items each their own demand, the rest one.</summary>
internal sealed record ArrayShape
{
    public const int Unbounded = int.MaxValue;

    public static ArrayShape Any { get; } = new();

    public IReadOnlyList<Conjunction> Prefix { get; init; } = [];

    /// <summary>Null: anything.</summary>
    public Conjunction? Rest { get; init; }

    public int Min { get; init; }

    public int Max { get; init; } = Unbounded;

    /// <summary>How many items hold against a schema, at the least and at the most.</summary>
    public IReadOnlyList<(Conjunction Items, int Min, int Max)> Contains { get; init; } = [];

    /// <summary>No two items are equal.</summary>
    public bool IsUnique { get; init; }

    /// <summary>Items that <c>prefixItems</c> looked at; all of them where <c>items</c> did.</summary>
    public int Evaluated { get; init; }
}

/// <summary>Objects: names that are spelled out each with its demand, and rules for the others.</summary>
internal sealed record ObjectShape
{
    public const int Unbounded = int.MaxValue;

    public static ObjectShape Any { get; } = new();

    /// <summary>In the order of the schema.</summary>
    public IReadOnlyList<(string Name, Conjunction Value)> Members { get; init; } = [];

    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>All of them hold for a name that is not a member.</summary>
    public IReadOnlyList<NameRule> Rules { get; init; } = [];

    public Language Names { get; init; } = Language.Any;

    public int Min { get; init; }

    public int Max { get; init; } = Unbounded;

    /// <summary>Names that <c>properties</c> looked at; null for all of them.</summary>
    public IReadOnlySet<string>? Evaluated { get; init; } = new HashSet<string>(StringComparer.Ordinal);
}

/// <summary>What one schema says about names that it does not spell out: every pattern that matches, or else the rest.</summary>
internal sealed record NameRule(IReadOnlyList<(Language Names, Conjunction Value)> Patterns, Conjunction Others);
