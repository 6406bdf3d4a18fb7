using System.Text.Json;

namespace Causeway.Wire.Dialects;

/// <summary>The types that a tool's schema allows for each parameter. Immutable.</summary>
internal sealed class ToolParameters
{
    private const int MaxHops = 16;
    private const int MaxSchemas = 20_000;
    private const int MaxPointers = 64;

    private readonly Dictionary<string, JsonTypes> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonElement?> _pointers = new(StringComparer.Ordinal);
    private readonly JsonElement _root;
    private int _schemas;

    private ToolParameters(JsonElement root) => _root = root;

    public bool Has(string name) => _types.ContainsKey(name);

    /// <summary><see cref="JsonTypes.None"/> when the schema does not name the parameter.</summary>
    public JsonTypes TypesOf(string name) => _types.GetValueOrDefault(name);

    public static ToolParameters Read(JsonElement schema)
    {
        var read = new ToolParameters(schema);
        read.AddProperties(schema, MaxHops);
        // The document is given back to its pool: nothing may look at it later.
        var kept = new ToolParameters(default);
        foreach (var (name, types) in read._types) kept._types[name] = types;
        return kept;
    }

    // References may branch and lead in circles: hops bound how deep they are followed, the count of schemas how wide.
    private bool MayRead(JsonElement schema, int hops) => schema.ValueKind == JsonValueKind.Object && hops > 0 && _schemas++ < MaxSchemas;

    private void AddProperties(JsonElement schema, int hops)
    {
        if (!MayRead(schema, hops)) return;
        if (Referred(schema, out var target)) AddProperties(target, hops - 1);
        foreach (var part in Parts(schema)) AddProperties(part, hops - 1);
        if (!schema.TryGetProperty("properties"u8, out var properties) || properties.ValueKind != JsonValueKind.Object) return;
        foreach (var property in properties.EnumerateObject())
        {
            var types = TypesAllowedBy(property.Value, MaxHops);
            _types[property.Name] = _types.GetValueOrDefault(property.Name) | types;
        }
    }

    private JsonTypes TypesAllowedBy(JsonElement schema, int hops)
    {
        if (!MayRead(schema, hops)) return JsonTypes.Any;
        var types = Stated(schema) & Listed(schema);
        if (Referred(schema, out var target)) types &= TypesAllowedBy(target, hops - 1);
        types &= Either(schema, "anyOf"u8, hops) & Either(schema, "oneOf"u8, hops);
        if (schema.TryGetProperty("allOf"u8, out var all) && all.ValueKind == JsonValueKind.Array)
            foreach (var part in all.EnumerateArray()) types &= TypesAllowedBy(part, hops - 1);
        if (schema.TryGetProperty("nullable"u8, out var nullable) && nullable.ValueKind == JsonValueKind.True) types |= JsonTypes.Null;
        // A schema that allows nothing was misread: what is known is that there is a parameter.
        return types == JsonTypes.None ? JsonTypes.Any : types;
    }

    private JsonTypes Either(JsonElement schema, ReadOnlySpan<byte> keyword, int hops)
    {
        if (!schema.TryGetProperty(keyword, out var parts) || parts.ValueKind != JsonValueKind.Array) return JsonTypes.Any;
        var types = JsonTypes.None;
        foreach (var part in parts.EnumerateArray()) types |= TypesAllowedBy(part, hops - 1);
        return types;
    }

    private static JsonTypes Stated(JsonElement schema)
    {
        if (!schema.TryGetProperty("type"u8, out var type)) return JsonTypes.Any;
        if (type.ValueKind == JsonValueKind.String) return Named(type);
        if (type.ValueKind != JsonValueKind.Array) return JsonTypes.Any;
        var types = JsonTypes.None;
        foreach (var one in type.EnumerateArray()) types |= one.ValueKind == JsonValueKind.String ? Named(one) : JsonTypes.Any;
        return types;
    }

    private static JsonTypes Named(JsonElement type) => type.GetString() switch
    {
        "string" => JsonTypes.String,
        "integer" => JsonTypes.Integer,
        "number" => JsonTypes.Integer | JsonTypes.Number,
        "boolean" => JsonTypes.Boolean,
        "null" => JsonTypes.Null,
        "object" => JsonTypes.Object,
        "array" => JsonTypes.Array,
        _ => JsonTypes.Any,
    };

    private static JsonTypes Listed(JsonElement schema)
    {
        if (schema.TryGetProperty("const"u8, out var constant)) return TypeOf(constant);
        if (!schema.TryGetProperty("enum"u8, out var values) || values.ValueKind != JsonValueKind.Array) return JsonTypes.Any;
        var types = JsonTypes.None;
        foreach (var value in values.EnumerateArray()) types |= TypeOf(value);
        return types;
    }

    private static JsonTypes TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => JsonTypes.String,
        JsonValueKind.Number => JsonTypes.Integer | JsonTypes.Number,
        JsonValueKind.True or JsonValueKind.False => JsonTypes.Boolean,
        JsonValueKind.Null => JsonTypes.Null,
        JsonValueKind.Object => JsonTypes.Object,
        _ => JsonTypes.Array,
    };

    private static IEnumerable<JsonElement> Parts(JsonElement schema)
    {
        foreach (var keyword in (string[])["allOf", "anyOf", "oneOf"])
            if (schema.TryGetProperty(keyword, out var parts) && parts.ValueKind == JsonValueKind.Array)
                foreach (var part in parts.EnumerateArray()) yield return part;
    }

    /// <summary>The schema that a <c>$ref</c> into the tool's own parameters points to.</summary>
    private bool Referred(JsonElement schema, out JsonElement target)
    {
        target = default;
        if (!schema.TryGetProperty("$ref"u8, out var reference) || reference.ValueKind != JsonValueKind.String) return false;
        var pointer = reference.GetString() ?? "";
        if (!_pointers.TryGetValue(pointer, out var known))
        {
            if (_pointers.Count == MaxPointers) return false;
            _pointers[pointer] = known = Resolve(pointer);
        }
        target = known.GetValueOrDefault();
        return known is not null;
    }

    private JsonElement? Resolve(string pointer)
    {
        if (!pointer.StartsWith("#/", StringComparison.Ordinal)) return null;
        var target = _root;
        foreach (var step in pointer[2..].Split('/'))
        {
            var name = step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (target.ValueKind != JsonValueKind.Object || !target.TryGetProperty(name, out target)) return null;
        }
        return target;
    }
}
