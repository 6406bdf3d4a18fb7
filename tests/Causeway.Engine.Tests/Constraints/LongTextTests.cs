using System.Text.Json;
using Causeway.Engine.Constraints;

namespace Causeway.Engine.Tests.Constraints;

/// <summary>A schema with texts as long as a request may be is kept or refused, and the process lives on.</summary>
public sealed class LongTextTests
{
    private const int Length = 300_000;

    private static readonly Dictionary<string, string> _schemas = new()
    {
        ["one text"] = """{"const":"LONG"}""",
        ["texts that begin alike"] = """{"enum":["LONG","LONGb","LONGc"]}""",
        ["texts that begin each other"] = $$"""{"enum":[{{string.Join(',', Enumerable.Range(0, 2_000).Select(i => '"' + new string('a', i) + '"'))}}]}""",
        ["a name"] = """{"properties":{"LONG":{"type":"null"}},"required":["LONG"],"additionalProperties":false}""",
        ["two names"] = """{"properties":{"LONG":{"type":"null"},"LONGb":{"type":"null"}},"additionalProperties":{"type":"boolean"}}""",
        ["a pattern"] = """{"type":"string","pattern":"^LONG$"}""",
        ["a pattern within another text"] = """{"type":"string","pattern":"LONG"}""",
        ["a pattern beside a text"] = """{"type":"string","pattern":"^(LONG|b)LONG$","enum":["LONG","LONGLONG"]}""",
        ["groups in groups"] = $$"""{"type":"string","pattern":"{{new string('(', 20_000)}}a{{new string(')', 20_000)}}"}""",
        ["characters that may be left out"] = $$"""{"type":"string","pattern":"^{{string.Concat(Enumerable.Repeat("a?", 30_000))}}$"}""",
        ["alternatives"] = $$"""{"type":"string","pattern":"^({{string.Join('|', Enumerable.Range(0, 50_000).Select(i => $"a{i}"))}})$"}""",
        ["many texts"] = $$"""{"enum":[{{string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"\"a{i}\""))}}]}""",
        ["many first items"] = $$"""{"type":"array","prefixItems":[{{string.Join(',', Enumerable.Range(0, 150_000).Select(i => "true"))}}],"minItems":150000}""",
        ["many first items of which some count"] = $$"""{"type":"array","prefixItems":[{{string.Join(',', Enumerable.Range(0, 150_000).Select(i => "true"))}}],"minItems":150000,"contains":{"type":"null"},"minContains":7}""",
        ["references in a row"] = $$"""{"$ref":"#/$defs/a0","$defs":{ {{string.Join(',', Enumerable.Range(0, 90_000).Select(i => $"\"a{i}\":{{\"$ref\":\"#/$defs/a{i + 1}\"}}"))}},"a90000":{"type":"null"} } }""",
        ["a text that is excluded"] = """{"type":"string","not":{"const":"LONG"}}""",
    };

    public static TheoryData<string> Schemas => [.. _schemas.Keys];

    [Theory, MemberData(nameof(Schemas))]
    public void Long_texts_are_kept_or_refused(string what)
    {
        using var document = JsonDocument.Parse(_schemas[what].Replace("LONG", new string('a', Length), StringComparison.Ordinal));
        try
        {
            var constraint = new ConstraintPlan(Grammar.Json(document.RootElement), Vocabularies.Bytes).Start();
            var mask = new ulong[(Vocabularies.Bytes.Size + 63) / 64];
            for (var i = 0; i < 20; i++)
            {
                constraint.FillMask(mask);
                if (!constraint.TryAccept(i == 0 ? '"' : 'a')) break;
            }
        }
        catch (ConstraintException refusal)
        {
            Assert.True(refusal.Message.Length < 1_000);
        }
    }
}
