namespace Causeway.Wire.Schemas.Keywords;

/// <summary>Reads the keywords that say what items are: by position, then the rest.</summary>
internal static class ItemKeywords
{
    public static Keyword? Prefix(in KeywordSource source) =>
        source.Nodes(JsonKind.Array) is { } schemas ? new PrefixItemsKeyword { Place = source.Place, Schemas = schemas } : null;

    public static Keyword? Items(in KeywordSource source)
    {
        if (!source.Value.IsArray)
        {
            var prefix = source.Dialect.IsOlder ? null : source.Schema.Find("prefixItems");
            return new RestItemsKeyword { Place = source.Place, From = prefix is { IsArray: true } ? prefix.Items.Length : 0, Schema = source.Node() };
        }
        return source.Dialect.IsOlder ? Prefix(source) : source.Fail("must be one schema: an array of schemas is called prefixItems now");
    }

    public static Keyword? Additional(in KeywordSource source) =>
        source.Schema.Find("items") is { IsArray: true } items
            ? new RestItemsKeyword { Place = source.Place, From = items.Items.Length, Schema = source.Node() }
            : null;
}

/// <summary><c>prefixItems</c>.</summary>
internal sealed class PrefixItemsKeyword : Keyword
{
    public required SchemaNode[] Schemas { get; init; }

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks)
    {
        if (!value.IsArray) return true;
        var holds = true;
        for (var i = 0; i < Schemas.Length && i < value.Items.Length; i++)
        {
            if (marks is not null) marks[i] = true;
            holds &= run.ApplyTo(Schemas[i], value, i);
        }
        return holds;
    }
}

/// <summary><c>items</c>: all items, or those after <c>prefixItems</c>.</summary>
internal sealed class RestItemsKeyword : Keyword
{
    public required int From { get; init; }

    public required SchemaNode Schema { get; init; }

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks)
    {
        if (!value.IsArray) return true;
        var holds = true;
        for (var i = From; i < value.Items.Length && !run.IsExhausted; i++)
        {
            if (marks is not null) marks[i] = true;
            holds &= run.ApplyTo(Schema, value, i);
        }
        return holds;
    }
}

/// <summary><c>contains</c> with <c>minContains</c> and <c>maxContains</c>.</summary>
internal sealed class ContainsKeyword : Keyword
{
    public required SchemaNode Schema { get; init; }

    public required int Min { get; init; }

    public required int Max { get; init; }

    public static Keyword? Read(in KeywordSource source) => new ContainsKeyword
    {
        Place = source.Place, Schema = source.Node(), Min = Bound(source, "minContains", 1), Max = Bound(source, "maxContains", int.MaxValue),
    };

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks)
    {
        if (!value.IsArray) return true;
        var found = 0;
        for (var i = 0; i < value.Items.Length && !run.IsExhausted; i++)
        {
            if (!run.TryItem(Schema, value, i)) continue;
            found++;
            if (marks is not null) marks[i] = true;
        }
        if (found < Min) return run.Refuse(Place, $"{found} items fit, at least {Min} must");
        return found <= Max || run.Refuse(Place, $"{found} items fit, at most {Max} may");
    }

    private static int Bound(in KeywordSource source, string name, int otherwise)
    {
        if (!source.Dialect.HasValidation || source.Schema.Find(name) is not { IsNumber: true } bound) return otherwise;
        return bound.Number.TryGetCount(out var count) ? count : int.MaxValue;
    }
}

/// <summary><c>uniqueItems</c>.</summary>
internal sealed class UniqueItemsKeyword : Keyword
{
    public static Keyword? Read(in KeywordSource source)
    {
        if (source.Value.Kind is not (JsonKind.True or JsonKind.False)) return source.Fail("must be true or false");
        return source.Value.Kind == JsonKind.True ? new UniqueItemsKeyword { Place = source.Place } : null;
    }

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks)
    {
        if (!value.IsArray || value.Items.Length < 2) return true;
        if (!run.Spend(value.Weight, Place)) return false;
        var seen = new Dictionary<JsonTree, int>(value.Items.Length, BySameness.Instance);
        for (var i = 0; i < value.Items.Length; i++)
        {
            if (seen.TryAdd(value.Items[i], i)) continue;
            return run.Refuse(Place, $"the items {seen[value.Items[i]]} and {i} are equal");
        }
        return true;
    }

    private sealed class BySameness : IEqualityComparer<JsonTree>
    {
        public static readonly BySameness Instance = new();

        public bool Equals(JsonTree? x, JsonTree? y) => x is not null && y is not null && JsonTree.Same(x, y);

        public int GetHashCode(JsonTree obj) => JsonTree.Hash(obj);
    }
}

/// <summary><c>unevaluatedProperties</c> and <c>unevaluatedItems</c>: what no other keyword, here or in a schema applied here, looked at.</summary>
internal sealed class UnevaluatedKeyword : Keyword
{
    public required JsonKind Kind { get; init; }

    public required SchemaNode Schema { get; init; }

    public override bool IsLast => true;

    public static Keyword? Read(in KeywordSource source) => new UnevaluatedKeyword
    {
        Place = source.Place, Kind = source.Name == "unevaluatedItems" ? JsonKind.Array : JsonKind.Object, Schema = source.Node(),
    };

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks)
    {
        if (value.Kind != Kind || marks is null) return true;
        var holds = run.Spend(marks.Length, Place);
        for (var i = 0; i < marks.Length && !run.IsExhausted; i++)
        {
            if (marks[i]) continue;
            marks[i] = true;
            holds &= run.ApplyTo(Schema, value, i);
        }
        return holds;
    }
}
