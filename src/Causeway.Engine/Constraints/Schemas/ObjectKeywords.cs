using System.Text.Json;
using Causeway.Engine.Constraints.Languages;

namespace Causeway.Engine.Constraints.Schemas;

/// <summary>
/// <c>properties</c>, <c>required</c>, <c>patternProperties</c>, <c>additionalProperties</c>, <c>propertyNames</c>, the counts, and what depends
/// on a name being there.
/// </summary>
internal sealed class ObjectKeywords(SchemaShapes shapes)
{
    private ObjectAlgebra Algebra => shapes.Algebra.Objects;

    public Shape Read(SchemaSite site)
    {
        var shape = ReadOwn(site);
        foreach (var dependency in Dependencies(site)) shape = shapes.Algebra.And(shape, dependency);
        return shape;
    }

    private Shape ReadOwn(SchemaSite site)
    {
        var members = Members(site, "properties").Select(member => (member.Name, Of(site, "properties", member))).ToList();
        var required = Required(site, "required", site.Find("required"));
        var patterns = Members(site, "patternProperties")
            .Select(member => (TextKeywords.ReadPattern(site, "patternProperties", member.Name), Of(site, "patternProperties", member))).ToList();
        var others = site.Find("additionalProperties") is { } additional ? Below(site, "additionalProperties", additional) : null;
        var names = Names(site);
        var min = Counts.Read(site, "minProperties") ?? 0;
        var max = Counts.Read(site, "maxProperties") ?? ObjectShape.Unbounded;
        var hasRule = patterns.Count > 0 || others is { IsAlways: false };
        if (members.Count == 0 && required.Count == 0 && !hasRule && others is null && min == 0 && max == ObjectShape.Unbounded && names is null) return Shape.Anything;
        var rule = new NameRule(patterns, others ?? shapes.Table.Always);
        var shape = Algebra.Checked(new ObjectShape
        {
            Members = [.. members.Select(member => (member.Name, WithPatterns(rule, names, member.Name, member.Item2)))],
            Required = required,
            Rules = hasRule ? [rule] : [],
            Names = names ?? Language.Any,
            Min = min,
            Max = max,
            Evaluated = others is null ? members.Select(member => member.Name).ToHashSet(StringComparer.Ordinal) : null,
        });
        return Shape.Anything with { Objects = shape is null ? [] : [shape] };
    }

    private Conjunction WithPatterns(NameRule rule, Language? names, string name, Conjunction value)
    {
        if (names is not null && !Algebra.Matches(names, name)) return shapes.Table.Never;
        return Algebra.OfPatterns(rule, name) is { } more ? shapes.Table.And(value, more) : value;
    }

    private Language? Names(SchemaSite site)
    {
        if (site.Find("propertyNames") is not { } names) return null;
        var shape = shapes.Of(Below(site, "propertyNames", names));
        return shape.Text;
    }

    private IEnumerable<Shape> Dependencies(SchemaSite site)
    {
        foreach (var keyword in (string[])["dependentRequired", "dependentSchemas", "dependencies"])
            foreach (var member in Members(site, keyword))
            {
                var shape = member.Value.ValueKind == JsonValueKind.Array
                    ? Requiring(Required(site, keyword, member.Value))
                    : shapes.Of(shapes.Document.Below(site, $"/{keyword}/{SchemaSite.Escape(member.Name)}", member.Value, isValue: false));
                var present = shapes.Algebra.And(shape, Requiring([member.Name]));
                yield return Shape.Anything with { Objects = [Algebra.Forbidding(member.Name), .. present.Objects], Narrowed = shape.Narrowed };
            }
    }

    private Shape Requiring(IReadOnlyList<string> names)
    {
        if (names.Count == 0) return Shape.Anything;
        var shape = Algebra.Checked(new ObjectShape { Required = names });
        return Shape.Anything with { Objects = shape is null ? [] : [shape] };
    }

    private static IReadOnlyList<string> Required(SchemaSite site, string keyword, JsonElement? value)
    {
        // In draft-03 and beside properties of that age it is a boolean, which nothing later gives a meaning.
        if (value is not { } names) return [];
        if (names.ValueKind != JsonValueKind.Array) throw site.Fail(keyword, "must be an array of names");
        return [.. names.EnumerateArray().Select(name => name.ValueKind == JsonValueKind.String ? SchemaShapes.Plain(site, name) : throw site.Fail(keyword, "must be an array of names")).Distinct(StringComparer.Ordinal)];
    }

    private static List<JsonProperty> Members(SchemaSite site, string keyword)
    {
        if (site.Find(keyword) is not { } value) return [];
        return value.ValueKind == JsonValueKind.Object ? [.. value.EnumerateObject()] : throw site.Fail(keyword, "must be an object");
    }

    private Conjunction Of(SchemaSite site, string keyword, JsonProperty member) =>
        Below(site, $"{keyword}/{SchemaSite.Escape(member.Name)}", member.Value);

    private Conjunction Below(SchemaSite site, string path, JsonElement schema) =>
        shapes.Table.Of(shapes.Document.Below(site, $"/{path}", schema, isValue: false));
}
