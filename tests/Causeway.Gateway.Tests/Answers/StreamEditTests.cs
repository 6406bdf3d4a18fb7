using Causeway.Gateway.Adapt;
using CsCheck;

namespace Causeway.Gateway.Tests.Answers;

/// <summary>The edits of answers, stage by stage, as streams and whole.</summary>
public sealed class StreamEditTests
{
    private const string Role = """{"role":"assistant","content":""}""";
    private static readonly string _done = "data: [DONE]\n\n";
    private static readonly string _tools = """[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"}}}}}]""";

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task What_needs_no_edit_leaves_byte_for_byte(int size)
    {
        var sse = Edits.Delta(Role, more: ",\"x_vendor\" : { \"a\":1.0e2 }") + ": a comment\n\n" + Edits.Delta("""{"content":"\u00e9\ud83d"}""") + Edits.Delta("""{"content":"\ude00","y":[1]}""")
            + Edits.Delta("""{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]}""")
            + Edits.Delta("""{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":1}"}}]}""") + Edits.Delta("{}", "\"tool_calls\"") + _done;

        Assert.Equal(sse, await Edits.StreamAsync(new AnswerEdits { StopStrings = ["never"] }, sse, size));
    }

    [Fact]
    public void A_whole_answer_that_needs_no_edit_leaves_byte_for_byte()
    {
        var json = Edits.Message("""{ "role":"assistant", "content":"H\u00e9", "refusal":null }""", more: ", \"x\":[1, 2]");

        Assert.Equal(json, Edits.Whole(new AnswerEdits { StopStrings = ["never"] }, json));
    }

    [Fact]
    public async Task A_stop_sequence_is_found_across_deltas_and_the_upstream_is_not_read_any_further()
    {
        var sse = Edits.Delta(Role) + Edits.Content("one EN") + Edits.Content("D two");
        using var body = new PieceStream(System.Text.Encoding.UTF8.GetBytes(sse + Edits.Content("three") + _done), [sse.Length, 1]);
        var chains = new Causeway.Gateway.Adapt.Answers.ChoiceChains(new AnswerEdits { StopStrings = ["END"] }, Edits.Exchange);
        var events = new Causeway.Gateway.Adapt.Answers.EditedEvents(body, new(new() { Chain = chains.Make }), isPart: false);
        await using var edited = new Causeway.Gateway.Adapt.Answers.EditedStream(events);
        using var reader = new StreamReader(edited);

        var told = Told.OfStream(await reader.ReadToEndAsync());

        Assert.Equal(new Told("one ", "", "", "stop"), told);
        Assert.Equal(sse.Length, body.Taken);
    }

    [Fact]
    public void Stop_sequences_cut_the_same_however_the_text_is_cut() =>
        Gen.Select(Gen.OneOf("a", "b", "ab", "aba", "é", "b\n", "xy").Array[0, 30], Gen.OneOf("aba", "bb", "é", "ab\n", "zz", "xyx").Array[1, 3], Gen.Int[1, 60]).SampleAsync(async (words, stops, size) =>
        {
            var text = string.Concat(words);
            var at = stops.Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(index => index >= 0).DefaultIfEmpty(text.Length).Min();
            var edits = new AnswerEdits { StopStrings = [.. stops] };

            var streamed = Told.OfStream(await Edits.StreamAsync(edits, Edits.Delta(Role) + string.Concat(words.Select(Edits.Content)) + Edits.Delta("{}", "\"stop\"") + _done, size));
            var whole = Told.OfWhole(Edits.Whole(edits, Edits.Message($$"""{"role":"assistant","content":{{Edits.Quote(text)}}}""")));

            Assert.Equal(new Told(text[..at], "", "", "stop"), streamed);
            Assert.Equal(streamed, whole);
        }, iter: 500);

