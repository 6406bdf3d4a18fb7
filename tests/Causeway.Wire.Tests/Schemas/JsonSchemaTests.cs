using System.Globalization;
using System.Text;
using Causeway.Wire.Schemas;
using CsCheck;

namespace Causeway.Wire.Tests.Schemas;

/// <summary>What the official suite does not ask: paths, messages, bounds, strictness.</summary>
public sealed class JsonSchemaTests
{
    [Theory]
    [InlineData("""{"properties":{"a/b":{"items":{"type":"integer"}}}}""", """{"a/b":[1,"x"]}""", "/a~1b/1", "/properties/a~1b/items/type")]
    [InlineData("""{"$defs":{"age":{"minimum":0}},"properties":{"age":{"$ref":"#/$defs/age"}}}""", """{"age":-1}""", "/age", "/$defs/age/minimum")]
    [InlineData("""{"required":["q"]}""", "{}", "", "/required")]
    [InlineData("""{"additionalProperties":false}""", """{"x":1}""", "/x", "/additionalProperties")]
    [InlineData("""{"$ref":"https://json-schema.org/draft/2020-12/schema"}""", """{"minLength":-1}""", "/minLength",
        "https://json-schema.org/draft/2020-12/meta/validation#/$defs/nonNegativeInteger/minimum")]
    public void An_error_says_where_in_the_instance_and_where_in_the_schema(string schema, string instance, string at, string keyword)
    {
        var error = Assert.Single(Validate(schema, instance).Errors);
        Assert.Equal((at, keyword), (error.InstancePath, error.SchemaPath));
    }

    [Fact]
    public void Of_alternatives_that_all_fail_the_one_that_got_furthest_tells_why()
    {
        var outcome = Validate(
            """{"anyOf":[{"type":"null"},{"type":"object","properties":{"city":{"type":"string"}}}]}""", """{"city":7}""");
        Assert.Contains(outcome.Errors, error => error is { InstancePath: "/city", Message: "must be string, and is number" });
    }

    [Theory]
    [InlineData("""{"type":"strin"}""", "/type")]
    [InlineData("""{"type":[]}""", "/type")]
    [InlineData("""{"minLength":-1}""", "/minLength")]
    [InlineData("""{"multipleOf":0}""", "/multipleOf")]
    [InlineData("""{"properties":{"a":5}}""", "/properties/a")]
    [InlineData("""{"properties":[]}""", "/properties")]
    [InlineData("""{"items":[{}]}""", "/items")]
    [InlineData("""{"pattern":"("}""", "/pattern")]
    [InlineData("""{"pattern":"\\p{Script=Greek}"}""", "/pattern")]
    [InlineData("""{"patternProperties":{"[b-a]":{}}}""", "/patternProperties")]
    [InlineData("""{"$ref":"#/nowhere"}""", "/$ref")]
    [InlineData("""{"$ref":"#nowhere"}""", "/$ref")]
    [InlineData("""{"required":"a"}""", "/required")]
    [InlineData("""{"uniqueItems":1}""", "/uniqueItems")]
    [InlineData("""{"$defs":{"never":{"enum":5}}}""", "/$defs/never/enum")]
    [InlineData("""{"$defs":{"a":{"$anchor":"x"},"b":{"$anchor":"x"}}}""", "/$defs/b/$anchor")]
    [InlineData("""{"type":"string","type":"number"}""", "")]
    [InlineData("""{"type":"string",}""", "")]
    [InlineData("[]", "")]
    [InlineData("", "")]
    public void A_schema_with_a_mistake_is_refused_with_its_place(string schema, string place)
    {
        Assert.False(JsonSchema.TryCompile(Encoding.UTF8.GetBytes(schema), out var compiled, out var error));
        Assert.Null(compiled);
        Assert.Equal(place, error.SchemaPath);
    }

