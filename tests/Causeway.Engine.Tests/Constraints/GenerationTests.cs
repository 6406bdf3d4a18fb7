using System.Text;
using System.Text.Json;
using Causeway.Engine.Constraints;
using Causeway.Wire.Schemas;

namespace Causeway.Engine.Tests.Constraints;

/// <summary>Texts drawn at random under a constraint.</summary>
public sealed class GenerationTests
{
    private const int MaxTokens = 300;

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
                var text = Draw(plan, random);
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
            var text = Encoding.UTF8.GetString(Draw(plan, random));
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

    // Ends when it may with one chance in three, so that texts are neither all short nor all closed for want of tokens.
    private static byte[] Draw(ConstraintPlan plan, Random random)
    {
        var constraint = plan.Start();
        var text = new List<byte>();
        var mask = new ulong[(Vocabularies.Words.Size + 63) / 64];
        for (var left = MaxTokens; ;)
        {
            constraint.FillMask(mask);
            var allowed = Allowed(mask);
            Assert.True(allowed.Count > 0, $"nothing may follow {Encoding.UTF8.GetString([.. text])}");
            if (allowed.Contains(Vocabularies.End) && (allowed.Count == 1 || random.Next(3) == 0)) break;
            var token = allowed[random.Next(allowed.Count)];
            if (token == Vocabularies.End) break;
            Assert.True(left > 0, $"it is not finished in time: {Encoding.UTF8.GetString([.. text])}");
            if (!constraint.Accept(token, left - 1)) continue;
            left--;
            text.AddRange(Vocabularies.Words.BytesOf(token));
        }
        Assert.True(constraint.MayEnd);
        return [.. text];
    }

    private static List<int> Allowed(ulong[] mask)
    {
        var allowed = new List<int>();
        for (var token = 0; token < Vocabularies.Words.Size; token++)
            if ((mask[token >> 6] >> token & 1) == 1) allowed.Add(token);
        return allowed;
    }
}
