using System.Text.Json;

namespace Causeway.Engine.Constraints.Schemas;

/// <summary>
/// <c>unevaluatedProperties</c> and <c>unevaluatedItems</c>: in each alternative, what that alternative did not look at. An instance that is
/// allowed only because two alternatives hold at once is refused, never the other way round.
/// </summary>
internal sealed class UnevaluatedKeywords(SchemaShapes shapes)
{
    public Shape Read(SchemaSite site, Shape shape)
    {
        if (site.Find("unevaluatedProperties") is { } properties)
        {
            var others = Below(site, "unevaluatedProperties", properties);
            shape = shape with { Objects = [.. shape.Objects.Select(part => Close(part, others)).OfType<ObjectShape>()], Narrowed = "unevaluatedProperties" };
        }
        if (site.Find("unevaluatedItems") is { } items)
        {
            var others = Below(site, "unevaluatedItems", items);
            shape = shape with { Arrays = [.. shape.Arrays.Select(part => Close(part, others)).OfType<ArrayShape>()], Narrowed = "unevaluatedItems" };
        }
        return shape;
    }

    private ObjectShape? Close(ObjectShape shape, Conjunction others)
    {
        if (shape.Evaluated is not { } evaluated || others.IsAlways) return shape with { Evaluated = null };
        var algebra = shapes.Algebra.Objects;
        var rule = new NameRule([.. shape.Rules.SelectMany(rule => rule.Patterns).Select(pattern => (pattern.Names, shapes.Table.Always))], others);
        var members = shape.Members.Select(member =>
            evaluated.Contains(member.Name) || algebra.OfPatterns(rule, member.Name) is not null ? member : (member.Name, shapes.Table.And(member.Value, others)));
        return algebra.Checked(shape with { Members = [.. members], Rules = [.. shape.Rules, rule], Evaluated = null });
    }

    private ArrayShape? Close(ArrayShape shape, Conjunction others)
    {
        if (shape.Evaluated == ArrayShape.Unbounded || others.IsAlways) return shape with { Evaluated = ArrayShape.Unbounded };
        var arrays = shapes.Algebra.Arrays;
        var prefix = Enumerable.Range(0, shape.Prefix.Count).Select(i => i < shape.Evaluated ? shape.Prefix[i] : shapes.Table.And(shape.Prefix[i], others));
        var rest = shape.Rest is null ? others : shapes.Table.And(shape.Rest, others);
        return arrays.Checked(shape with { Prefix = [.. prefix], Rest = rest, Evaluated = ArrayShape.Unbounded });
    }

    private Conjunction Below(SchemaSite site, string path, JsonElement schema) =>
        shapes.Table.Of(shapes.Document.Below(site, $"/{path}", schema, isValue: false));
}
