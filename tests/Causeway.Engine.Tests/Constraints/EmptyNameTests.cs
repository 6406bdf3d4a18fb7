using System.Text;
using System.Text.Json;
using Causeway.Engine.Constraints;

namespace Causeway.Engine.Tests.Constraints;

/// <summary>A member's name may be empty, and sometimes nothing else.</summary>
public sealed class EmptyNameTests
{
    [Theory]
    [InlineData("""{"type":"object","patternProperties":{"a|é":false,"[^a]":false}}""")]
    [InlineData("""{"type":"object","patternProperties":{"a|é":{"type":"string","const":"abc","maxLength":2},"[^a]":{"type":"integer","oneOf":[{"type":"string"},{"type":"object"}]}}}""")]
    [InlineData("""{"type":"object","patternProperties":{"[\\s\\S]":false}}""")]
    [InlineData("""{"type":["string","object"],"patternProperties":{"[\\s\\S]":false}}""")]
    [InlineData("""{"type":"object","patternProperties":{"[\\s\\S]":{"type":"string","const":"abc","maxLength":2}}}""")]
    public void An_object_whose_only_possible_name_is_empty_has_one_member(string schema)
    {
        using var document = JsonDocument.Parse(schema);
        foreach (var keepsOrder in (bool[])[true, false])
        {
            var constraint = new ConstraintPlan(Grammar.Json(document.RootElement, new ConstraintOptions { KeepsOrder = keepsOrder }), Vocabularies.Words).Start();
            var mask = new ulong[(Vocabularies.Words.Size + 63) / 64];
            foreach (var letter in Encoding.UTF8.GetBytes("""{"":1}"""))
            {
                constraint.FillMask(mask);
                Assert.True(IsAllowed(mask, letter), $"{(char)letter} is masked");
                if (letter == '}') Assert.False(IsAllowed(mask, ','), "another member may follow");
                Assert.True(constraint.TryAccept(letter));
            }
            Assert.True(constraint.MayEnd);
        }
    }

    private static bool IsAllowed(ulong[] mask, int token) => (mask[token >> 6] >> token & 1) == 1;
}
