using System.Text;
using Causeway.Wire.Chat;
using CsCheck;

namespace Causeway.Wire.Tests.Chat;

public sealed class CompletionScanTests
{
    private const string Whole = """{"id":"c-1","object":"chat.completion","model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"Hello ä","refusal":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":1}}}""";

    [Fact]
    public void A_whole_answer_is_read()
    {
        var scan = CompletionScan.Read(Encoding.UTF8.GetBytes(Whole));
        Assert.Equal(CompletionVerdict.Ok, scan.Verdict);
        Assert.Equal(new TokenUsage(9, 3, 4, 1), scan.Usage);
        Assert.Equal(("tool_calls", 11L, false), (scan.FinishReason, scan.ContentBytes, scan.NeedsRepair));
        Assert.Equal(3, scan.EstimatedTokens);
    }

    [Theory]
    [InlineData("", CompletionVerdict.Empty)]
    [InlineData(" \r\n", CompletionVerdict.Empty)]
    [InlineData("<!doctype html><html></html>", CompletionVerdict.Html)]
    [InlineData("\n <html>", CompletionVerdict.Html)]
    [InlineData("upstream said no", CompletionVerdict.NotJson)]
    [InlineData("{\"choices\":[]", CompletionVerdict.NotJson)]
    [InlineData("{\"choices\":[]} trailing", CompletionVerdict.NotJson)]
    [InlineData("data: {\"choices\":[]}\n\n", CompletionVerdict.NotJson)]
    [InlineData("null", CompletionVerdict.NotAnObject)]
    [InlineData("[]", CompletionVerdict.NotAnObject)]
    [InlineData("\"x\"", CompletionVerdict.NotAnObject)]
    [InlineData("{}", CompletionVerdict.EmptyObject)]
    [InlineData("{\"id\":\"x\"}", CompletionVerdict.NoChoices)]
    [InlineData("{\"choices\":null}", CompletionVerdict.NoChoices)]
    [InlineData("{\"choices\":{}}", CompletionVerdict.NoChoices)]
    [InlineData("{\"error\":{\"message\":\"m\"}}", CompletionVerdict.Error)]
    [InlineData("{\"choices\":[],\"error\":\"m\"}", CompletionVerdict.Error)]
    [InlineData("{\"choices\":[],\"error\":null}", CompletionVerdict.Ok)]
    [InlineData("{\"choices\":[]}", CompletionVerdict.Ok)]
    public void What_is_no_completion_is_named(string body, CompletionVerdict expected) =>
        Assert.Equal(expected, CompletionScan.Read(Encoding.UTF8.GetBytes(body)).Verdict);

    [Fact]
    public void Bytes_that_are_not_utf8_are_named() =>
        Assert.Equal(CompletionVerdict.InvalidUtf8, CompletionScan.Read([.. "{\"choices\":[\""u8, 0xFF, .. "\"]}"u8]).Verdict);

    [Fact]
    public void An_answer_cut_at_any_byte_is_no_completion()
    {
        var body = Encoding.UTF8.GetBytes(Whole);
        for (var length = 0; length < body.Length; length++)
            Assert.NotEqual(CompletionVerdict.Ok, CompletionScan.Read(body.AsSpan(0, length)).Verdict);
    }

    [Fact]
    public void Nesting_without_end_is_not_json() =>
        Assert.Equal(CompletionVerdict.NotJson, CompletionScan.Read(Encoding.UTF8.GetBytes("{\"choices\":" + new string('[', 100_000))).Verdict);

    [Fact]
    public void Nothing_makes_it_throw() => Gen.Byte.Array.Sample(body => { CompletionScan.Read(body); });
}
