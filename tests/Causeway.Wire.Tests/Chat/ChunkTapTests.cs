using System.Text;
using Causeway.Wire.Chat;
using CsCheck;

namespace Causeway.Wire.Tests.Chat;

public sealed class ChunkTapTests
{
    private const string Delta = """{"id":"c-1","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","system_fingerprint":"fp_44709d6fcb","choices":[{"index":0,"delta":{"content":"TEXT"},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"PAD"}""";

    public static TheoryData<string> Streams => Golden.Names("streams", ".sse");

    [Theory]
    [MemberData(nameof(Streams))]
    public void Fixtures_read_as_their_goldens(string name) => Golden.Verify(
        Path.Combine(Golden.Fixtures, "streams", name + ".read"), Encoding.UTF8.GetBytes(StreamReport.Of(Golden.Fixture("streams/" + name))));

    [Theory]
    [InlineData("[DONE]", ChunkTraits.Done)]
    [InlineData("", ChunkTraits.Malformed)]
    [InlineData("null", ChunkTraits.Malformed)]
    [InlineData("[]", ChunkTraits.Malformed)]
    [InlineData("{\"choices\":[", ChunkTraits.Malformed)]
    [InlineData("{} {}", ChunkTraits.Malformed)]
    [InlineData("[DONE] ", ChunkTraits.Malformed)]
    [InlineData("{\"usage\":{\"prompt_tokens\":NaN}}", ChunkTraits.Malformed)]
    [InlineData("{}", ChunkTraits.None)]
    [InlineData("{\"choices\":[]}", ChunkTraits.None)]
    [InlineData("{\"choices\":[],\"usage\":null}", ChunkTraits.None)]
    [InlineData("{\"choices\":[],\"usage\":{}}", ChunkTraits.Usage | ChunkTraits.UsageOnly)]
    [InlineData("{\"usage\":{}}", ChunkTraits.Usage)]
    [InlineData("{\"error\":null,\"choices\":[]}", ChunkTraits.None)]
    [InlineData("{\"error\":\"text\"}", ChunkTraits.Error)]
    [InlineData("{\"error\":{}}", ChunkTraits.Error)]
    [InlineData("{\"object\":\"error\",\"message\":\"m\",\"code\":400}", ChunkTraits.Error)]
    [InlineData("{\"choices\":[{\"delta\":{\"error\":1},\"finish_reason\":null}]}", ChunkTraits.None)]
    [InlineData("{\"choices\":[{\"finish_reason\":\"stop\"}]}", ChunkTraits.Finish)]
    [InlineData("{\"choices\":[{\"delta\":{\"tool_calls\":[{\"id\":\"a\"}]}}]}", ChunkTraits.NeedsRepair)]
    [InlineData("{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\"}]}}]}", ChunkTraits.None)]
    [InlineData("{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":\"0\"}]}}]}", ChunkTraits.NeedsRepair)]
    [InlineData("{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":-1}]}}]}", ChunkTraits.NeedsRepair)]
    [InlineData("{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":{}}}]}}]}", ChunkTraits.NeedsRepair)]
    [InlineData("{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":null}}]}}]}", ChunkTraits.None)]
    [InlineData("{\"choices\":[{\"delta\":{\"tool_calls\":null,\"content\":[1]}}]}", ChunkTraits.None)]
    [InlineData("{\"choices\":[],\"usage\":{\"prompt_tokens\":-1}}", ChunkTraits.Usage | ChunkTraits.UsageOnly | ChunkTraits.NeedsRepair)]
    [InlineData("{\"choices\":[{}],\"usage\":{\"completion_tokens\":1.5}}", ChunkTraits.Usage | ChunkTraits.NeedsRepair)]
    [InlineData("{\"choices\":[{}],\"usage\":{\"total_tokens\":99999999999}}", ChunkTraits.Usage | ChunkTraits.NeedsRepair)]
    [InlineData("{\"choices\":[{}],\"usage\":{\"completion_tokens_details\":{\"audio_tokens\":\"x\"}}}", ChunkTraits.Usage | ChunkTraits.NeedsRepair)]
    [InlineData("{\"choices\":[{}],\"usage\":{\"completion_tokens_details\":{\"audio_tokens\":null}}}", ChunkTraits.Usage)]
    [InlineData("{\"choices\":[{}],\"usage\":7}", ChunkTraits.NeedsRepair)]
    [InlineData("{\"\\ud800\":1,\"model\":\"\\ud800\",\"choices\":[{\"finish_reason\":\"\\udc00\"}]}", ChunkTraits.None)]
    public void An_events_traits_are_seen(string data, ChunkTraits expected) =>
        Assert.Equal(expected, new ChunkTap().Read(Encoding.UTF8.GetBytes(data)));

    [Fact]
    public void Bytes_that_are_not_utf8_are_malformed() =>
        Assert.Equal(ChunkTraits.Malformed, new ChunkTap().Read([.. "{\"a\":\""u8, 0xC3, .. "\"}"u8]));

    [Fact]
    public void The_last_sound_usage_wins()
    {
        var tap = new ChunkTap();
        tap.Read("""{"usage":{"prompt_tokens":5,"completion_tokens":1}}"""u8);
        tap.Read("""{"usage":{"prompt_tokens":5,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":3},"completion_tokens_details":{"reasoning_tokens":2}}}"""u8);
        tap.Read("""{"usage":{"prompt_tokens":5,"completion_tokens":-7}}"""u8);
        tap.Read("""{"usage":{"total_tokens":12}}"""u8);
        Assert.Equal(new TokenUsage(5, 7, 3, 2), tap.Usage);
    }

    [Fact]
    public void A_known_finish_reason_costs_no_string_and_a_long_one_is_cut()
    {
        var tap = new ChunkTap();
        tap.Read("""{"choices":[{"finish_reason":"tool_calls"}]}"""u8);
        Assert.Same("tool_calls", tap.FinishReason);
        tap.Read(Encoding.UTF8.GetBytes($$"""{"choices":[{"finish_reason":"{{new string('x', 9999)}}"}]}"""));
        Assert.True(tap.FinishReason?.Length <= 64);
    }

    [Fact]
    public void A_reset_tap_knows_nothing()
    {
        var tap = new ChunkTap();
        foreach (var data in new[] { Delta, "[DONE]", """{"model":"x","choices":[{"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1}}""" })
            tap.Read(Encoding.UTF8.GetBytes(data));
        tap.Reset();
        Assert.False(tap.IsDone || tap.HasFinished);
        Assert.Null(tap.Usage);
        Assert.Null(tap.Model);
        Assert.Equal((0, 0), (tap.ContentBytes, tap.EstimatedTokens));
        tap.Read("""{"model":"y"}"""u8);
        Assert.Equal("y", tap.Model);
    }

    /// <summary>The tap recognises an event like the one before without parsing it: it must see the same as a tap that parses.</summary>
    [Fact]
    public void Recognised_events_read_as_parsed_ones()
    {
        var text = Gen.OneOf("", "a", "ä日本😀", "\\n", "\\\"", "\\\\", "\\u00e4", "\\ud83d\\ude00", "\"", "\\", "\\u12", "\\x", "\n", "},{", "\",\"error\":{}", "\",\"finish_reason\":\"stop").Array[0, 4].Select(string.Concat);
        Gen.Select(text, text, Gen.Int[0, 9]).Array[1, 8].Sample(events =>
        {
            var shared = new ChunkTap();
            shared.Read(Encoding.UTF8.GetBytes(Delta));
            var (bytes, quarters) = (shared.ContentBytes, shared.EstimatedTokens);
            foreach (var (content, padding, created) in events)
            {
                var data = Encoding.UTF8.GetBytes(Delta.Replace("TEXT", content, StringComparison.Ordinal)
                    .Replace("PAD", padding, StringComparison.Ordinal).Replace("190", "19" + created / 9, StringComparison.Ordinal));
                var alone = new ChunkTap();
                Assert.Equal(alone.Read(data), shared.Read(data));
                bytes += alone.ContentBytes;
                Assert.Equal(bytes, shared.ContentBytes);
            }
        });
    }

    [Fact]
    public void Ordinary_deltas_allocate_nothing()
    {
        byte[][] events =
        [
            .. Enumerable.Range(0, 40).Select(i => Encoding.UTF8.GetBytes(Delta.Replace("TEXT", new string('x', i) + "\\n", StringComparison.Ordinal))),
            .. Enumerable.Range(0, 40).Select(i => Encoding.UTF8.GetBytes(Delta.Replace("190", "1" + i, StringComparison.Ordinal))),
            .. Enumerable.Range(0, 40).Select(_ => """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\""}}]}}]}"""u8.ToArray()),
            """{"choices":[{"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1}}"""u8.ToArray(),
            "[DONE]"u8.ToArray(),
        ];
        var tap = new ChunkTap();
        foreach (var data in events) tap.Read(data);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var data in events) tap.Read(data);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Nothing_makes_it_throw()
    {
        var tap = new ChunkTap();
        Gen.OneOf(
            Gen.Byte.Array[0, 60],
            Gen.OneOf("{", "}", "[", "]", "\"\\ud800\"", "\"choices\":", "\"delta\":", "\"tool_calls\":", "\"function\":", "\"usage\":", "\"prompt_tokens\":", "1", ",", "\"x\"", "[DONE]")
                .Array[0, 30].Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts))),
            RandomJson.Objects.Select(text => Encoding.UTF8.GetBytes($$$"""{"choices":[{"delta":{{{text}}},"message":{"tool_calls":[{{{text}}}]}}],"usage":{{{text}}}}""")))
            .Sample(data => { tap.Read(data); }, iter: 3000);
    }
}
