using System.Text;
using System.Text.Json;
using Causeway.Wire.Schemas;
using CsCheck;

namespace Causeway.Gateway.Tests.Rehearsal;

/// <summary>Structured outputs: whatever the schema, the answer is valid by it.</summary>
public sealed class InstanceTests : IDisposable
{
    private static readonly string[] Leaves =
    [
        """{"type":"string"}""", """{"type":"boolean"}""", """{"type":"null"}""", """{"type":["string","null"]}""", "{}", "true",
        """{"enum":["a","b",3,null,{"x":[1]}]}""", """{"const":{"k":"v"}}""", """{"type":"string","enum":["x","y"]}""",
        """{"type":"integer"}""", """{"type":"number"}""", """{"type":["integer","string"],"minimum":3}""",
        """{"type":"string","format":"date-time"}""", """{"type":"string","format":"date"}""", """{"type":"string","format":"time"}""",
        """{"type":"string","format":"uuid"}""", """{"type":"string","format":"email"}""", """{"type":"string","format":"uri"}""",
        """{"type":"string","format":"hostname"}""", """{"type":"string","format":"ipv4"}""", """{"type":"string","format":"ipv6"}""",
        """{"type":"string","format":"duration"}""",
        """{"type":"string","pattern":"^[A-Z]{2}-\\d{3,5}$"}""", """{"type":"string","pattern":"^(foo|ba[rz])+\\.txt$"}""",
        """{"type":"string","pattern":"^@[a-zA-Z0-9_]+$","minLength":9}""", """{"type":"string","pattern":"^[^aeiou]{4}$"}""",
        """{"type":"string","pattern":"^(?:\\+?1[ -]?)?\\(?([0-9]{3})\\)?$"}""", """{"type":"string","pattern":"\\w+@\\w+\\.[a-z]{2,}"}""",
        """{"type":"array","items":{"type":"boolean"},"uniqueItems":true,"minItems":2,"maxItems":2}""",
        """{"type":"array","items":{"enum":[1,2,3,4]},"uniqueItems":true,"minItems":4}""",
        """{"type":"array","prefixItems":[{"type":"string"},{"type":"integer"}],"items":false,"minItems":2}""",
        """{"$ref":"#/$defs/node"}""", """{"$ref":"#/$defs/expr"}""", """{"$ref":"#/$defs/leaf"}""",
    ];

    private const string Definitions = """
        {"leaf":{"type":"string","maxLength":5},
        "node":{"type":"object","properties":{"value":{"type":"integer"},"next":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]},
        "children":{"type":"array","items":{"$ref":"#/$defs/node"}}},"required":["value","next","children"],"additionalProperties":false},
        "expr":{"oneOf":[{"type":"number"},{"type":"object","properties":{"left":{"$ref":"#/$defs/expr"},"right":{"$ref":"#/$defs/expr"}},
        "required":["left","right"],"additionalProperties":false}]}}
        """;

    private static readonly Gen<string> Numbers =
        Gen.Select(Gen.Int[-500, 500], Gen.Int[1, 40], OneOf("1", "5", "0.5", "0.01", "7"), Gen.Int[0, 5]).Select(static (low, room, step, form) => form switch
        {
            0 => $$"""{"type":"integer","minimum":{{low}},"maximum":{{low + room}}}""",
            1 => $$"""{"type":"number","exclusiveMinimum":{{low}},"exclusiveMaximum":{{low + room}}}""",
            2 => $$"""{"type":"number","minimum":{{low}},"multipleOf":{{step}}}""",
            3 => $$"""{"type":"integer","exclusiveMinimum":{{low}},"multipleOf":{{step}}}""",
            4 => $$"""{"type":"number","maximum":{{low}}}""",
            _ => $$"""{"type":"integer","maximum":{{low}},"minimum":{{low}}}""",
        });

    private static readonly Gen<string> Lengths = Gen.Select(Gen.Int[0, 30], Gen.Int[0, 10])
        .Select(static (least, room) => $$"""{"type":"string","minLength":{{least}},"maxLength":{{least + room}}}""");

