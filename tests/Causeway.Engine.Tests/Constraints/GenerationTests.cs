using System.Text;
using System.Text.Json;
using Causeway.Engine.Constraints;
using Causeway.Wire.Schemas;

namespace Causeway.Engine.Tests.Constraints;

/// <summary>Texts drawn at random under a constraint.</summary>
public sealed class GenerationTests
{
    private static int Count => int.TryParse(Environment.GetEnvironmentVariable("CONSTRAINT_GENERATIONS"), out var count) ? count : 1_000;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_text_drawn_at_random_under_a_schema_is_valid(bool keepsOrder)
    {
        var options = new ConstraintOptions { KeepsOrder = keepsOrder, MaxDepth = 20 };
        var random = new Random(11);
        foreach (var (index, schema) in Schemas.Varied.Index())
        {
            using var document = JsonDocument.Parse(schema);
            var plan = new ConstraintPlan(Grammar.Json(document.RootElement, options), Vocabularies.Words);
            Assert.True(JsonSchema.TryCompile(Encoding.UTF8.GetBytes(schema), new JsonSchemaOptions { AssertFormats = true }, out var validator, out var error), error?.ToString());
            for (var i = 0; i < Count / Schemas.Varied.Length + 1; i++)
            {
                var text = Drawing.Draw(plan, Vocabularies.Words, random);
                var outcome = validator.Validate(text);
                Assert.True(outcome.IsValid, $"schema {index}: {Encoding.UTF8.GetString(text)}: {string.Join("; ", outcome.Errors)}");
            }
        }
    }

    [Fact]
    public void Forced_calls_drawn_at_random_have_the_syntax_of_their_dialect_and_arguments_of_their_schema()
    {
        var random = new Random(12);
        var tools = Schemas.Varied.Where(schema => schema.StartsWith("{\"type\":\"object\"", StringComparison.Ordinal)).ToList();
        var plan = new ConstraintPlan(Calls(tools), Vocabularies.Words);
        for (var i = 0; i < Count / 5; i++)
        {
            var text = Encoding.UTF8.GetString(Drawing.Draw(plan, Vocabularies.Words, random));
            foreach (var call in text.Split("</tool_call>")[..^1])
            {
                var json = call.TrimStart('\n')["<tool_call>\n".Length..].TrimEnd('\n');
                using var document = JsonDocument.Parse(json);
                var tool = int.Parse(document.RootElement.GetProperty("name").GetString()![1..], null);
                Assert.True(JsonSchema.TryCompile(Encoding.UTF8.GetBytes(tools[tool]), new JsonSchemaOptions { AssertFormats = true }, out var validator, out _));
                Assert.True(validator.Validate(Encoding.UTF8.GetBytes(document.RootElement.GetProperty("arguments").GetRawText())).IsValid, call);
            }
        }
    }

    private static Grammar Calls(IReadOnlyList<string> tools)
    {
        var calls = tools.Select((schema, index) =>
        {
            using var document = JsonDocument.Parse(schema);
            return Grammar.Sequence(
                Grammar.Literal($"<tool_call>\n{{\"name\": \"f{index}\", \"arguments\": "), Grammar.Json(document.RootElement), Grammar.Literal("}\n</tool_call>"));
        });
        var call = Grammar.Choice([.. calls]);
        return Grammar.Sequence(call, Grammar.Repeat(Grammar.Sequence(Grammar.Literal("\n"), call), 0, 3));
    }
}
