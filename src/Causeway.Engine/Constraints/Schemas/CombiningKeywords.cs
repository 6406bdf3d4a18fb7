using System.Text.Json;

namespace Causeway.Engine.Constraints.Schemas;

/// <summary>References, <c>allOf</c>, <c>anyOf</c>, <c>oneOf</c>, <c>not</c>, <c>if</c>: what other schemas say about the same value.</summary>
internal sealed class CombiningKeywords(SchemaShapes shapes)
{
    private ShapeAlgebra Algebra => shapes.Algebra;

    public Shape Read(SchemaSite site, Shape shape)
    {
        foreach (var keyword in site.Element.EnumerateObject())
            shape = keyword.Name switch
            {
                "$ref" => Algebra.And(shape, Referred(site, keyword)),
                "$dynamicRef" => Algebra.And(shape, Dynamic(site, keyword)),
                "$recursiveRef" => throw site.Fail("$recursiveRef", "is not supported"),
                "allOf" => List(site, keyword).Aggregate(shape, (all, part) => Algebra.And(all, shapes.Of(part))),
                "anyOf" => Algebra.And(shape, ShapeAlgebra.Or([.. List(site, keyword).Select(shapes.Of)])),
                "oneOf" => OneOf(site, shape, List(site, keyword)),
                "not" => Algebra.And(shape, Not(site, "not", shapes.Of(Below(site, "not", keyword.Value)))),
                "if" => Algebra.And(shape, If(site, keyword.Value)),
                _ => shape,
            };
        return shape;
    }

    private Shape Referred(SchemaSite site, JsonProperty keyword)
    {
        if (keyword.Value.ValueKind != JsonValueKind.String) throw site.Fail(keyword.Name, "must be a text");
        return shapes.Of(shapes.Document.Resolve(site, keyword.Name, keyword.Value.GetString() ?? ""));
    }

    private Shape Dynamic(SchemaSite site, JsonProperty keyword)
    {
        var shape = Referred(site, keyword);
        var text = keyword.Value.GetString() ?? "";
        if (shapes.Document.IsDynamic(text[(text.IndexOf('#', StringComparison.Ordinal) + 1)..])) throw site.Fail(keyword.Name, "is not supported where several schemas have its anchor");
        return shape;
    }

    private Shape OneOf(SchemaSite site, Shape beside, List<SchemaSite> sites)
    {
        // What stands beside it may be what tells the parts apart.
        var parts = sites.Select(part => Algebra.And(beside, shapes.Of(part))).ToList();
        var exact = parts.ToList();
        for (var i = 0; i < parts.Count; i++)
            for (var j = i + 1; j < parts.Count; j++)
            {
                if (Algebra.AreDisjoint(parts[i], parts[j])) continue;
                exact[i] = Algebra.And(exact[i], Not(site, "oneOf", shapes.Of(sites[j])));
                exact[j] = Algebra.And(exact[j], Not(site, "oneOf", shapes.Of(sites[i])));
            }
        return ShapeAlgebra.Or(exact);
    }

    private Shape If(SchemaSite site, JsonElement schema)
    {
        var then = site.Find("then");
        var otherwise = site.Find("else");
        if (then is null && otherwise is null) return Shape.Anything;
        var condition = shapes.Of(Below(site, "if", schema));
        var holds = then is { } yes ? Algebra.And(condition, shapes.Of(Below(site, "then", yes))) : condition;
        var not = Not(site, "if", condition);
        return ShapeAlgebra.Or([holds, otherwise is { } no ? Algebra.And(not, shapes.Of(Below(site, "else", no))) : not]);
    }

    private Shape Not(SchemaSite site, string keyword, Shape shape) =>
        Algebra.Not(shape) ?? throw site.Fail(keyword, $"is not supported here: what the opposite of {shape.Narrowed ?? "its arrays or objects"} is cannot be said");

    private List<SchemaSite> List(SchemaSite site, JsonProperty keyword)
    {
        if (keyword.Value.ValueKind != JsonValueKind.Array || keyword.Value.GetArrayLength() == 0) throw site.Fail(keyword.Name, "must be an array of schemas");
        return [.. keyword.Value.EnumerateArray().Select((part, index) => Below(site, $"{keyword.Name}/{index}", part))];
    }

    private SchemaSite Below(SchemaSite site, string path, JsonElement schema) => shapes.Document.Below(site, $"/{path}", schema, isValue: false);
}
