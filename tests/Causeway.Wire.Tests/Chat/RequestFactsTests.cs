using System.Text;
using System.Text.Json;
using Causeway.Wire.Chat;
using CsCheck;

namespace Causeway.Wire.Tests.Chat;

public sealed class RequestFactsTests
{
    [Fact]
    public void Identities_and_metadata_are_read_wherever_they_stand()
    {
        var facts = Read("""{"metadata":{"tier":"gold","n":4,"team":"a\u0062"},"model":"m","prompt_cache_key":"c","messages":[],"safety_identifier":"s"}""");

        Assert.Equal(("c", "s"), (facts.PromptCacheKey, facts.SafetyIdentifier));
        Assert.Equal([new("tier", "gold"), new("team", "ab")], facts.Metadata);
    }

    [Theory]
    [InlineData("""{"model":"m","prompt_cache_key":4,"metadata":[1],"tools":{},"functions":7,"tool_choice":{},"safety_identifier":"","messages":"hi"}""")]
    [InlineData("""{"model":"m"}""")]
    [InlineData("""{"model":"m","messages":[1,[],null,{"role":3,"content":{"a":[]}},{"content":"x"}],"tools":[],"metadata":null}""")]
    public void Members_of_another_type_count_as_absent(string body)
    {
        var facts = Read(body);

        Assert.Equal((null, null, null, false, false, CodeSign.None), (facts.PromptCacheKey, facts.SafetyIdentifier, facts.Opening, facts.OffersTools, facts.HasToolMessages, facts.CodeSign));
        Assert.Empty(facts.Metadata);
    }

    [Theory]
    [InlineData("\"tools\":[{}]", "", true, false)]
    [InlineData("\"functions\":[{}]", "", true, false)]
    [InlineData("\"tools\":[{}],\"tool_choice\":\"none\"", "", false, false)]
    [InlineData("\"tools\":[{}],\"tool_choice\":\"auto\"", "", true, false)]
    [InlineData("\"n\":1", ",{\"content\":\"4\",\"role\":\"tool\"}", false, true)]
    [InlineData("\"n\":1", ",{\"role\":\"function\",\"content\":\"4\"}", false, true)]
    [InlineData("\"n\":1", ",{\"role\":\"assistant\",\"tool_calls\":[{}]}", false, true)]
    [InlineData("\"n\":1", ",{\"role\":\"assistant\",\"tool_calls\":null,\"content\":\"x\"}", false, false)]
    public void Tools_are_seen_as_offers_and_as_use(string member, string message, bool offers, bool uses)
    {
        var facts = Read($$"""{"model":"m",{{member}},"messages":[{"role":"user","content":"hi"}{{message}}]}""");

        Assert.Equal((offers, uses), (facts.OffersTools, facts.HasToolMessages));
    }

    [Theory]
    [InlineData("```python\nx\n```", CodeSign.Fence)]
    [InlineData("see\ndiff --git a/x b/x", CodeSign.Diff)]
    [InlineData("patch:\n@@ -1,2 +1,2 @@", CodeSign.Diff)]
    [InlineData("+++ b/file", CodeSign.Diff)]
    [InlineData("<file path=\"a.cs\">", CodeSign.File)]
    [InlineData("#!/bin/sh\necho", CodeSign.File)]
    [InlineData("it says\nTraceback (most recent call last):", CodeSign.Trace)]
    [InlineData("1 +++ 2, user@@ -x, and `one` backtick", CodeSign.None)]
    [InlineData("", CodeSign.None)]
    public void Signs_of_code_are_seen_in_every_spelling_of_json(string text, CodeSign sign)
    {
        var escaped = string.Concat(text.Select(c => $"\\u{(int)c:x4}"));

        Assert.Equal(sign, Read($$"""{"model":"m","messages":[{"role":"user","content":{{Quoted(text)}}}]}""").CodeSign);
        Assert.Equal(sign, Read($$"""{"model":"m","messages":[{"content":"{{escaped}}","role":"user"}]}""").CodeSign);
        Assert.Equal(sign, Read($$"""{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":{{Quoted(text)}}}]}]}""").CodeSign);
    }

    [Fact]
    public void What_the_assistant_wrote_is_no_sign() =>
        Assert.Equal(CodeSign.None, Read("""{"model":"m","messages":[{"role":"system","content":"```"},{"role":"user","content":"hi"},{"role":"assistant","content":"```"}]}""").CodeSign);

    [Fact]
    public void The_opening_is_the_same_in_every_turn_and_another_in_another_conversation()
    {
        const string System = """{"role":"system","content":"Be kind."},""";
        var first = Read($$"""{"model":"m","messages":[{{System}}{"role":"user","content":"Hello"}]}""").Opening;
        var later = Read($$"""{"messages":[{{System}}{"content":"Hello","role":"user"},{"role":"assistant","content":"Hi"},{"role":"user","content":"More"}],"model":"m"}""").Opening;
        var other = Read($$"""{"model":"m","messages":[{{System}}{"role":"user","content":"Hallo"}]}""").Opening;
        var kinder = Read("""{"model":"m","messages":[{"role":"system","content":"Be kinder."},{"role":"user","content":"Hello"}]}""").Opening;

        Assert.NotNull(first);
        Assert.Equal(first, later);
        Assert.Equal(3, new[] { first, other, kinder }.Distinct().Count());
        Assert.Null(Read("""{"model":"m","messages":[{"role":"system","content":"x"}]}""").Opening);
    }

    [Fact]
    public void Every_body_that_the_envelope_accepts_is_read() => RandomJson.Objects.Sample(wild =>
    {
        var renamed = wild.Replace("\"a\"", "\"content\"", StringComparison.Ordinal).Replace("\"b\"", "\"role\"", StringComparison.Ordinal);
        var bytes = Encoding.UTF8.GetBytes($$"""{"model":"m","messages":[{{renamed}},{{wild}}],"metadata":{{wild}},"tools":{{wild}},"tool_choice":{{wild}}}""");
        return !ChatEnvelope.TryRead(bytes, out _, out _) || RequestFacts.Read(bytes).Metadata.Count <= RequestFacts.MaxMetadata;
    }, iter: 2000);

    [Fact]
    public void Looking_ends_at_its_bound_even_inside_an_escape() => Gen.Int[0, 12].Sample(shift =>
    {
        var content = new string('x', RequestFacts.MaxLooked - 1 - shift) + "\\ud83d\\ude00\\u0060\\u0060\\u0060 ```";
        return Read($$"""{"model":"m","messages":[{"role":"user","content":"{{content}}"}]}""").CodeSign == CodeSign.None;
    }, iter: 50);

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private static RequestFacts Read(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        Assert.True(ChatEnvelope.TryRead(bytes, out _, out var error), error?.Message);
        return RequestFacts.Read(bytes);
    }
}
