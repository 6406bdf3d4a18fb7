using Causeway.Wire.Schemas.Patterns;

namespace Causeway.Wire.Schemas.Keywords;

/// <summary><c>type</c>.</summary>
internal sealed class TypeKeyword : Keyword
{
    private static readonly string[] s_types = ["null", "boolean", "number", "integer", "string", "array", "object"];

    public required string[] Types { get; init; }

    public static Keyword? Read(in KeywordSource source)
    {
        var types = source.Value.IsString ? [source.Value.Text] : source.Names(source.Value);
        if (types is null) return null;
        if (types.Length == 0 || types.Except(s_types).Any()) return source.Fail($"must be of {string.Join(", ", s_types)}");
        return new TypeKeyword { Place = source.Place, Types = types };
    }

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks)
    {
        foreach (var type in Types)
            if (IsOf(type, value)) return true;
        return run.Refuse(Place, () => $"must be {string.Join(" or ", Types)}, and is {NameOf(value)}");
    }

    private static bool IsOf(string type, JsonTree value) => type switch
    {
        "integer" => value.IsNumber && value.Number.IsInteger,
        _ => type == NameOf(value),
    };

    private static string NameOf(JsonTree value) => value.Kind switch
    {
        JsonKind.Null => "null",
        JsonKind.True or JsonKind.False => "boolean",
        JsonKind.Number => "number",
        JsonKind.String => "string",
        JsonKind.Array => "array",
        _ => "object",
    };
}

/// <summary><c>enum</c> and <c>const</c>.</summary>
internal sealed class EnumKeyword : Keyword
{
    private const int MaxNamed = 12;

    public required JsonTree[] Allowed { get; init; }

    public static Keyword? Read(in KeywordSource source) =>
        source.Value.IsArray ? new EnumKeyword { Place = source.Place, Allowed = source.Value.Items } : source.Fail("must be an array");

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks)
    {
        foreach (var allowed in Allowed)
        {
            // Values of another size or kind are told apart at once.
            var cost = allowed.Weight == value.Weight && allowed.Kind == value.Kind ? value.Weight : 1;
            if (!run.Spend(cost, Place)) return false;
            if (JsonTree.Same(allowed, value)) return true;
        }
        return run.Refuse(Place, () => Allowed.Length == 1 ? $"must be {Show(Allowed[0])}" : $"must be one of {ShowAll()}");
    }

    private string ShowAll() => string.Join(", ", Allowed.Take(MaxNamed).Select(Show)) + (Allowed.Length > MaxNamed ? ", ..." : "");

    private static string Show(JsonTree value) => value.Kind switch
    {
        JsonKind.String => $"\"{Pointer.Cut(value.Text)}\"",
        JsonKind.Number => Pointer.Cut(value.Number.ToString()),
        JsonKind.True => "true",
        JsonKind.False => "false",
        JsonKind.Null => "null",
        JsonKind.Array => "the array in the schema",
        _ => "the object in the schema",
    };
}

/// <summary><c>multipleOf</c>, exact: 0.3 is a multiple of 0.1.</summary>
internal sealed class MultipleOfKeyword : Keyword
{
    public required ExactNumber Divisor { get; init; }

    public static Keyword? Read(in KeywordSource source) =>
        source.Value.IsNumber && source.Value.Number.Sign > 0
            ? new MultipleOfKeyword { Place = source.Place, Divisor = source.Value.Number }
            : source.Fail("must be a number above zero");

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks) =>
        !value.IsNumber || value.Number.IsMultipleOf(Divisor) || run.Refuse(Place, () => $"must be a multiple of {Pointer.Cut(Divisor.ToString())}");
}

/// <summary><c>maximum</c>, <c>exclusiveMaximum</c>, <c>minimum</c>, <c>exclusiveMinimum</c>.</summary>
internal sealed class RangeKeyword : Keyword
{
    public required ExactNumber Bound { get; init; }

    public required bool IsMaximum { get; init; }

    public required bool IsExclusive { get; init; }

    public static Keyword? Read(in KeywordSource source)
    {
        if (!source.Value.IsNumber) return source.Fail("must be a number");
        return new RangeKeyword
        {
            Place = source.Place,
            Bound = source.Value.Number,
            IsMaximum = source.Name.EndsWith("aximum", StringComparison.Ordinal),
            IsExclusive = source.Name.StartsWith("exclusive", StringComparison.Ordinal),
        };
    }

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks)
    {
        if (!value.IsNumber) return true;
        var order = value.Number.CompareTo(Bound) * (IsMaximum ? 1 : -1);
        return order < 0 || (order == 0 && !IsExclusive) || run.Refuse(Place, Demand);
    }

    private string Demand() =>
        $"must be {(IsMaximum ? "less" : "greater")} than {(IsExclusive ? "" : "or equal to ")}{Pointer.Cut(Bound.ToString())}";
}

/// <summary>The six keywords that count: characters of a string (code points), items, properties.</summary>
internal sealed class CountKeyword : Keyword
{
    public required int Bound { get; init; }

    public required bool IsMaximum { get; init; }

    public required JsonKind Kind { get; init; }

    public static Keyword? Read(in KeywordSource source)
    {
        if (source.Count() is not { } bound) return null;
        return new CountKeyword
        {
            Place = source.Place,
            Bound = bound,
            IsMaximum = source.Name.StartsWith("max", StringComparison.Ordinal),
            Kind = source.Name[3..] switch { "Length" => JsonKind.String, "Items" => JsonKind.Array, _ => JsonKind.Object },
        };
    }

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks)
    {
        if (value.Kind != Kind) return true;
        var count = value.IsString ? CodePoints(value.Text) : value.Items.Length;
        return (IsMaximum ? count <= Bound : count >= Bound) || run.Refuse(Place, () => Demand(count));
    }

    private static int CodePoints(string text)
    {
        var count = text.Length;
        foreach (var unit in text)
            if (char.IsLowSurrogate(unit)) count--;
        return count;
    }

    private string Demand(int count) =>
        $"must have {(IsMaximum ? "at most" : "at least")} {Bound} {Kind switch { JsonKind.String => "characters", JsonKind.Array => "items", _ => "properties" }}, and has {count}";
}

/// <summary><c>pattern</c>.</summary>
internal sealed class PatternKeyword : Keyword
{
    public required SchemaPattern Pattern { get; init; }

    public static Keyword? Read(in KeywordSource source)
    {
        if (!source.Value.IsString) return source.Fail("must be a string");
        return source.Compiler.Patterns.Find(source.Value.Text, out var problem) is { } pattern
            ? new PatternKeyword { Place = source.Place, Pattern = pattern }
            : source.Fail($"is no pattern: {problem}");
    }

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks) =>
        !value.IsString || Pattern.IsIn(value.Text, run, Place) || run.Refuse(Place, () => $"must match the pattern {Pointer.Cut(Pattern.Source)}");
}
