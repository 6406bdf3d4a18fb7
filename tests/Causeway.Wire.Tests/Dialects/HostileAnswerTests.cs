using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Causeway.Wire.Dialects;
using CsCheck;

namespace Causeway.Wire.Tests.Dialects;

// Memory is the process's: nothing else may run meanwhile.
[Collection(nameof(Alone))]
public sealed class HostileAnswerTests
{
    private const int Megabyte = 1 << 20;

    private static readonly string[] s_fragments =
    [
        "<tool_call>", "</tool_call>", "<function=get_weather>", "<function=x>", "</function>", "<parameter=city>", "<parameter=days>", "<parameter=zz>", "</parameter>",
        "<minimax:tool_call>", "</minimax:tool_call>", "<invoke name=\"ping\">", "<invoke name='get_weather'>", "</invoke>", "<parameter name=\"city\">", "<parameter name=tags>",
        "<｜DSML｜function_calls>", "</｜DSML｜function_calls>", "<｜DSML｜invoke name=\"get_weather\">", "</｜DSML｜invoke>", "<｜DSML｜parameter name=\"days\" string=\"false\">",
        "<｜DSML｜parameter name=\"note\" string=\"true\">", "</｜DSML｜parameter>", "<function_calls>", "<arg_key>", "</arg_key>", "<arg_value>", "</arg_value>", "get_weather\n",
        "{\"name\": \"ping\", \"arguments\": ", "{\"name\":\"get_weather\",\"parameters\":{", "{\"arguments\": {\"city\": \"x\"}, \"name\": \"get_weather\"}", "{", "}", "[", "]", "\"", "'", "\\", ":",
        "\"a\": 1", "\"\\u00e4\\ud83d\\ude00\"", "[TOOL_CALLS]", "[ARGS]", "get_weather[ARGS]", "<think>", "</think>", "```", "`", "\n", " ", "\n\n", "ä", "😀", "<", "<|", "null", "True", "3",
        "<|im_end|>", "[e~[", "</s>", "<｜end▁of▁sentence｜>", "<|python_tag|>", "; ",
        "<|tool_calls_section_begin|>", "<|tool_call_begin|>", "functions.ping:0", "<|tool_call_argument_begin|>", "<|tool_call_end|>", "<|tool_calls_section_end|>",
        "<|start|>", "assistant", "<|channel|>", "commentary", "analysis", "final", " to=functions.ping ", "<|constrain|>json", "<|message|>", "<|end|>", "<|call|>", "<|return|>", "to=functions.ping",
    ];

    private static readonly Gen<string> s_mash =
        Gen.Select(Gen.OneOf(s_fragments).Array[0, 24], Gen.Int[0, 9], (parts, words) =>
            string.Concat(parts.Select((part, i) => i % 5 < words / 3 ? part : $" w{i} {part}")));

    public static TheoryData<DialectFamily> Families => [.. Enum.GetValues<DialectFamily>()];

    [Theory]
    [MemberData(nameof(Families))]
    public void Any_mash_of_markup_is_read_alike_in_all_chunks_and_gives_sound_arguments(DialectFamily family) =>
        s_mash.Sample(text =>
        {
            foreach (var reasoning in Enum.GetValues<ReasoningMarkup>())
            {
                var options = new DialectOptions { Reasoning = reasoning };
                var read = Chunkings.AssertSameByBytes(() => DialectParser.Create(family, Tools.Table, options), text, DialectEnd.Stopped);
                foreach (var call in read.Calls) JsonDocument.Parse(call.Arguments).Dispose();
                Assert.All(read.Calls, call => Assert.True(call.IsComplete));
                Chunkings.AssertSameByBytes(() => DialectParser.Create(family, Tools.Table, options), text, DialectEnd.Cut);
            }
        }, iter: 300);

    [Fact]
    public void All_families_together_are_read_alike_in_all_chunks() =>
        s_mash.Sample(text => Chunkings.AssertSameByBytes(
            () => DialectParser.Create(Enum.GetValues<DialectFamily>(), Tools.Table, new DialectOptions { Reasoning = ReasoningMarkup.Tagged }), text, DialectEnd.Stopped), iter: 300);

    /// <summary>Kimi and harmony leave out noise in headers, as their vendors say; in the others every word is somewhere.</summary>
    [Theory]
    [InlineData(DialectFamily.Dsml)]
    [InlineData(DialectFamily.MiniMax)]
    [InlineData(DialectFamily.Qwen3Coder)]
    [InlineData(DialectFamily.Glm)]
    [InlineData(DialectFamily.Hermes)]
    [InlineData(DialectFamily.Mistral)]
    [InlineData(DialectFamily.Llama)]
    public void No_word_between_markup_is_lost(DialectFamily family) =>
        s_mash.Sample(text =>
        {
            var read = Transcript.Of(family, text, options: new DialectOptions { Reasoning = ReasoningMarkup.Tagged });
            var all = read.Content + read.Reasoning + string.Concat(read.Calls.Select(call => call.Name + call.Arguments));
            foreach (var word in text.Split(' ').Where(word => word.Length > 1 && word[0] == 'w' && char.IsAsciiDigit(word[^1])))
                Assert.True(all.Contains(word, StringComparison.Ordinal), $"{word} is lost of: {text}\n{read.Log}");
        }, iter: 1000);

