using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Causeway.Engine.Constraints;
using Causeway.Wire.Schemas;
using CsCheck;

namespace Causeway.Engine.Tests.Constraints;

/// <summary>A constraint decides like the validator, whatever the schema, the value and the tokens that the text comes in.</summary>
public sealed partial class AgreementTests
{
    private static readonly ConstraintOptions s_anyOrder = new() { KeepsOrder = false, MaxDepth = 16 };
    private static readonly ConstraintOptions s_schemaOrder = new() { MaxDepth = 16 };

    private static readonly Gen<(string Schema, string[] Values, int Seed)> s_cases =
        Gen.Select(RandomSchemas.Roots(3), RandomSchemas.Values(3).Array[20], Gen.Int);

    [Fact]
    public void A_schema_decides_alike_as_a_constraint_and_as_a_validator()
    {
        var compiled = 0;
        var refused = 0;
        s_cases.Sample(
            (schema, values, seed) =>
            {
                var validator = Validator(schema);
                var plan = Compile(schema, s_anyOrder, Vocabularies.Bytes, out var problem);
                Interlocked.Increment(ref plan is null ? ref refused : ref compiled);
                if (plan is null && problem != "allows nothing") return;
                foreach (var value in plan is null ? values : values.Concat(Drawn(plan, values, seed))) AssertAlike(plan, validator, schema, value);
            },
            iter: 500,
            threads: 1);
        Assert.True(compiled > refused, $"{compiled} of {compiled + refused} schemas could be compiled");
    }

    [Fact]
    public void Any_text_that_a_constraint_can_say_in_the_order_of_the_schema_is_valid() =>
        s_cases.Sample(
            (schema, _, seed) =>
            {
                if (Compile(schema, s_schemaOrder, Vocabularies.Words, out var _) is not { } plan) return;
                var validator = Validator(schema);
                var random = new Random(seed);
                for (var i = 0; i < 5; i++)
                {
                    var text = Drawing.Draw(plan, Vocabularies.Words, random);
                    Assert.True(validator.Validate(text).IsValid, Encoding.UTF8.GetString(text));
                }
            },
            iter: 300,
            threads: 1);

    [Fact]
    public void A_text_is_decided_alike_in_whatever_tokens_it_comes() =>
        s_cases.Sample(
            (schema, values, seed) =>
            {
                var random = new Random(seed);
                var texts = values.Select((value, index) => Text(value, isSpaced: index % 2 == 0)).ToArray();
                var vocabulary = Vocabularies.Of([.. Enumerable.Range(0, 200).Select(_ => Piece(texts[random.Next(texts.Length)], random)).Distinct()]);
                if (Compile(schema, s_anyOrder, vocabulary, out var _) is not { } plan) return;
                foreach (var text in texts) AssertSplitAlike(plan, vocabulary, text, random);
            },
            iter: 200,
            threads: 1);

    private static void AssertAlike(ConstraintPlan? plan, JsonSchema validator, string schema, string value)
    {
        var isValid = validator.Validate(Encoding.UTF8.GetBytes(value)).IsValid;
        foreach (var isSpaced in (bool[])[false, true])
        {
            var isAllowed = plan is not null && Accepts(plan, Text(value, isSpaced));
            // One number has many spellings, and not all of them are written everywhere.
            if (isValid && !isAllowed && OddNumber().IsMatch(value)) continue;
            Assert.True(isAllowed == isValid, $"{schema}: {value} is {(isValid ? "valid" : "invalid")}, and the constraint {(isAllowed ? "allows" : "refuses")} it");
        }
    }

    // The token that comes next is in the mask exactly when its bytes may come.
    private static void AssertSplitAlike(ConstraintPlan plan, ConstraintVocabulary vocabulary, byte[] text, Random random)
    {
        var constraint = plan.Start();
        var mask = new ulong[(vocabulary.Size + 63) / 64];
        for (var at = 0; at < text.Length;)
        {
            constraint.FillMask(mask);
            var token = Beginning(vocabulary, text.AsSpan(at), random);
            at += vocabulary.BytesOf(token).Length;
            var bytes = plan.Start();
            var mayCome = bytes.TryAcceptBytes(text.AsSpan(0, at));
            Assert.Equal(mayCome, (mask[token >> 6] >> token & 1) == 1);
            Assert.Equal(mayCome, constraint.TryAccept(token));
            if (!mayCome) return;
            Assert.Equal(bytes.MayEnd, constraint.MayEnd);
        }
    }

    private static int Beginning(ConstraintVocabulary vocabulary, ReadOnlySpan<byte> text, Random random)
    {
        var tokens = new List<int>();
        for (var token = 0; token < vocabulary.Size; token++)
            if (vocabulary.BytesOf(token) is { Length: > 0 } bytes && text.StartsWith(bytes)) tokens.Add(token);
        return tokens[random.Next(tokens.Count)];
    }

    private static string Piece(byte[] text, Random random)
    {
        var from = random.Next(text.Length);
        return "hex:" + Convert.ToHexString(text.AsSpan(from, random.Next(1, Math.Min(9, text.Length - from + 1))));
    }

    // Texts that the constraint allows, as they are and with one part put in another's place.
    private static IEnumerable<string> Drawn(ConstraintPlan plan, string[] values, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 5; i++)
        {
            var text = Encoding.UTF8.GetString(Drawing.Draw(plan, Vocabularies.Bytes, random));
            yield return text;
            yield return Mutation.Of(text, values[random.Next(values.Length)], random);
        }
    }

    [GeneratedRegex(@"[0-9][eE]|\.[0-9]*0(?![0-9])|-0(?![.0-9])")]
    private static partial Regex OddNumber();

    private static byte[] Text(string value, bool isSpaced)
    {
        using var document = JsonDocument.Parse(value);
        return Written.As(document.RootElement, isSpaced);
    }

    private static bool Accepts(ConstraintPlan plan, byte[] text)
    {
        var constraint = plan.Start();
        return constraint.TryAcceptBytes(text) && constraint.MayEnd;
    }

    private static JsonSchema Validator(string schema)
    {
        Assert.True(JsonSchema.TryCompile(Encoding.UTF8.GetBytes(schema), out var validator, out var error), $"{schema}: {error}");
        return validator;
    }

    private static ConstraintPlan? Compile(string schema, ConstraintOptions options, ConstraintVocabulary vocabulary, out string problem)
    {
        problem = "";
        using var document = JsonDocument.Parse(schema);
        try
        {
            return new ConstraintPlan(Grammar.Json(document.RootElement, options), vocabulary);
        }
        catch (ConstraintException exception)
        {
            problem = exception.Problem;
            return null;
        }
    }
}