    private static readonly JsonSchemaOptions _formats = new() { AssertFormats = true };

    private readonly Stage _stage = new();

    [Fact]
    public Task Any_schema_is_answered_with_a_valid_instance() =>
        Gen.Select(Schema(3), Gen.Int[0, 1000]).SampleAsync(async (schema, seed) => await AssertValidAsync(Root(schema), seed), iter: 1500);

    [Fact]
    public async Task Every_leaf_is_answered_with_a_valid_instance_under_many_seeds()
    {
        foreach (var leaf in Leaves)
            for (var seed = 0; seed < 25; seed++) await AssertValidAsync(Root(leaf), seed);
    }

    [Fact]
    public async Task Recursion_ends_also_when_the_recursive_branch_comes_first()
    {
        const string tree = """
            {"type":"object","properties":{"ui":{"$ref":"#/$defs/ui"}},"required":["ui"],"additionalProperties":false,
            "$defs":{"ui":{"type":"object","properties":{"kind":{"enum":["div","button"]},"children":{"type":"array","minItems":1,"items":
            {"anyOf":[{"$ref":"#/$defs/ui"},{"$ref":"#/$defs/text"}]}}},"required":["kind","children"],"additionalProperties":false},
            "text":{"type":"object","properties":{"text":{"type":"string"}},"required":["text"],"additionalProperties":false}}}
            """;
        for (var seed = 0; seed < 50; seed++)
            await AssertValidAsync(tree, seed);
    }

    [Fact]
    public async Task All_of_is_merged_and_unknown_properties_are_filled()
    {
        await AssertValidAsync("""
            {"allOf":[{"type":"object","properties":{"a":{"type":"integer","minimum":3}},"required":["a"]},
            {"properties":{"a":{"maximum":4},"b":{"const":1}},"required":["b","c"]}],"additionalProperties":{"type":"boolean"},"minProperties":5}
            """, 1, oracleKnowsAll: false);
    }

    [Fact]
    public async Task Strict_writes_every_property_and_loose_only_the_required_ones()
    {
        const string schema = """{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["a"]}""";
        Assert.False((await InstanceAsync(schema, 0, false)).TryGetProperty("b", out _));
        const string strict = """{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["a","b"],"additionalProperties":false}""";
        Assert.True((await InstanceAsync(strict, 0, true)).TryGetProperty("b", out _));
    }

    [Fact]
    public async Task Enumerations_and_switches_vary_with_the_seed()
    {
        const string schema = """{"type":"object","properties":{"e":{"enum":["a","b","c"]},"f":{"type":"boolean"}},"required":["e","f"]}""";
        var seen = new HashSet<string>();
        for (var seed = 0; seed < 60; seed++)
            seen.Add((await InstanceAsync(schema, seed, false)).GetRawText());
        Assert.Equal(6, seen.Count);
    }

