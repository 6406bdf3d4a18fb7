using System.Text.Json;

namespace Causeway.Gateway.Upstreams.Rehearsal.Instances;

/// <summary>The values that a schema's <c>type</c> permits.</summary>
[Flags]
internal enum JsonTypes
{
    None = 0,
    Null = 1,
    Boolean = 2,
    Integer = 4,
    Fraction = 8,
    String = 16,
    Array = 32,
    Object = 64,
    Number = Integer | Fraction,
    Scalar = Null | Boolean | Number | String,
    All = Scalar | Array | Object,
}

internal static class JsonTypeNames
{
    /// <summary>What <paramref name="schema"/> itself says, without looking into its branches.</summary>
    public static JsonTypes Declared(JsonElement schema)
    {
        if (schema.ValueKind is not JsonValueKind.Object || !schema.Has("type"u8, out var type)) return JsonTypes.All;
        if (type.ValueKind is JsonValueKind.String) return Named(type);
        if (type.ValueKind is not JsonValueKind.Array) return JsonTypes.All;
        var types = JsonTypes.None;
        foreach (var item in type.EnumerateArray())
            types |= item.ValueKind is JsonValueKind.String ? Named(item) : JsonTypes.None;
        return types;
    }

    public static JsonTypes Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => JsonTypes.Null,
        JsonValueKind.True or JsonValueKind.False => JsonTypes.Boolean,
        JsonValueKind.Number => value.TryGetInt64(out _) ? JsonTypes.Integer : JsonTypes.Fraction,
        JsonValueKind.String => JsonTypes.String,
        JsonValueKind.Array => JsonTypes.Array,
        _ => JsonTypes.Object,
    };

    private static JsonTypes Named(JsonElement name) => name.GetString() switch
    {
        "null" => JsonTypes.Null,
        "boolean" => JsonTypes.Boolean,
        "integer" => JsonTypes.Integer,
        "number" => JsonTypes.Number,
        "string" => JsonTypes.String,
        "array" => JsonTypes.Array,
        "object" => JsonTypes.Object,
        _ => JsonTypes.All,
    };
}
