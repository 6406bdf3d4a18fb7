using System.Text;
using Causeway.Wire.Dialects;

namespace Causeway.Wire.Tests.Dialects;

/// <summary>The tools that the tests' requests offer.</summary>
internal static class Tools
{
    public const string Json =
        """
        [{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{
            "city":{"type":"string"},"days":{"type":"integer"},"metric":{"type":"boolean"},"limit":{"type":"number"},
            "tags":{"type":"array","items":{"type":"string"}},"opts":{"$ref":"#/$defs/Opts"},"note":{"type":["string","null"]},
            "maybe":{"anyOf":[{"type":"integer"},{"type":"null"}]},"unit":{"enum":["c","f"]},"level":{"enum":[1,2,3]},
            "any":{},"either":{"anyOf":[{"type":"string"},{"type":"integer"}]}},
            "$defs":{"Opts":{"type":"object","properties":{"a":{"type":"integer"}}}}}}},
         {"type":"function","function":{"name":"write_file","parameters":{"type":"object","properties":{
            "path":{"type":"string"},"content":{"type":"string"}},"required":["path","content"]}}},
         {"type":"function","function":{"name":"ping","parameters":{"type":"object","properties":{}}}},
         {"type":"function","function":{"name":"get","description":"a prefix of another name"}}]
        """;

    public static ToolTable Table { get; } = ToolTable.Read(Encoding.UTF8.GetBytes(Json));
}