    [Theory]
    [InlineData("""{"$ref":"#"}""")]
    [InlineData("""{"$ref":"#/nowhere"}""")]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]}""")]
    [InlineData("""{"type":"array","items":{"$ref":"#"},"minItems":9}""")]
    [InlineData("""{"type":"array","items":{"type":"array","items":{"type":"array","minItems":1e9},"minItems":1e9},"minItems":1e300}""")]
    [InlineData("""{"type":"string","pattern":"(?=x)y((((","minLength":1e9}""")]
    [InlineData("""{"type":"string","pattern":"^(((a{999999}){999999}){999999})$"}""")]
    [InlineData("""{"type":"number","minimum":1e300,"maximum":-1e300,"multipleOf":1e-300}""")]
    [InlineData("""{"type":"integer","multipleOf":0.3,"minimum":0.1,"maximum":0.2}""")]
    [InlineData("""{"type":5,"enum":7,"required":"x","properties":[],"items":3,"anyOf":{},"pattern":1,"minItems":"a"}""")]
    [InlineData("""{"type":[],"enum":[]}""")]
    public async Task Impossible_and_hostile_schemas_come_to_an_end(string schema) => Assert.Equal(200, (await SendAsync(schema, 0, false)).Status);

    public void Dispose() => _stage.Dispose();

    private static Gen<string> OneOf(params string[] constants) => Gen.Int[0, constants.Length - 1].Select(index => constants[index]);

    private static Gen<string> Schema(int depth)
    {
        var leaf = Gen.Frequency((4, OneOf(Leaves)), (2, Numbers), (1, Lengths));
        if (depth == 0) return leaf;
        var inner = Schema(depth - 1);
        return Gen.Frequency((3, leaf), (3, Objects(inner)), (2, Arrays(inner)), (1, Branches(inner)));
    }

    private static Gen<string> Objects(Gen<string> inner) => Gen.Select(inner.Array[1, 4], Gen.Int[0, 15]).Select(static (schemas, mask) =>
    {
        var properties = string.Join(',', schemas.Select(static (schema, index) => $"\"p{index}\":{schema}"));
        var required = string.Join(',', Enumerable.Range(0, schemas.Length).Where(index => (mask & (1 << index)) != 0).Select(static index => $"\"p{index}\""));
        return $$"""{"type":"object","properties":{{{properties}}},"required":[{{required}}],"additionalProperties":false}""";
    });

    private static Gen<string> Arrays(Gen<string> inner) => Gen.Select(inner, Gen.Int[0, 3], Gen.Int[0, 3])
        .Select(static (items, least, room) => $$"""{"type":"array","items":{{items}},"minItems":{{least}},"maxItems":{{least + room}}}""");

    private static Gen<string> Branches(Gen<string> inner) => Gen.Select(inner, inner, Gen.Bool).Select(static (left, right, tagged) => tagged
        ? $$"""
        {"oneOf":[{"type":"object","properties":{"kind":{"const":"l"},"x":{{left}}},"required":["kind","x"]},
        {"type":"object","properties":{"kind":{"const":"r"},"x":{{right}}},"required":["kind"]}]}
        """
        : $$"""{"anyOf":[{{left}},{{right}}]}""");

    private static string Root(string schema) =>
        $$"""{"type":"object","properties":{"value":{{schema}}},"required":["value"],"additionalProperties":false,"$defs":{{Definitions}}}""";

    private async Task AssertValidAsync(string schema, int seed, bool oracleKnowsAll = true)
    {
        var instance = await InstanceAsync(schema, seed, false);
        var offence = SchemaOracle.Offence(Stage.Parse(schema), Stage.Parse(schema), instance);
        // The oracle takes additionalProperties beside allOf literally: properties of the branches count as additional there.
        Assert.True(offence is null || (!oracleKnowsAll && offence.StartsWith("additionalProperties", StringComparison.Ordinal)), offence);
        if (!oracleKnowsAll) return;
        // The validator that holds the answers of real models against their schemas must not turn away a right one.
        Assert.True(JsonSchema.TryCompile(Encoding.UTF8.GetBytes(schema), _formats, out var compiled, out var problem), problem?.ToString());
        var judged = compiled.Validate(Encoding.UTF8.GetBytes(instance.GetRawText()));
        Assert.True(judged.IsValid, $"{schema}\n{instance}\n{string.Join('\n', judged.Errors)}");
    }

    private async Task<JsonElement> InstanceAsync(string schema, int seed, bool strict)
    {
        var (status, text) = await SendAsync(schema, seed, strict);
        Assert.True(status == 200, text);
        return Stage.Parse(Stage.Content(Stage.Parse(text)));
    }

    private async Task<(int Status, string Text)> SendAsync(string schema, int seed, bool strict)
    {
        var format = $$$"""
            "seed":{{{seed}}},"response_format":{"type":"json_schema","json_schema":{"name":"n","strict":{{{(strict ? "true" : "false")}}},"schema":{{{schema}}}}}
            """;
        using var reply = await _stage.SendAsync(Stage.Request("Hi", format));
        return (reply.Status, await Stage.TextAsync(reply));
    }
}
