using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Causeway.Gateway.Upstreams.Rehearsal.Instances;

namespace Causeway.Gateway.Upstreams.Rehearsal;

/// <summary>
/// Writes a small value that is valid by a JSON Schema, always the same for the same seed. Knows the part of 2020-12 that
/// structured outputs and published tools use; <c>not</c>, <c>if</c>, <c>patternProperties</c> and <c>dependent…</c> are not read,
/// and a <c>oneOf</c> whose branches overlap may come out valid for two. Depth and size are bounded: a schema that asks for more
/// gets nulls there.
/// </summary>
internal sealed class JsonInstance
{
    private const int Deepest = 32;
    private const int DepthOfEase = 3;
    private const int ValuesOfEase = 500;
    private const int MostItems = 1000;
    private const int TriesForAnother = 64;

    private readonly JsonElement _root;
    private readonly bool _allProperties;
    private readonly Effort _effort;
    private readonly int _cost;
    private Chance _chance;
    private int _values;

    private JsonInstance(JsonElement root, bool allProperties, ulong seed, Effort effort)
    {
        _root = root;
        _effort = effort;
        _cost = JsonMarshal.GetRawUtf8Value(root).Length;
        _allProperties = allProperties;
        _chance = new Chance(seed);
    }

    /// <param name="allProperties">Also the properties that are not required, as under <c>strict</c>.</param>
    /// <param name="effort">Shared by all instances of one request.</param>
    public static string Write(JsonElement schema, ulong seed, bool allProperties, Effort effort)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, AnswerJson.Options))
            new JsonInstance(schema, allProperties, seed, effort).Value(json, [schema], 0);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private void Value(Utf8JsonWriter json, ReadOnlySpan<JsonElement> schemas, int depth)
    {
        _values++;
        if (depth > Deepest || !_effort.TrySpendValue(_cost))
        {
            json.WriteNullValue();
            return;
        }
        var ease = IsTimeToEnd(depth);
        var facets = new SchemaFacets(_root, _allProperties, _effort, schemas, ref _chance, ease);
        if (facets.Choices() is { } choices) Chosen(json, choices[_chance.Below(choices.Count)]);
        else Typed(json, facets, PickType(facets.Types, ease), depth);
    }

    private void Typed(Utf8JsonWriter json, SchemaFacets facets, JsonTypes type, int depth)
    {
        switch (type)
        {
            case JsonTypes.Object: Object(json, facets, depth); break;
            case JsonTypes.Array: Array(json, facets, depth); break;
            case JsonTypes.String: Text(json, facets); break;
            case JsonTypes.Integer: json.WriteNumberValue(NumberInstance.Pick(facets, integer: true, ref _chance)); break;
            case JsonTypes.Fraction: json.WriteNumberValue(NumberInstance.Pick(facets, integer: false, ref _chance)); break;
            case JsonTypes.Boolean: json.WriteBooleanValue(_chance.Below(2) == 0); break;
            default: json.WriteNullValue(); break;
        }
    }

    private void Chosen(Utf8JsonWriter json, JsonElement value)
    {
        _effort.SpendText(JsonMarshal.GetRawUtf8Value(value).Length);
        value.WriteTo(json);
    }

    private void Text(Utf8JsonWriter json, SchemaFacets facets)
    {
        var text = StringInstance.Pick(facets, ref _chance);
        _effort.SpendText(text.Length);
        json.WriteStringValue(text);
    }

    /// <summary>Recursive schemas end because far down the smallest choice is taken, not a drawn one.</summary>
    private bool IsTimeToEnd(int depth) => depth >= DepthOfEase || _values > ValuesOfEase;

    private JsonTypes PickType(JsonTypes types, bool ease)
    {
        if (ease && (types & JsonTypes.Scalar) != 0) types &= JsonTypes.Scalar;
        if ((types & JsonTypes.Fraction) != 0) types &= ~JsonTypes.Integer;
        if (types.HasFlag(JsonTypes.Null) && (ease || types == JsonTypes.Null || _chance.Below(4) == 0)) return JsonTypes.Null;
        types &= ~JsonTypes.Null;
        var which = _chance.Below(Math.Max(System.Numerics.BitOperations.PopCount((uint)types), 1));
        while (which-- > 0)
            types &= types - 1;
        return types & (JsonTypes)(-(int)types);
    }

    private void Object(Utf8JsonWriter json, SchemaFacets facets, int depth)
    {
        var least = facets.Least("minProperties", MostItems);
        var required = facets.Required();
        var declared = Declared(facets);
        json.WriteStartObject();
        var written = 0;
        foreach (var (name, schemas) in declared)
        {
            var isRequired = required.Remove(name);
            if (!isRequired && !_allProperties && written + required.Count >= least) continue;
            if (!isRequired && schemas.Exists(schema => schema.ValueKind is JsonValueKind.False)) continue;
            json.WritePropertyName(name);
            Value(json, schemas.ToArray(), depth + 1);
            written++;
        }
        foreach (var name in required)
            Additional(json, facets, name, depth);
        for (written += required.Count; written < least; written++)
            Additional(json, facets, $"more{written}", depth);
        json.WriteEndObject();
    }

    private void Additional(Utf8JsonWriter json, SchemaFacets facets, string name, int depth)
    {
        json.WritePropertyName(name);
        Value(json, [.. facets.All("additionalProperties")], depth + 1);
    }

    private static OrderedDictionary<string, List<JsonElement>> Declared(SchemaFacets facets)
    {
        var declared = new OrderedDictionary<string, List<JsonElement>>(StringComparer.Ordinal);
        foreach (var properties in facets.All("properties"))
        {
            if (properties.ValueKind is not JsonValueKind.Object) continue;
            foreach (var property in properties.EnumerateObject())
            {
                if (!declared.TryGetValue(property.Name, out var schemas)) declared.Add(property.Name, schemas = []);
                schemas.Add(property.Value);
            }
        }
        return declared;
    }

    private void Array(Utf8JsonWriter json, SchemaFacets facets, int depth)
    {
        var prefix = Prefix(facets);
        JsonElement[] rest = [.. facets.All("items")];
        var count = Count(facets, prefix.Length, System.Array.Exists(rest, static items => items.ValueKind is JsonValueKind.False), depth);
        var seen = facets.IsTrue("uniqueItems") ? new HashSet<string>(StringComparer.Ordinal) : null;
        json.WriteStartArray();
        for (var index = 0; index < count; index++)
        {
            JsonElement[] schemas = index < prefix.Length ? [prefix[index]] : rest;
            if (seen is null) Value(json, schemas, depth + 1);
            else Another(json, schemas, seen, depth + 1);
        }
        json.WriteEndArray();
    }

    private int Count(SchemaFacets facets, int prefix, bool closed, int depth)
    {
        var least = facets.Least("minItems", MostItems);
        var wanted = Math.Max(least, IsTimeToEnd(depth) ? 0 : Math.Max(prefix, 1 + _chance.Below(2)));
        if (closed) wanted = Math.Min(wanted, prefix);
        return Math.Min(wanted, facets.Most("maxItems"));
    }

    /// <summary>An item unlike the ones before. When none turns up the array stays shorter: the schema has no more values.</summary>
    private void Another(Utf8JsonWriter json, JsonElement[] schemas, HashSet<string> seen, int depth)
    {
        for (var turn = 0; turn < TriesForAnother; turn++)
        {
            var item = Apart(schemas, depth);
            if (!seen.Add(item)) continue;
            json.WriteRawValue(item);
            return;
        }
    }

    private string Apart(JsonElement[] schemas, int depth)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, AnswerJson.Options))
            Value(json, schemas, depth);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static JsonElement[] Prefix(SchemaFacets facets)
    {
        if (!facets.TryGet("prefixItems", out var list) && !facets.TryGet("items", out list)) return [];
        return list.ValueKind is JsonValueKind.Array ? [.. list.EnumerateArray()] : [];
    }
}
