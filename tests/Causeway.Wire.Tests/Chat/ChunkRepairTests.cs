using System.Buffers;
using System.Text;
using System.Text.Json;
using Causeway.Wire.Chat;
using CsCheck;

namespace Causeway.Wire.Tests.Chat;

public sealed class ChunkRepairTests
{
    [Theory]
    [InlineData("""{"a":1.0,"choices":[{"index":0,"message":{"tool_calls":[{"id":"x","function":{"name":"f","arguments": { "b" : [ 1.0, "\" \\ \u00e4" ] } } }]}}]}""",
        """{"a":1.0,"choices":[{"index":0,"message":{"tool_calls":[{"id":"x","function":{"name":"f","arguments": "{\"b\":[1.0,\"\\\" \\\\ \\u00e4\"]}" } }]}}]}""")]
    [InlineData("""{"usage":{"prompt_tokens":-1,"completion_tokens":3,"total_tokens":2},"choices":[]}""",
        """{"usage":{"prompt_tokens":100,"completion_tokens":3,"total_tokens":103},"choices":[]}""")]
    [InlineData("""{"usage":{"prompt_tokens":null,"completion_tokens":{"a":1},"x":-1,"prompt_tokens_details":{"cached_tokens":-1}}}""",
        """{"usage":{"prompt_tokens":100,"completion_tokens":10,"x":-1,"prompt_tokens_details":{"cached_tokens":0}}}""")]
    [InlineData("""{"usage":"none"}""", """{"usage":null}""")]
    [InlineData("""{"choices":[{"message":{"tool_calls":[{"function":{"arguments":true}}]}}]}""",
        """{"choices":[{"message":{"tool_calls":[{"function":{"arguments":"true"}}]}}]}""")]
    public void Whole_answers_are_repaired_in_place(string body, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var output = new ArrayBufferWriter<byte>();
        Assert.True(ChunkRepair.TryWriteCompletion(bytes, new TokenUsage(100, 10), output));
        Assert.Equal(expected, Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Theory]
    [InlineData("""{"choices":[{"message":{"tool_calls":[{"id":"x","function":{"arguments":"{}"}}]}}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":4}}""")]
    [InlineData("""{"choices":[],"usage":null}""")]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("")]
    public void What_is_sound_or_hopeless_is_left_alone(string body)
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.False(ChunkRepair.TryWriteCompletion(Encoding.UTF8.GetBytes(body), default, output));
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void Calls_of_different_choices_are_counted_apart()
    {
        var tap = new ChunkTap();
        Assert.Equal([0], Indexes(tap, """{"choices":[{"delta":{"tool_calls":[{"id":"a","function":{"name":"f"}}]},"index":0}]}"""));
        Assert.Equal([0], Indexes(tap, """{"choices":[{"delta":{"tool_calls":[{"id":"b","function":{"name":"f"}}]},"index":1}]}"""));
        Assert.Equal([1, 1], Indexes(tap, """{"choices":[{"index":1,"delta":{"tool_calls":[{"id":"c","function":{"name":"f"}},{"function":{"arguments":"{"}}]}}]}"""));
        Assert.Equal([0], Indexes(tap, """{"choices":[{"index":1,"delta":{"tool_calls":[{"id":"b","function":{"arguments":"{"}}]}}]}"""));
    }

    [Fact]
    public void Indexes_the_upstream_gave_are_not_given_again()
    {
        var tap = new ChunkTap();
        tap.Read("""{"choices":[{"index":0,"delta":{"tool_calls":[{"index":2,"id":"a","function":{"name":"f"}}]}}]}"""u8);
        Assert.Equal([2], Indexes(tap, """{"choices":[{"index":0,"delta":{"tool_calls":[{"function":{"arguments":"{}"}}]}}]}"""));
        Assert.Equal([3], Indexes(tap, """{"choices":[{"index":0,"delta":{"tool_calls":[{"id":"b","function":{"name":"f"}}]}}]}"""));
        Assert.Equal([4], Indexes(tap, """{"choices":[{"index":0,"delta":{"tool_calls":[{}]}}]}""".Replace("{}", "{\"function\":{\"name\":\"f\"}}", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_repaired_answer_is_json_that_needs_no_repair_and_differs_nowhere_else()
    {
        var json = RandomJson.Objects;
        var count = Gen.OneOf("1", "-1", "2.5", "3.0", "\"4\"", "\"x\"", "null", "{}", "1e99", "-0");
        Gen.Select(json, count, count, Gen.OneOf("\"\"", "\"{}\"", "null"), Gen.Bool).Sample((value, prompt, completion, text, asText) =>
        {
            var body = Encoding.UTF8.GetBytes(
                $$$"""{"x":{{{value}}},"choices":[{"message":{"tool_calls":[{"function":{"arguments":{{{(asText ? text : value)}}}}}]}}],"usage":{"prompt_tokens":{{{prompt}}},"completion_tokens":{{{completion}}}}}""");
            var scan = CompletionScan.Read(body);
            Assert.Equal(CompletionVerdict.Ok, scan.Verdict);
            var output = new ArrayBufferWriter<byte>();
            Assert.Equal(scan.NeedsRepair, ChunkRepair.TryWriteCompletion(body, new TokenUsage(100, 10), output));
            if (!scan.NeedsRepair) return;
            var repaired = CompletionScan.Read(output.WrittenSpan);
            Assert.Equal((CompletionVerdict.Ok, false), (repaired.Verdict, repaired.NeedsRepair));
            Assert.NotNull(repaired.Usage);
            Assert.True(output.WrittenSpan.StartsWith(Encoding.UTF8.GetBytes($$"""{"x":{{value}},"choices":""")));
            if (!asText) AssertHolds(value, JsonElement.Parse(output.WrittenSpan));
        }, iter: 1000);
    }

    private static void AssertHolds(string value, JsonElement answer)
    {
        var arguments = answer.GetProperty("choices")[0].GetProperty("message").GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments");
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(value), JsonElement.Parse(arguments.GetString() ?? "")));
    }

    private static int[] Indexes(ChunkTap tap, string chunk)
    {
        var data = Encoding.UTF8.GetBytes(chunk);
        Assert.Equal(ChunkTraits.NeedsRepair, tap.Read(data));
        var output = new ArrayBufferWriter<byte>();
        Assert.True(ChunkRepair.TryWriteChunk(data, tap, default, output));
        var calls = JsonElement.Parse(output.WrittenSpan).GetProperty("choices")[0].GetProperty("delta").GetProperty("tool_calls");
        return [.. calls.EnumerateArray().Select(call => call.GetProperty("index").GetInt32())];
    }
}
