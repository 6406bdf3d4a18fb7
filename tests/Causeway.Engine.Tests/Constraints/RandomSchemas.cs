using CsCheck;

namespace Causeway.Engine.Tests.Constraints;

/// <summary>
/// Schemas of the keywords that constraints keep, put together at random, and values of the same few names, texts and numbers, so that a
/// value is often nearly what a schema wants.
/// </summary>
internal static class RandomSchemas
{
    private const string Definitions = """
        "$defs":{"word":{"type":"string","maxLength":2},"node":{"type":"object","properties":{"a":{"type":"integer"},
        "b":{"type":"array","items":{"$ref":"#/$defs/node"},"maxItems":2}},"required":["a"],"additionalProperties":false},
        "either":{"anyOf":[{"type":"null"},{"type":"array","items":{"$ref":"#/$defs/either"}}]}}
        """;

    private static readonly Gen<string> s_names = OneOf("a", "b", "c", "x-1", "é", "ab");

    private static readonly Gen<string> s_texts = OneOf("", "a", "ab", "abc", "b", "x-1", "é", "😀a", "a\\\"b", "\\n", "2024-02-29", "10:00:00Z", "a@b.c");

    private static readonly Gen<string> s_numbers = OneOf("0", "1", "2", "3", "-1", "-2", "5", "10", "99", "100", "0.5", "1.5", "-0.25", "2.75", "1000000");

    private static readonly Gen<string> s_patterns = OneOf("^a", "b$", "^[a-c]{1,3}$", "a|é", "^x-", "^(ab)*$", "^.{2}$", "[^a]", "", "\\\\d", "^(a|b)+$");

    private static readonly Gen<string> s_counts = Gen.Int[0, 3].Select(count => $"{count}");

    /// <summary>Values, down to a depth.</summary>
    public static Gen<string> Values(int depth)
    {
        var scalars = Gen.Frequency(
            (1, OneOf("null", "true", "false")), (3, s_numbers), (3, s_texts.Select(text => $"\"{text}\"")));
        if (depth == 0) return scalars;
        var below = Values(depth - 1);
        return Gen.Frequency(
            (2, scalars),
            (2, below.Array[0, 4].Select(items => $"[{string.Join(',', items)}]")),
            (3, Gen.Select(s_names, below).Array[0, 4].Select(Members)));
    }

    /// <summary>Schemas, down to a depth, with the definitions that they refer to.</summary>
    public static Gen<string> Roots(int depth) =>
        Schemas(depth).Select(schema => schema is "true" or "false" ? schema : schema == "{}" ? $"{{{Definitions}}}" : $"{schema[..^1]},{Definitions}}}");

    private static Gen<string> Schemas(int depth)
    {
        var simple = Gen.Frequency(
            (6, Types()),
            (1, OneOf("true", "false", "{}")),
            (1, OneOf("word", "node", "either").Select(name => $$"""{"$ref":"#/$defs/{{name}}"}""")),
            (2, Values(1).Array[1, 4].Select(values => $$"""{"enum":[{{string.Join(',', values.Distinct())}}]}""")));
        if (depth == 0) return simple;
        var keywords = Gen.Frequency((2, Scalar()), (3, OfObjects(depth - 1)), (2, OfArrays(depth - 1)), (2, Combining(depth - 1))).Array[1, 4].Select(Together);
        return Gen.Frequency((2, simple), (3, keywords), (3, Gen.Select(Types(), keywords).Select((type, more) => Together([type[1..^1], more[1..^1]]))));
    }

    private static Gen<string> Types() => Gen.Frequency(
        (6, OneOf("null", "boolean", "integer", "number", "string", "array", "object").Select(type => $$"""{"type":"{{type}}"}""")),
        (1, Gen.Select(OneOf("null", "string", "array"), OneOf("integer", "object", "boolean")).Select((one, other) => $$"""{"type":["{{one}}","{{other}}"]}""")));

