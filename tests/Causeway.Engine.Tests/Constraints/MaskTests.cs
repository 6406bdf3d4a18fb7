using System.Text.Json;
using Causeway.Engine.Constraints;
using CsCheck;

namespace Causeway.Engine.Tests.Constraints;

/// <summary>The mask is what trying every token would give.</summary>
public sealed class MaskTests
{
    private static readonly ConstraintVocabulary s_vocabulary = Vocabularies.Of(
    [
        "\"", "a", "ab", "\"a", "a\"", "\":", "\",\"", "\"a\":", "x-", "{\"", "1", "12", "1,", "}", "},", "tr", "ue", "null", "\\", "\\u00", "\\n\"", "é", "hex:c3", "hex:a9", "hex:a922",
        "<tool_call>", "</tool_call>", "<", "</", "tool_call", ">\n{", "\n", "red", "gre", "\"re", "een\"", "a\":1,\"a\":", "b\":null,\"a\"", " ", ": ", ", ", "2024-0", "-", "[", "[[", "]",
        "a a a a a a a a a a a a a a a a a a a", "a a a a a a a a a a a a a a\",\"a", "                              ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "a a a a",
    ]);

    private static readonly string[] s_counting =
    [
        """{"type":"string","pattern":"^(?:\\S+\\s+){0,39}\\S+$","maxLength":100}""",
        """{"type":"array","items":{"type":"string","pattern":"[ab]{30}"}}""",
        """{"type":"string","pattern":"^(a{2,25} ?){1,3}$","maxLength":60}""",
        """{"type":"string","pattern":"^[a ]*$","minLength":21,"maxLength":45}""",
    ];

    [Fact]
    public void The_mask_is_what_trying_every_token_gives()
    {
        var plans = Schemas.Varied.Concat(s_counting).Select(Plan).Append(Triggered()).ToArray();
        Gen.Select(Gen.Int[0, plans.Length - 1], Gen.Int).Sample(
            (index, seed) => Walk(plans[index], new Random(seed)),
            iter: 150,
            threads: 1);
    }

    private static ConstraintPlan Plan(string schema)
    {
        using var document = JsonDocument.Parse(schema);
        return new ConstraintPlan(Grammar.Json(document.RootElement), s_vocabulary);
    }

    private static ConstraintPlan Triggered() => new(
        Grammar.Sequence(
            Grammar.Optional(Grammar.Sequence(Grammar.Literal("<tool_call>a"), Grammar.Until("</tool_call>"))),
            Grammar.Triggered([("<tool_call>", Grammar.Sequence(Grammar.Literal("\n"), Grammar.JsonObject(), Grammar.Literal("\n</tool_call>")))])),
        s_vocabulary);

    private static void Walk(ConstraintPlan plan, Random random)
    {
        var constraint = plan.Start();
        var mask = new ulong[(s_vocabulary.Size + 63) / 64];
        var taken = new List<int>();
        for (var step = 0; step < 25; step++)
        {
            constraint.FillMask(mask);
            var allowed = new List<int>();
            for (var token = 0; token < s_vocabulary.Size; token++)
            {
                var tried = Replayed(plan, taken);
                var isAllowed = (mask[token >> 6] >> token & 1) == 1;
                Assert.True(isAllowed == tried.TryAccept(token), $"token {token} behind {string.Join(',', taken)}: the mask says {isAllowed}");
                if (isAllowed && token != Vocabularies.End) allowed.Add(token);
            }
            if (allowed.Count == 0) break;
            var next = allowed[random.Next(allowed.Count)];
            Assert.True(constraint.TryAccept(next));
            taken.Add(next);
        }
    }

    private static GrammarConstraint Replayed(ConstraintPlan plan, List<int> taken)
    {
        var constraint = plan.Start();
        foreach (var token in taken) Assert.True(constraint.TryAccept(token));
        return constraint;
    }
}
