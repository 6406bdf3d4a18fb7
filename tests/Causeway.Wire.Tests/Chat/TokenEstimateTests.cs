using System.Text;
using Causeway.Wire.Chat;
using CsCheck;

namespace Causeway.Wire.Tests.Chat;

public sealed class TokenEstimateTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("a", 1)]
    [InlineData("abcd", 1)]
    [InlineData("abcde", 2)]
    [InlineData("日本語", 3)]
    [InlineData("привет", 3)]
    [InlineData("😀", 2)]
    public void Text_is_counted_by_its_characters(string text, long tokens) => Assert.Equal(tokens, TokenEstimate.Of(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Text_in_pieces_counts_as_the_whole() => Gen.Select(Gen.String, Gen.Int[0, 100]).Sample((text, cut) =>
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        cut = Math.Min(cut, utf8.Length);
        var estimate = default(TokenEstimate);
        estimate.Add(utf8.AsSpan(0, cut));
        estimate.Add(utf8.AsSpan(cut));
        Assert.Equal(TokenEstimate.Of(utf8), estimate.Tokens);
    });

    [Fact]
    public void An_escape_counts_as_what_it_stands_for()
    {
        var escaped = default(TokenEstimate);
        escaped.AddJson("""\u65e5\u672c\u8a9e\ud83d\ude00\u00e4\n\"x"""u8);
        Assert.Equal(TokenEstimate.Of("日本語😀ä\n\"x"u8), escaped.Tokens);
    }

    [Fact]
    public void A_prompt_is_its_texts_and_tools_but_not_its_files()
    {
        var image = new string('A', 100_000);
        var body = Encoding.UTF8.GetBytes(
            $$$"""{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"{{{new string('x', 400)}}}"},{"image_url":{"url":"data:image/png;base64,{{{image}}}"}},{"input_audio":{"data":"{{{image}}}"}}]}],"tools":[]}""");
        Assert.True(ChatEnvelope.TryRead(body, out var envelope, out _));
        Assert.InRange(TokenEstimate.OfPrompt(body, envelope), 100, 120);
        Assert.True(ChatEnvelope.TryRead("""{"model":"m"}"""u8, out envelope, out _));
        Assert.Equal(0, TokenEstimate.OfPrompt("""{"model":"m"}"""u8, envelope));
    }
}
