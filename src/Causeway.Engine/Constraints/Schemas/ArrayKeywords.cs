using System.Text.Json;

namespace Causeway.Engine.Constraints.Schemas;

/// <summary><c>prefixItems</c>, <c>items</c>, <c>additionalItems</c>, <c>minItems</c>, <c>maxItems</c>, <c>contains</c>, <c>uniqueItems</c>.</summary>
internal sealed class ArrayKeywords(SchemaShapes shapes)
{
    private const int MaxPrefix = 10_000;

    /// <summary>Null when none of them is there.</summary>
    public IReadOnlyList<ArrayShape>? Read(SchemaSite site)
    {
        var min = Counts.Read(site, "minItems");
        var max = Counts.Read(site, "maxItems");
        var prefix = Prefix(site, out var rest);
        var contains = Contains(site);
        var isUnique = site.Find("uniqueItems") is { ValueKind: JsonValueKind.True };
        if (min is null && max is null && prefix.Count == 0 && rest is null && contains.Count == 0 && !isUnique) return null;
        var shape = shapes.Algebra.Arrays.Checked(new ArrayShape
        {
            Prefix = prefix,
            Rest = rest,
            Min = min ?? 0,
            Max = max ?? ArrayShape.Unbounded,
            Contains = contains,
            IsUnique = isUnique,
            Evaluated = rest is null ? prefix.Count : ArrayShape.Unbounded,
        });
        return shape is null ? [] : [shape];
    }

    private List<Conjunction> Prefix(SchemaSite site, out Conjunction? rest)
    {
        rest = null;
        if (site.Find("items") is { } items && items.ValueKind != JsonValueKind.Array) rest = Of(site, "items", items);
        var keyword = site.Find("prefixItems") is null ? "items" : "prefixItems";
        if (site.Find(keyword) is not { ValueKind: JsonValueKind.Array } list) return [];
        if (list.GetArrayLength() > MaxPrefix) throw site.Fail(keyword, $"has more than {MaxPrefix} schemas");
        // Before 2020-12 a list of items had the rest beside it.
        if (keyword == "items" && site.Find("additionalItems") is { } additional) rest = Of(site, "additionalItems", additional);
        return [.. list.EnumerateArray().Select((item, index) => Of(site, $"{keyword}/{index}", item))];
    }

    private List<(Conjunction, int, int)> Contains(SchemaSite site)
    {
        if (site.Find("contains") is not { } contains) return [];
        var min = Counts.Read(site, "minContains") ?? 1;
        var max = Counts.Read(site, "maxContains") ?? ArrayShape.Unbounded;
        return min == 0 && max == ArrayShape.Unbounded ? [] : [(Of(site, "contains", contains), min, max)];
    }

    private Conjunction Of(SchemaSite site, string path, JsonElement schema) =>
        shapes.Table.Of(shapes.Document.Below(site, $"/{path}", schema, isValue: false));
}
