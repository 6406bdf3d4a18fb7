using Causeway.Wire.Errors;

namespace Causeway.Wire.Tests.Errors;

public sealed class UpstreamErrorTextTests
{
    private const string Secret = "pa55-word-of-the-operator";

    [Theory]
    [InlineData("Incorrect API key provided: sk-proj-abc_DEF-123. You can find it.", "Incorrect API key provided: [secret]. You can find it.")]
    [InlineData("key sk-12345****7890 is wrong", "key [secret] is wrong")]
    [InlineData("header was 'Authorization: Bearer abc.def-ghi' there", "header was 'Authorization: [secret]' there")]
    [InlineData("AKIAIOSFODNN7EXAMPLE may not", "[secret] may not")]
    [InlineData("token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig-x", "token [secret]")]
    [InlineData("got pa55-word-of-the-operator back", "got [secret] back")]
    [InlineData("see https://user:pw@inner.example.com:8443/v1?key=1 for more", "see [url] for more")]
    [InlineData("dial tcp 10.1.2.3:8000: connect: connection refused", "dial tcp [address]: connect: connection refused")]
    [InlineData("dial tcp [fd00::17]:8000: refused", "dial tcp [address]: refused")]
    [InlineData("peer ::1 and fe80::1%eth0 and ::ffff:10.0.0.1 left", "peer [address] and [address] and [address] left")]
    [InlineData("vllm-0.models.svc.cluster.local:8000 is down", "[address] is down")]
    [InlineData("host llm7.corp unknown", "host [host] unknown")]
    [InlineData("GPU-BOX.example.org did not answer", "[host] did not answer")]
    [InlineData("localhost:11434 refused", "[address] refused")]
    [InlineData("failed in /opt/vllm/entrypoints/api.py:217 again", "failed in [path] again")]
    [InlineData(@"failed in C:\srv\app\x.cs again", "failed in [path] again")]
    [InlineData("boom\n   at Acme.Llm.Run(String x) in /src/a.cs:line 3\n  File \"/srv/a.py\", line 3, in run\nend", "boom\nend")]
    public void What_must_not_be_seen_is_replaced(string text, string expected) =>
        Assert.Equal(expected, UpstreamErrorText.Clean(text, [Secret], "gpu-box.example.org"));

    [Theory]
    [InlineData("This model's maximum context length is 128000 tokens. However, your messages resulted in 130,512 tokens.")]
    [InlineData("'temperature' must be <= 2.0, got 3.5 (see and/or docs)")]
    [InlineData("Invalid value for 'messages[0].content[1].type': expected one of 'text', 'image_url'.")]
    [InlineData("model deepseek-ai/DeepSeek-V3.2 or minimax.minimax-m2.1 at 12:30:45 does not support ratio 3:4")]
    [InlineData("basic auth is not enabled; std::vector overflow")]
    public void Ordinary_words_stay(string text) => Assert.Equal(text, UpstreamErrorText.Clean(text, [Secret, "", "a"], "gpu-box.example.org"));

    [Fact]
    public void A_long_text_is_cut_and_never_through_a_character()
    {
        var text = UpstreamErrorText.Clean(new string('x', UpstreamErrorText.MaxLength - 1) + "😀😀", [], null);
        Assert.Equal(UpstreamErrorText.MaxLength - 1, text.Length);
    }

    [Fact]
    public void Secrets_cut_by_the_reading_limit_do_not_show()
    {
        // Replacing shortens the text, so what stood at the limit may move to the front.
        var text = string.Concat(Enumerable.Repeat("https://a.example/" + new string('x', 600) + " ", 106));
        text = text[..(64 * 1024 - 8)] + " " + Secret;
        Assert.DoesNotContain(Secret[..7], UpstreamErrorText.Clean(text, [Secret], null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.")]
    [InlineData("a:")]
    [InlineData("1.")]
    [InlineData("ab-")]
    [InlineData("/a")]
    [InlineData(" at ")]
    [InlineData("\n")]
    [InlineData("::")]
    [InlineData("eyJ")]
    [InlineData("sk-")]
    public void Hostile_repetition_is_cleaned_in_linear_time(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 64 * 1024 / piece.Length));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        UpstreamErrorText.Clean(text, [Secret], "gpu-box.example.org");
        // It takes milliseconds; what is not linear would take far longer than this, and a busy machine does not.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"{watch.Elapsed}");
    }
}