    private static Gen<string> Scalar() => Gen.OneOf(
        Gen.Select(OneOf("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), s_numbers).Select((keyword, bound) => $"\"{keyword}\":{bound}"),
        OneOf("1", "2", "3", "0.5", "0.25", "10", "7").Select(divisor => $"\"multipleOf\":{divisor}"),
        Gen.Select(OneOf("minLength", "maxLength"), s_counts).Select((keyword, count) => $"\"{keyword}\":{count}"),
        s_patterns.Select(pattern => $"\"pattern\":\"{pattern}\""),
        Values(1).Select(value => $"\"const\":{value}"));

    private static Gen<string> OfObjects(int depth)
    {
        var schemas = Schemas(depth);
        var names = s_names.Array[0, 3].Select(names => $"[{string.Join(',', names.Distinct().Select(name => $"\"{name}\""))}]");
        return Gen.Frequency(
            (6, Gen.Select(s_names, schemas).Array[1, 4].Select(members => $"\"properties\":{Members(members)}")),
            (3, names.Select(list => $"\"required\":{list}")),
            (2, schemas.Select(schema => $"\"additionalProperties\":{schema}")),
            (1, Gen.Const("\"additionalProperties\":false")),
            (2, Gen.Select(s_patterns, schemas).Array[1, 2].Select(members => $"\"patternProperties\":{Members(members)}")),
            (1, s_patterns.Select(pattern => $"\"propertyNames\":{{\"pattern\":\"{pattern}\"}}")),
            (2, Gen.Select(OneOf("minProperties", "maxProperties"), s_counts).Select((keyword, count) => $"\"{keyword}\":{count}")),
            (1, Gen.Select(s_names, names).Select((name, list) => $"\"dependentRequired\":{{\"{name}\":{list}}}")),
            (1, Gen.Select(s_names, schemas).Select((name, schema) => $"\"dependentSchemas\":{{\"{name}\":{schema}}}")));
    }

    private static Gen<string> OfArrays(int depth)
    {
        var schemas = Schemas(depth);
        return Gen.Frequency(
            (4, schemas.Select(schema => $"\"items\":{schema}")),
            (2, schemas.Array[1, 3].Select(list => $"\"prefixItems\":[{string.Join(',', list)}]")),
            (3, Gen.Select(OneOf("minItems", "maxItems"), s_counts).Select((keyword, count) => $"\"{keyword}\":{count}")),
            (2, schemas.Select(schema => $"\"contains\":{schema}")),
            (2, Gen.Select(OneOf("minContains", "maxContains"), s_counts).Select((keyword, count) => $"\"{keyword}\":{count}")),
            (1, Gen.Const("\"uniqueItems\":true,\"items\":{\"type\":\"string\"}")));
    }

    private static Gen<string> Combining(int depth)
    {
        var schemas = Schemas(depth);
        return Gen.Frequency(
            (4, Gen.Select(OneOf("allOf", "anyOf", "oneOf"), schemas.Array[1, 3]).Select((keyword, list) => $"\"{keyword}\":[{string.Join(',', list)}]")),
            (1, schemas.Select(schema => $"\"not\":{schema}")),
            (1, Gen.Select(schemas, schemas, schemas).Select((condition, then, other) => $"\"if\":{condition},\"then\":{then},\"else\":{other}")));
    }

    private static string Members((string Name, string Value)[] members) =>
        $"{{{string.Join(',', members.DistinctBy(member => member.Name).Select(member => $"\"{member.Name}\":{member.Value}"))}}}";

    // The keywords of several parts, the first of each name.
    private static string Together(string[] parts)
    {
        var keywords = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in parts)
        {
            using var document = System.Text.Json.JsonDocument.Parse($"{{{part}}}");
            foreach (var keyword in document.RootElement.EnumerateObject()) keywords.TryAdd(keyword.Name, keyword.Value.GetRawText());
        }
        return $"{{{string.Join(',', keywords.Select(keyword => $"\"{keyword.Key}\":{keyword.Value}"))}}}";
    }

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);
}