    [Fact]
    public async Task Tools_get_their_names_back_and_nothing_else_changes()
    {
        var edits = new AnswerEdits { ToolNames = new Dictionary<string, string> { ["files_read"] = "files.read" } };
        var begin = """{"tool_calls":[{"index":0,"id":"a","type":"function","extra":{"k":1},"function":{"name":"files_read","arguments":"{}"}}]}""";

        var sse = await Edits.StreamAsync(edits, Edits.Delta(Role) + Edits.Delta(begin, more: ",\"x\":2") + Edits.Delta("{}", "\"tool_calls\"") + _done);
        var whole = Edits.Whole(edits, Edits.Message("""{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"files_read","arguments":"{}"}}]}""", "\"tool_calls\""));

        Assert.Equal(new Told("", "", "files.read({})", "tool_calls"), Told.OfStream(sse));
        Assert.Equal(Told.OfStream(sse), Told.OfWhole(whole));
        Assert.Contains("\"extra\":{\"k\":1}", sse, StringComparison.Ordinal);
        Assert.Contains("\"x\":2", sse, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_first_tool_call_passes_where_parallel_calls_are_off()
    {
        var edits = new AnswerEdits { SingleToolCall = true };
        static string Call(int index, string name) =>
            """{"index":I,"id":"NAME","type":"function","function":{"name":"NAME","arguments":"{\"n\":I}"}}""".Replace("NAME", name, StringComparison.Ordinal).Replace("I", $"{index}", StringComparison.Ordinal);

        var sse = await Edits.StreamAsync(edits, Edits.Delta(Role) + Edits.Delta($$"""{"tool_calls":[{{Call(0, "f")}}]}""") + Edits.Delta($$"""{"tool_calls":[{{Call(1, "g")}}]}""") + Edits.Delta("{}", "\"tool_calls\"") + _done);
        var whole = Edits.Whole(edits, Edits.Message($$"""{"role":"assistant","content":null,"tool_calls":[{{Call(0, "f")}},{{Call(1, "g")}}]}""", "\"tool_calls\""));

        Assert.Equal(new Told("", "", """f({"n":0})""", "tool_calls"), Told.OfStream(sse));
        Assert.Equal(Told.OfStream(sse), Told.OfWhole(whole));
    }

    [Fact]
    public async Task A_frame_is_repaired_role_index_id_arguments_finish_reason_and_done()
    {
        var sse = Edits.Delta("""{"content":"Hi"}""") + Edits.Delta("""{"tool_calls":[{"index":3,"function":{"name":"f"}}]}""") + Edits.Delta("{}", "\"stop\"");

        var text = await Edits.StreamAsync(new AnswerEdits(), sse);

        var events = Told.Events(text).ToList();
        Assert.Equal("assistant", events[0].GetProperty("choices")[0].GetProperty("delta").GetProperty("role").GetString());
        var call = events[1].GetProperty("choices")[0].GetProperty("delta").GetProperty("tool_calls")[0];
        Assert.Equal((0, "function"), (call.GetProperty("index").GetInt32(), call.GetProperty("type").GetString()));
        Assert.StartsWith("call_", call.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.Equal(new Told("Hi", "", "f({})", "tool_calls"), Told.OfStream(text));
    }

    [Fact]
    public async Task Done_without_a_finish_reason_gets_one_and_an_end_without_either_stays_broken()
    {
        Assert.Equal("stop", Told.OfStream(await Edits.StreamAsync(new AnswerEdits(), Edits.Delta(Role) + Edits.Content("Hi") + _done)).Finish);

        var broken = await Edits.StreamAsync(new AnswerEdits { StopStrings = ["there"] }, Edits.Delta(Role) + Edits.Content("Hi th"));
        Assert.DoesNotContain("[DONE]", broken, StringComparison.Ordinal);
        Assert.DoesNotContain("\"stop\"", broken, StringComparison.Ordinal);
        Assert.Contains("\"th\"", broken, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reasoning_under_another_name_arrives_as_reasoning_content()
    {
        var sse = await Edits.StreamAsync(new AnswerEdits(), Edits.Delta("""{"role":"assistant","reasoning":"hm"}""") + Edits.Content("Hi") + Edits.Delta("{}", "\"stop\"") + _done);

        Assert.Equal(new Told("Hi", "hm", "", "stop"), Told.OfStream(sse));
    }

    public static TheoryData<string, string> Leaks => new()
    {
        { "qwen3-coder", "Let me see.\n<tool_call>\n<function=get_weather>\n<parameter=city>\nParis\n</parameter>\n<parameter=days>\n3\n</parameter>\n</function>\n</tool_call>" },
        { "minimax", "Let me see.\n<minimax:tool_call>\n<invoke name=\"get_weather\">\n<parameter name=\"city\">Paris</parameter>\n<parameter name=\"days\">3</parameter>\n</invoke>\n</minimax:tool_call>" },
        { "dsml", "Let me see.\n\n<｜DSML｜function_calls>\n<｜DSML｜invoke name=\"get_weather\">\n<｜DSML｜parameter name=\"city\" string=\"true\">Paris</｜DSML｜parameter>\n<｜DSML｜parameter name=\"days\" string=\"false\">3</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜function_calls>" },
    };

    [Theory]
    [MemberData(nameof(Leaks))]
    public async Task A_call_left_in_the_text_becomes_a_call_in_streams_as_in_whole_answers(string family, string text)
    {
        var edits = new AnswerEdits { Dialects = [family], Tools = System.Text.Encoding.UTF8.GetBytes(_tools) };
        var whole = Told.OfWhole(Edits.Whole(edits, Edits.Message($$"""{"role":"assistant","content":{{Edits.Quote(text)}}}""")));

        Assert.Equal("tool_calls", whole.Finish);
        using var arguments = System.Text.Json.JsonDocument.Parse(whole.Calls["get_weather(".Length..^1]);
        Assert.Equal(("Paris", 3), (arguments.RootElement.GetProperty("city").GetString(), arguments.RootElement.GetProperty("days").GetInt32()));
        Assert.Equal("Let me see.", whole.Content.TrimEnd());
        for (var size = 1; size < 9; size++)
        {
            var deltas = text.Chunk(size).Select(piece => Edits.Content(new string(piece)));
            var sse = await Edits.StreamAsync(edits, Edits.Delta(Role) + string.Concat(deltas) + Edits.Delta("{}", "\"stop\"") + _done, 50);
            Assert.Equal(whole, Told.OfStream(sse));
        }
    }

    [Fact]
    public async Task Usage_beside_a_changed_choice_follows_it()
    {
        var sse = await Edits.StreamAsync(new AnswerEdits(), Edits.Delta("""{"content":"Hi"}""", "\"tool_calls\"", ",\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}") + _done);

        var last = Told.Events(sse).Last();
        Assert.Equal(0, last.GetProperty("choices").GetArrayLength());
        Assert.Equal(3, last.GetProperty("usage").GetProperty("total_tokens").GetInt32());
        Assert.Equal("stop", Told.OfStream(sse).Finish);
    }
}
