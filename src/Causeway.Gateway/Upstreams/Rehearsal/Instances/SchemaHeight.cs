using System.Text.Json;

namespace Causeway.Gateway.Upstreams.Rehearsal.Instances;

/// <summary>
/// How many levels the smallest value of a schema needs. Deep inside a recursive schema the lowest branch is taken, which is
/// what makes the recursion end. Bounded by levels and by visits: schemas come from strangers.
/// </summary>
internal struct SchemaHeight(JsonElement root, bool allProperties, Effort effort)
{
    public const int TooHigh = 1000;

    private const int MostLevels = 12;
    private int _visitsLeft = 500;

    public int Of(JsonElement schema) => Of(schema, 0);

    private int Of(JsonElement schema, int level)
    {
        if (schema.ValueKind is not JsonValueKind.Object) return 0;
        if (level > MostLevels || --_visitsLeft < 0 || !effort.TrySpendVisit()) return TooHigh;
        if (schema.TryGetProperty("const"u8, out _) || schema.TryGetProperty("enum"u8, out _)) return 0;
        var height = Math.Max(Referenced(schema, level), Math.Max(Highest(schema, "allOf"u8, level), Lowest(schema, level)));
        var types = JsonTypeNames.Declared(schema);
        if (types != JsonTypes.All && (types & JsonTypes.Scalar) != 0) return height;
        return Math.Max(height, Math.Max(Properties(schema, level), Items(schema, level)));
    }

    private int Referenced(JsonElement schema, int level) =>
        schema.Text("$ref"u8) is { } reference && SchemaPointer.TryResolve(root, reference, out var target) ? Of(target, level + 1) : 0;

    private int Highest(JsonElement schema, ReadOnlySpan<byte> keyword, int level)
    {
        var highest = 0;
        if (!schema.Has(keyword, out var list) || list.ValueKind is not JsonValueKind.Array) return 0;
        foreach (var item in list.EnumerateArray())
            highest = Math.Max(highest, Of(item, level + 1));
        return highest;
    }

    private int Lowest(JsonElement schema, int level)
    {
        if (!schema.Has("anyOf"u8, out var list) && !schema.Has("oneOf"u8, out list)) return 0;
        if (list.ValueKind is not JsonValueKind.Array || list.GetArrayLength() == 0) return 0;
        var lowest = TooHigh;
        foreach (var item in list.EnumerateArray())
            lowest = Math.Min(lowest, Of(item, level + 1));
        return lowest;
    }

    private int Properties(JsonElement schema, int level)
    {
        if (!schema.Has("properties"u8, out var properties) || properties.ValueKind is not JsonValueKind.Object) return 0;
        var required = SchemaFacets.Required(schema);
        _visitsLeft -= properties.GetPropertyCount();
        var highest = 0;
        foreach (var property in properties.EnumerateObject())
        {
            if (allProperties || required.Contains(property.Name))
                highest = Math.Max(highest, 1 + Of(property.Value, level + 1));
        }
        return highest;
    }

    private int Items(JsonElement schema, int level) =>
        schema.Has("items"u8, out var items) && schema.Has("minItems"u8, out var least) && least.ValueKind is JsonValueKind.Number
        && least.GetDouble() >= 1
            ? 1 + Of(items, level + 1)
            : 0;
}
