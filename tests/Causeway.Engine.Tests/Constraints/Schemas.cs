namespace Causeway.Engine.Tests.Constraints;

/// <summary>Schemas of the kinds that callers send.</summary>
internal static class Schemas
{
    public static string[] Varied { get; } =
    [
        """{"type":"object"}""",
        """{"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer","minimum":0,"maximum":150}},"required":["name","age"],"additionalProperties":false}""",
        """{"type":"object","properties":{"id":{"type":"string","format":"uuid"},"date":{"type":"string","format":"date-time"},"email":{"type":"string","format":"email"}},"required":["id"]}""",
        """{"type":"array","items":{"enum":["red","green","blue",7,null,true,{"a":[1,"x"]}]},"minItems":2,"maxItems":5}""",
        """{"type":"object","properties":{"tags":{"type":"array","items":{"type":"string","minLength":1,"maxLength":5},"uniqueItems":true,"minItems":1,"maxItems":4}},"required":["tags"]}""",
        """{"$defs":{"node":{"type":"object","properties":{"value":{"type":"number"},"children":{"type":"array","items":{"$ref":"#/$defs/node"},"maxItems":3}},"required":["value"],"additionalProperties":false}},"$ref":"#/$defs/node"}""",
        """{"anyOf":[{"type":"object","properties":{"kind":{"const":"a"},"value":{"type":"integer"}},"required":["kind","value"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"b"},"value":{"type":"string"}},"required":["kind","value"],"additionalProperties":false}]}""",
        """{"oneOf":[{"type":"number","multipleOf":3},{"type":"number","multipleOf":5},{"type":"string","pattern":"^[a-c]{2,4}$"}]}""",
        """{"type":"number","exclusiveMinimum":-12.5,"maximum":99.75}""",
        """{"type":"number","multipleOf":0.25,"minimum":1}""",
        """{"type":"object","patternProperties":{"^x-":{"type":"integer"},"^y":{"type":"boolean"}},"additionalProperties":{"type":"null"},"minProperties":2,"maxProperties":4}""",
        """{"type":"object","propertyNames":{"pattern":"^[a-z]{1,3}$"},"additionalProperties":{"type":["string","null"]},"minProperties":1}""",
        """{"allOf":[{"properties":{"a":{"type":"string"}},"required":["a"]},{"properties":{"a":{"maxLength":3},"b":{"type":"integer"}},"required":["b"]}],"type":"object"}""",
        """{"type":"object","properties":{"street":{"type":"string"},"city":{"type":"string"},"zip":{"type":"string","pattern":"^\\d{5}(-\\d{4})?$"}},"required":["street","zip"],"dependentRequired":{"city":["street"]}}""",
        """{"if":{"properties":{"type":{"const":"x"}},"required":["type"]},"then":{"required":["value"],"properties":{"value":{"type":"integer"}}},"else":{"required":["name"]},"type":"object"}""",
        """{"type":"array","prefixItems":[{"type":"string"},{"type":"integer"}],"items":{"type":"boolean"},"minItems":2}""",
        """{"type":"array","contains":{"type":"integer","minimum":5},"minContains":2,"maxContains":3,"items":{"type":["integer","string"]},"maxItems":6}""",
        """{"type":"string","minLength":3,"maxLength":3}""",
        """{"type":"string","pattern":"(foo|ba[rz])+$"}""",
        """{"not":{"type":["object","array","string"]}}""",
        """{"type":"object","properties":{"q":{"type":["string","null"]},"n":{"anyOf":[{"type":"integer"},{"type":"null"}]}},"required":["q","n"],"additionalProperties":false}""",
        """{"type":"object","allOf":[{"properties":{"a":{"type":"integer"}}}],"properties":{"b":{"type":"boolean"}},"unevaluatedProperties":false}""",
        """{"type":"array","contains":{"const":"a\"é"}}""",
        """{"type":"array","items":{"type":"string"},"uniqueItems":true}""",
        """{"type":"array","contains":{"type":"object","minProperties":2},"maxItems":40}""",
        """{"enum":["é","日本","a\"b","\n\u0001"]}""",
        .. Formats.Select(format => $$"""{"type":"string","format":"{{format}}"}"""),
        "true",
    ];

    private static string[] Formats =>
    [
        "date", "time", "date-time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6", "uri", "iri", "uri-reference",
        "iri-reference", "uri-template", "uuid", "json-pointer", "relative-json-pointer", "regex",
    ];
}