    [Theory]
    [InlineData("""{"$ref":"https://example.com/other.json"}""", "https://example.com/other.json")]
    [InlineData("""{"$ref":"other.json"}""", "other.json")]
    [InlineData("""{"$schema":"https://example.com/dialect"}""", "https://example.com/dialect")]
    public void What_is_not_here_is_never_fetched_and_named(string schema, string name)
    {
        Assert.False(JsonSchema.TryCompile(Encoding.UTF8.GetBytes(schema), out _, out var error));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("\"\\ud800\"")]
    [InlineData("1e99999999999999999999")]
    [InlineData("{} {}")]
    [InlineData("{")]
    [InlineData("")]
    public void An_instance_that_nobody_can_read_for_sure_does_not_fit_even_the_schema_true(string instance)
    {
        var outcome = Validate("true", instance);
        Assert.True(outcome is { IsValid: false, IsUnreadable: true, Errors.Count: 1 });
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_unreadable() => Assert.True(Compile("true").Validate([(byte)'"', 0xFF, (byte)'"']).IsUnreadable);

    [Theory]
    [InlineData("""{"maximum":1e400}""", "1e400", true)]
    [InlineData("""{"maximum":1e400}""", "1.0000000001e400", false)]
    [InlineData("""{"const":10000000000000000001}""", "10000000000000000001", true)]
    [InlineData("""{"const":10000000000000000001}""", "10000000000000000002", false)]
    [InlineData("""{"const":12345678901234567890}""", "1.2345678901234567890e19", true)]
    [InlineData("""{"multipleOf":0.1}""", "0.3", true)]
    [InlineData("""{"multipleOf":0.01}""", "4.35", true)]
    [InlineData("""{"multipleOf":0.01}""", "4.355", false)]
    [InlineData("""{"multipleOf":7}""", "1e1000000000", false)]
    [InlineData("""{"multipleOf":1e-1000000000}""", "3", true)]
    [InlineData("""{"type":"integer"}""", "1e2", true)]
    [InlineData("""{"type":"integer"}""", "1.50", false)]
    [InlineData("""{"minimum":-0.5}""", "-5e-1", true)]
    public void Numbers_are_exact(string schema, string instance, bool fits) => Assert.Equal(fits, Validate(schema, instance).IsValid);

    [Fact]
    public void Decimal_arithmetic_agrees_with_decimals_of_the_runtime() =>
        Gen.Select(Gen.Int[-100_000, 100_000], Gen.Int[0, 5], Gen.Int[1, 5_000], Gen.Int[0, 5]).Sample((digits, places, step, stepPlaces) =>
        {
            var value = digits / (decimal)Math.Pow(10, places);
            var divisor = step / (decimal)Math.Pow(10, stepPlaces);
            var instance = value.ToString(CultureInfo.InvariantCulture);
            var bound = divisor.ToString(CultureInfo.InvariantCulture);
            return Validate($$"""{"multipleOf":{{bound}}}""", instance).IsValid == (value % divisor == 0)
                && Validate($$"""{"maximum":{{bound}}}""", instance).IsValid == value <= divisor
                && Validate($$"""{"exclusiveMinimum":{{bound}}}""", instance).IsValid == value > divisor;
        });

    [Theory]
    [InlineData("""{"$ref":"#"}""")]
    [InlineData("""{"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}},"$ref":"#/$defs/a"}""")]
    [InlineData("""{"not":{"$ref":"#"}}""")]
    public void A_schema_that_refers_to_itself_without_end_proves_nothing_and_says_so(string schema)
    {
        var outcome = Validate(schema, "{}");
        Assert.True(outcome is { IsValid: false, IsExhausted: true, Errors.Count: 1 });
    }

    [Fact]
    public void A_schema_that_doubles_at_every_level_runs_out_of_steps()
    {
        var levels = string.Join(",", Enumerable.Range(1, 60).Select(i => $$"""
            "a{{i}}":{"allOf":[{"$ref":"#/$defs/a{{i - 1}}"},{"$ref":"#/$defs/a{{i - 1}}"}]}
            """));
        Assert.True(Validate($$"""{"$defs":{"a0":true,{{levels}}},"$ref":"#/$defs/a60"}""", "1").IsExhausted);
    }

    [Theory]
    [InlineData("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", false)]
    [InlineData("^(([a-z])+.)+[A-Z]([a-z])+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("^(?=(a+)+$)b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", true)]
    public void A_pattern_that_explodes_elsewhere_is_linear_or_stopped(string pattern, string text, bool stopped)
    {
        var outcome = Validate($$"""{"pattern":"{{pattern}}"}""", $"\"{text}\"");
        Assert.Equal((false, stopped), (outcome.IsValid, outcome.IsExhausted));
    }

    [Theory]
    [InlineData("((a{1000}){1000}){1000}")]
    [InlineData("(a{30000})")]
    public void A_pattern_whose_repetitions_multiply_is_refused(string pattern) =>
        Assert.False(JsonSchema.TryCompile(Encoding.UTF8.GetBytes($$"""{"pattern":"{{pattern}}"}"""), out _, out _));

    [Theory]
    [InlineData("(?:a)\\\\1")]
    [InlineData("(?i)a")]
    [InlineData("(?#x)a")]
    [InlineData("(?>a)")]
    [InlineData("a**")]
    [InlineData("\\\\Z")]
    [InlineData("[a")]
    [InlineData("\\\\u12")]
    public void A_pattern_that_ECMA_does_not_know_is_refused(string pattern) =>
        Assert.False(JsonSchema.TryCompile(Encoding.UTF8.GetBytes($$"""{"pattern":"{{pattern}}"}"""), out _, out _));

    [Theory]
    [InlineData("^[ab]{0,15000}$", "abab", true)]
    [InlineData("^[ab]{0,15000}$", "abc", false)]
    [InlineData("^[\\\\p{L}-]{2,5}$", "ä-ö", true)]
    [InlineData("^[\\\\p{L}-]{2,5}$", "a1", false)]
    [InlineData("^\\\\p{L}$", "𝒜", true)]
    public void A_pattern_too_large_for_an_automaton_is_matched_all_the_same(string pattern, string text, bool matches) =>
        Assert.Equal(matches, Validate($$"""{"pattern":"{{pattern}}"}""", $"\"{text}\"").IsValid);

    [Fact]
    public void A_class_of_all_letters_costs_no_mountain_of_memory()
    {
        var schema = """{"pattern":"^\\p{L}+$"}"""u8.ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(JsonSchema.TryCompile(schema, out _, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
    }

    [Theory]
    [InlineData("^[a-z-[b]]$", "b]", true)]
    [InlineData("^\\\\bfoo\\\\b$", "foo", true)]
    [InlineData("^(?<y>\\\\d{2})-(a)-\\\\k<y>\\\\2$", "12-a-12a", true)]
    [InlineData("^.$", "💚", true)]
    [InlineData("^[^x]$", "💚", true)]
    [InlineData("^[💚-💜]{2}$", "💚💛", true)]
    [InlineData("^\\\\p{Lu}$", "𝔸", true)]
    [InlineData("^\\\\P{Lu}$", "𝔸", false)]
    [InlineData("^a{,3}$", "a{,3}", true)]
    [InlineData("^\\\\u{1F49A}$", "💚", true)]
    public void A_pattern_means_what_ECMA_says(string pattern, string text, bool matches) =>
        Assert.Equal(matches, Validate($$"""{"pattern":"{{pattern}}"}""", $"\"{text}\"").IsValid);

    [Fact]
    public void Errors_are_as_many_as_asked_for_and_no_more()
    {
        var instance = $"[{string.Join(',', Enumerable.Repeat("1", 500))}]";
        Assert.Equal(JsonSchemaOptions.Default.MaxErrors, Validate("""{"items":{"type":"string"}}""", instance).Errors.Count);
    }

    [Fact]
    public void An_error_never_repeats_what_the_instance_holds()
    {
        var outcome = Validate("""{"properties":{"a":{"const":1},"b":{"pattern":"^x"},"c":{"format":"uuid"}}}""", """{"a":"secret","b":"secret","c":"secret"}""");
        Assert.Equal(2, outcome.Errors.Count);
        Assert.DoesNotContain(outcome.Errors, error => error.ToString().Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void A_name_of_a_megabyte_makes_no_error_of_a_megabyte()
    {
        var name = new string('n', 1_000_000);
        var error = Assert.Single(Validate("""{"additionalProperties":{"additionalProperties":false}}""", $$$"""{"{{{name}}}":{"{{{name}}}":1}}""").Errors);
        Assert.InRange(error.ToString().Length, 1, 1_000);
    }

    [Fact]
    public void Nesting_and_size_of_a_schema_are_bounded()
    {
        Assert.False(JsonSchema.TryCompile(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"not\":", 200)) + "true" + new string('}', 200)), out _, out _));
        Assert.False(JsonSchema.TryCompile(new byte[JsonSchemaOptions.Default.MaxSchemaBytes + 1], out _, out var error));
        Assert.Contains("longer than", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_schema_serves_many_threads_at_once()
    {
        var schema = Compile("""{"type":"array","items":{"type":"string","pattern":"^(a|b)*$"},"uniqueItems":true}""");
        Parallel.For(0, 2_000, i =>
        {
            var outcome = schema.Validate(Encoding.UTF8.GetBytes(i % 2 == 0 ? """["a","ab"]""" : """["a","c"]"""));
            if (outcome.IsValid != (i % 2 == 0)) throw new InvalidOperationException($"run {i}");
        });
    }

    [Fact]
    public void Schemas_of_draft_07_are_read_with_their_arrays_of_items()
    {
        const string Schema = """{"$schema":"http://json-schema.org/draft-07/schema#","items":[{"type":"string"}],"additionalItems":{"type":"number"}}""";
        Assert.True(Validate(Schema, """["a",1,2]""").IsValid);
        Assert.False(Validate(Schema, """["a","b"]""").IsValid);
    }

    [Fact]
    public void Whatever_bytes_come_neither_compiling_nor_validating_throws()
    {
        var schema = Compile("""{"type":"object","properties":{"a":{"multipleOf":0.5,"pattern":"^a"}},"unevaluatedProperties":{"uniqueItems":true}}""");
        var part = Gen.OneOf(new[] { "{", "}", "[", "]", "\"a\"", ":", ",", "1e9", "null", "\"$ref\":\"#\"", "\"type\":\"string\"", "\"\\ud83d\"", "-0.0", "\"pattern\":\"[\"" }.Select(text => Gen.Const(text)).ToArray());
        part.Array[0, 12].Sample(parts =>
        {
            var bytes = Encoding.UTF8.GetBytes(string.Concat(parts));
            if (JsonSchema.TryCompile(bytes, out var compiled, out var error)) compiled.Validate("{}"u8);
            return (compiled is null) == (error is not null) && schema.Validate(bytes) is { } outcome && outcome.IsValid == (outcome.Errors.Count == 0);
        });
    }

    private static JsonSchema Compile(string schema)
    {
        Assert.True(JsonSchema.TryCompile(Encoding.UTF8.GetBytes(schema), out var compiled, out var error), error?.ToString());
        return compiled;
    }

    private static SchemaOutcome Validate(string schema, string instance) => Compile(schema).Validate(Encoding.UTF8.GetBytes(instance));
}