    [Theory]
    [MemberData(nameof(Families))]
    public void Text_without_markup_comes_out_as_it_went_in(DialectFamily family) =>
        Gen.String[Gen.OneOf(Gen.Char['a', 'z'], Gen.OneOf(' ', '\n', '<', '>', '|', '[', ']', '{', '}', '`', '"', '/', 'ä', '_', '=', ':')), 0, 60].Sample(text =>
        {
            var read = Transcript.Of(family, text);
            Assert.Equal(text, read.Content);
            Assert.Equal(DialectRepairs.None, read.Repairs);
        }, iter: 1000);

    [Theory]
    [InlineData(DialectFamily.Qwen3Coder, "<tool_call>\n<function=write_file>\n<parameter=content>\n", "line of code <b>\n")]
    [InlineData(DialectFamily.Qwen3Coder, "<tool_call>\n<function=get_weather>\n<parameter=tags>\n[", "1, ")]
    [InlineData(DialectFamily.Qwen3Coder, "", "<tool_call>")]
    [InlineData(DialectFamily.Qwen3Coder, "", "<tool_call>\n<function=ping>")]
    [InlineData(DialectFamily.Qwen3Coder, "<tool_call>\n<function=write_file>\n<parameter=content>\n", "</parameter>")]
    [InlineData(DialectFamily.Qwen3Coder, "<tool_call>\n<function=write_file>\n<parameter=content>\n", "<function=f><parameter=x>")]
    [InlineData(DialectFamily.Qwen3Coder, "<tool_call>\n<function=write_file>\n", "<parameter=k>v</parameter>")]
    [InlineData(DialectFamily.MiniMax, "", "<invoke ")]
    [InlineData(DialectFamily.MiniMax, "<minimax:tool_call>", "                                ")]
    [InlineData(DialectFamily.Dsml, "", "<｜DSML｜function_calls>\n")]
    [InlineData(DialectFamily.Hermes, "<tool_call>{\"name\":\"ping\",\"arguments\":", "[")]
    [InlineData(DialectFamily.Hermes, "<tool_call>{\"name\":\"ping\",\"arguments\":", "{\"a\":")]
    [InlineData(DialectFamily.Hermes, "<tool_call>{\"arguments\":\"", "x")]
    [InlineData(DialectFamily.Hermes, "", "<tool_call>{\"a\":\"")]
    [InlineData(DialectFamily.Hermes, "<tool_call>{\"name\":\"ping\",\"arguments\":\"{", "\\\\\\\"")]
    [InlineData(DialectFamily.Kimi, "", "<|tool_call_begin|>functions.ping:0<|tool_call_argument_begin|>{}<|tool_call_end|>")]
    [InlineData(DialectFamily.Kimi, "<|tool_calls_section_begin|>", "x")]
    [InlineData(DialectFamily.Harmony, "", "<|channel|>")]
    [InlineData(DialectFamily.Harmony, "<|channel|>final<|message|>", "<|<|start|>")]
    [InlineData(DialectFamily.Glm, "<tool_call>get_weather\n", "<arg_key>a</arg_key>")]
    [InlineData(DialectFamily.Mistral, "", "[TOOL_CALLS][")]
    [InlineData(DialectFamily.Llama, "", "{\"name\":")]
    [InlineData(DialectFamily.Llama, "", "```\n")]
    public void Ten_megabytes_of_anything_take_linear_time_and_bounded_memory(DialectFamily family, string start, string repeated)
    {
        var piece = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(repeated, 4096 / repeated.Length + 1)));
        var parser = DialectParser.Create(family, Tools.Table, new DialectOptions { Reasoning = ReasoningMarkup.Tagged });
        var events = new DialectEvents();
        parser.Push(Encoding.UTF8.GetBytes(start), events);
        var watch = Stopwatch.StartNew();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var sent = 0; sent < 10 * Megabyte; sent += piece.Length)
        {
            events.Clear();
            parser.Push(piece, events);
        }
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        parser.Finish(DialectEnd.Cut, events);
        Assert.True(kept < 6 * Megabyte, $"{kept / 1024} KiB are kept");
        // Quadratic time would be hours; the rest is for a busy machine.
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), $"{watch.Elapsed}");
    }
}
