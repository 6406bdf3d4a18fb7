using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Causeway.Gateway.Tests.Rehearsal;

/// <summary>A second opinion on what a schema permits, written without looking at the generator. Gives the first offence.</summary>
internal static class SchemaOracle
{
    public static string? Offence(JsonElement root, JsonElement schema, JsonElement value)
    {
        if (schema.ValueKind is JsonValueKind.True) return null;
        if (schema.ValueKind is JsonValueKind.False) return "false schema";
        return schema.EnumerateObject()
            .Select(keyword => Check(root, schema, keyword.Name, keyword.Value, value) ? null : $"{keyword.Name} of {schema} against {value}")
            .FirstOrDefault(static offence => offence is not null);
    }

    private static bool Valid(JsonElement root, JsonElement schema, JsonElement value) => Offence(root, schema, value) is null;

    private static bool Check(JsonElement root, JsonElement schema, string keyword, JsonElement rule, JsonElement value) => keyword switch
    {
        "type" => rule.ValueKind is JsonValueKind.Array
            ? rule.EnumerateArray().Any(type => Is(type.GetString(), value))
            : Is(rule.GetString(), value),
        "enum" => rule.EnumerateArray().Any(item => JsonElement.DeepEquals(item, value)),
        "const" => JsonElement.DeepEquals(rule, value),
        "allOf" => rule.EnumerateArray().All(branch => Valid(root, branch, value)),
        "anyOf" => rule.EnumerateArray().Any(branch => Valid(root, branch, value)),
        "oneOf" => rule.EnumerateArray().Count(branch => Valid(root, branch, value)) == 1,
        "$ref" => Valid(root, Resolve(root, rule.GetString() ?? ""), value),
        _ => value.ValueKind switch
        {
            JsonValueKind.Object => CheckObject(root, schema, keyword, rule, value),
            JsonValueKind.Array => CheckArray(root, schema, keyword, rule, value),
            JsonValueKind.String => CheckString(keyword, rule, value.GetString() ?? ""),
            JsonValueKind.Number => CheckNumber(keyword, rule, value.GetDecimal()),
            _ => true,
        },
    };

    private static bool Is(string? type, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => type == "null",
        JsonValueKind.True or JsonValueKind.False => type == "boolean",
        JsonValueKind.Number => type == "number" || (type == "integer" && decimal.IsInteger(value.GetDecimal())),
        JsonValueKind.String => type == "string",
        JsonValueKind.Array => type == "array",
        _ => type == "object",
    };

    private static bool CheckObject(JsonElement root, JsonElement schema, string keyword, JsonElement rule, JsonElement value) => keyword switch
    {
        "required" => rule.EnumerateArray().All(name => value.TryGetProperty(name.GetString() ?? "", out _)),
        "properties" => rule.EnumerateObject().All(p => !value.TryGetProperty(p.Name, out var member) || Valid(root, p.Value, member)),
        "additionalProperties" => value.EnumerateObject()
            .Where(member => !schema.TryGetProperty("properties", out var known) || !known.TryGetProperty(member.Name, out _))
            .All(member => Valid(root, rule, member.Value)),
        "minProperties" => value.EnumerateObject().Count() >= rule.GetInt32(),
        "maxProperties" => value.EnumerateObject().Count() <= rule.GetInt32(),
        _ => true,
    };

    private static bool CheckArray(JsonElement root, JsonElement schema, string keyword, JsonElement rule, JsonElement value)
    {
        var prefix = schema.TryGetProperty("prefixItems", out var list) ? list.GetArrayLength() : 0;
        return keyword switch
        {
            "prefixItems" => rule.EnumerateArray().Zip(value.EnumerateArray()).All(pair => Valid(root, pair.First, pair.Second)),
            "items" => value.EnumerateArray().Skip(prefix).All(item => Valid(root, rule, item)),
            "minItems" => value.GetArrayLength() >= rule.GetInt32(),
            "maxItems" => value.GetArrayLength() <= rule.GetInt32(),
            "uniqueItems" => !rule.GetBoolean() || value.EnumerateArray().Select(static item => item.GetRawText()).Distinct().Count() == value.GetArrayLength(),
            _ => true,
        };
    }

    private static bool CheckString(string keyword, JsonElement rule, string value) => keyword switch
    {
        "minLength" => value.EnumerateRunes().Count() >= rule.GetInt32(),
        "maxLength" => value.EnumerateRunes().Count() <= rule.GetInt32(),
        "pattern" => Regex.IsMatch(value, rule.GetString() ?? "", RegexOptions.ECMAScript, TimeSpan.FromSeconds(5)),
        "format" => rule.GetString() switch
        {
            "date-time" => DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, out _),
            "date" => DateOnly.TryParseExact(value, "yyyy-MM-dd", out _),
            "time" => TimeOnly.TryParseExact(value, "HH:mm:ss'Z'", out _),
            "uuid" => Guid.TryParseExact(value, "D", out _),
            "email" => value.Contains('@', StringComparison.Ordinal),
            "uri" => Uri.TryCreate(value, UriKind.Absolute, out _),
            "hostname" => Uri.CheckHostName(value) is UriHostNameType.Dns,
            "ipv4" => Uri.CheckHostName(value) is UriHostNameType.IPv4,
            "ipv6" => Uri.CheckHostName(value) is UriHostNameType.IPv6,
            "duration" => Regex.IsMatch(value, "^P(T?[0-9]+[DHMS])+$"),
            _ => true,
        },
        _ => true,
    };

    private static bool CheckNumber(string keyword, JsonElement rule, decimal value) => keyword switch
    {
        "minimum" => value >= rule.GetDecimal(),
        "maximum" => value <= rule.GetDecimal(),
        "exclusiveMinimum" => value > rule.GetDecimal(),
        "exclusiveMaximum" => value < rule.GetDecimal(),
        "multipleOf" => value % rule.GetDecimal() == 0,
        _ => true,
    };

    private static JsonElement Resolve(JsonElement root, string reference) =>
        reference.Split('/').Skip(1).Aggregate(root, static (element, name) => element.GetProperty(name));
}
