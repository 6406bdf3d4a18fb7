using System.Text.Json;
using System.Text.Json.Nodes;

namespace Causeway.Testing.Bedrock;

/// <summary>The least a JSON Schema asks for, and whether Bedrock would compile it at all.</summary>
internal static class StandInSchema
{
    private static readonly string[] _refused = ["minimum", "maximum", "multipleOf", "minLength", "maxLength"];

    /// <summary>The first keyword that Bedrock's structured output does not take, or null.</summary>
    public static string? FirstRefused(JsonElement schema)
    {
        if (schema.ValueKind == JsonValueKind.Array) return schema.EnumerateArray().Select(FirstRefused).FirstOrDefault(found => found is not null);
        if (schema.ValueKind != JsonValueKind.Object) return null;
        foreach (var member in schema.EnumerateObject())
        {
            if (_refused.Contains(member.Name) && member.Value.ValueKind == JsonValueKind.Number) return member.Name;
            if (member is { Name: "additionalProperties", Value.ValueKind: not JsonValueKind.False }) return member.Name;
            if (member.Name == "$ref" && member.Value.GetString() is ['#'] or not ['#', ..]) return "$ref";
            if (FirstRefused(member.Value) is { } inner) return inner;
        }
        return null;
    }

    public static bool IsNested(JsonElement schema) => schema.ValueKind == JsonValueKind.Object
        && schema.TryGetProperty("properties", out var properties)
        && properties.EnumerateObject().Any(p => TypeOf(p.Value) is "object" or "array");

    public static JsonNode? Instance(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object) return JsonValue.Create("text");
        if (schema.TryGetProperty("const", out var value)) return JsonNode.Parse(value.GetRawText());
        if (schema.TryGetProperty("enum", out var choices) && choices.GetArrayLength() > 0) return JsonNode.Parse(choices[0].GetRawText());
        if (schema.TryGetProperty("anyOf", out var any) && any.GetArrayLength() > 0) return Instance(any[0]);
        return TypeOf(schema) switch
        {
            "object" => Object(schema),
            "array" => new JsonArray(schema.TryGetProperty("items", out var items) ? Instance(items) : JsonValue.Create("text")),
            "integer" => JsonValue.Create(1),
            "number" => JsonValue.Create(1.5),
            "boolean" => JsonValue.Create(true),
            "null" => null,
            _ => JsonValue.Create("text"),
        };
    }

    private static JsonObject Object(JsonElement schema)
    {
        var result = new JsonObject();
        if (!schema.TryGetProperty("properties", out var properties)) return result;
        foreach (var property in properties.EnumerateObject()) result[property.Name] = Instance(property.Value);
        return result;
    }

    private static string? TypeOf(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object) return null;
        if (!schema.TryGetProperty("type", out var type)) return schema.TryGetProperty("properties", out _) ? "object" : null;
        return type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(t => t.GetString()).FirstOrDefault() : type.GetString();
    }
}
