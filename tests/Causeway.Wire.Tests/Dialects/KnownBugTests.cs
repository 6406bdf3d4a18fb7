using System.Text;
using Causeway.Wire.Dialects;

namespace Causeway.Wire.Tests.Dialects;

/// <summary>Answers that other parsers are known to have read wrongly, and what they say.</summary>
public sealed class KnownBugTests
{
    private const string Literal = "\n<tool_call>\n<function=get_weather>\n<parameter=city>\nRome\n</parameter>\n</function>\n</tool_call>\nand </parameter> alone";

    public static TheoryData<DialectFamily, string, string> Calls => new()
    {
        // A call within a value is data, and so is a closing tag with nothing behind it.
        { DialectFamily.Qwen3Coder, $"<tool_call>\n<function=write_file>\n<parameter=content>\n{Literal}\n</parameter>\n<parameter=path>\na\n</parameter>\n</function>\n</tool_call>",
            "write_file {\"content\":\"" + Literal.Replace("\n", "\\n", StringComparison.Ordinal) + "\",\"path\":\"a\"}" },
        // A value that only mentions a call's opening tag does not swallow the next parameter.
        { DialectFamily.Qwen3Coder, "<tool_call>\n<function=write_file>\n<parameter=content>\nuse <function=f>\n</parameter>\n<parameter=path>\na\n</parameter>\n</function>\n</tool_call>",
            """write_file {"content":"use <function=f>","path":"a"}""" },
        // A parameter that was not closed ends where the tool's next one begins.
        { DialectFamily.Qwen3Coder, "<tool_call>\n<function=write_file>\n<parameter=path>\na\n<parameter=content>\nb\n</parameter>\n</function>\n</tool_call>",
            """write_file {"path":"a","content":"b"}""" },
        // JSON where parameters should be.
        { DialectFamily.Dsml, "<｜DSML｜function_calls>\n<｜DSML｜invoke name=\"ping\">\n{\"a\": [1, 2]}\n</｜DSML｜invoke>\n</｜DSML｜function_calls>", """ping {"a":[1,2]}""" },
        // A closing tag within a string, and arguments before the name.
        { DialectFamily.Hermes, "<tool_call>\n{\"arguments\": {\"city\": \"a </tool_call> b\"}, \"name\": \"get_weather\"}\n</tool_call>", """get_weather {"city":"a </tool_call> b"}""" },
        { DialectFamily.Hermes, "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"name\": \"x\", \"arguments\": {}}}\n</tool_call>", """get_weather {"name":"x","arguments":{}}""" },
        { DialectFamily.Hermes, "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": \"{\\\"city\\\": \\\"Z\\\\u00fcrich \\ud83d\\ude00\\\"}\"}\n</tool_call>", """get_weather {"city":"Z\u00fcrich 😀"}""" },
        { DialectFamily.Hermes, "<tool_call>\n{'name': 'get_weather', 'arguments': {'city': 'say \"hi\"', 'metric': True, 'tags': ['a',], 'days': None}}\n</tool_call>",
            """get_weather {"city":"say \"hi\"","metric":true,"tags":["a"],"days":null}""" },
        { DialectFamily.Hermes, "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"days\": 9007199254740993, \"limit\": 1e400, \"x\": NaN, \"y\": 01}}\n</tool_call>",
            """get_weather {"days":9007199254740993,"limit":1e400,"x":"NaN","y":"01"}""" },
        { DialectFamily.Hermes, "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Paris\"", """get_weather {"city":"Paris"}""" },
        { DialectFamily.Hermes, "<tool_call>\n[{\"name\": \"ping\", \"arguments\": {}}, {\"name\": \"ping\"}]\n</tool_call>", "ping {} ping {}" },
        { DialectFamily.Hermes, "<tool_call>\n{\"name\": \"ping\", \"arguments\": null}\n</tool_call>\n<tool_call>\n{\"name\": \"ping\", \"arguments\": \"now\"}\n</tool_call>", """ping {} ping {"arguments":"now"}""" },
        { DialectFamily.Glm, "<tool_call>get_weather\n<arg_key>city</arg_key>\nParis</arg_value>\n<arg_key>note</arg_key>\n<arg_value>null</arg_value>\n</tool_call>", """get_weather {"city":"Paris","note":null}""" },
        { DialectFamily.Mistral, "[TOOL_CALLS] [{\"name\": \"get_weather\", \"arguments\": {\"days\": 12}, \"id\": \"abcdefghi\"}, {\"name\": \"ping\", \"arguments\": {}, \"id\": \"jklmnopqr\"}]</s>",
            """get_weather {"days":12} ping {}""" },
        { DialectFamily.Mistral, "[TOOL_CALLS]ping[CALL_ID]abcdefghi[ARGS]{}[TOOL_CALLS]ping{}", "ping {} ping {}" },
        { DialectFamily.Llama, "<|python_tag|>{\"type\": \"function\", \"name\": \"get_weather\", \"parameters\": {\"opts\": {\"a\": {\"b\": 1}}}}<|eom_id|>", """get_weather {"opts":{"a":{"b":1}}}""" },
        { DialectFamily.Kimi, "<|tool_calls_section_begin|><|tool_call_begin|>functions.\nping:3<|tool_call_argument_begin|>{}<|tool_call_end|>", "\nping {}" },
        { DialectFamily.Harmony, "to=functions.ping<|channel|>commentary <|constrain|>json<|message|>{}<|call|>", "ping {}" },
        { DialectFamily.Harmony, "<|channel|>commentary to=functions.ping to=functions.ping <|constrain|>response<|message|>{}<|call|>", "ping {}" },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void A_call_is_read_and_leaves_no_text_behind(DialectFamily family, string text, string expected)
    {
        var (read, _) = Chunkings.AssertSame(() => DialectParser.Create(family, Tools.Table), text, DialectEnd.Stopped);
        Assert.Equal(expected, string.Join(' ', read.Calls.Select(call => $"{call.Name} {call.Arguments}")));
        Assert.Equal("", read.Content);
    }

    [Theory]
    [InlineData(DialectFamily.Qwen3Coder, "Like this:\n```xml\n<tool_call>\n<function=get_weather>\n</function>\n</tool_call>\n```\nDone.")]
    [InlineData(DialectFamily.Qwen3Coder, "Use `<function=get_weather>` or <function=other>.")]
    [InlineData(DialectFamily.Qwen3Coder, "<tool_box> <tool_call")]
    [InlineData(DialectFamily.MiniMax, "<invoke>\n</invoke>")]
    [InlineData(DialectFamily.Hermes, "{\"name\": \"get_weather\", \"arguments\": {}}")]
    [InlineData(DialectFamily.Hermes, "The tag <tool_call> holds {\"name\": 1}.")]
    [InlineData(DialectFamily.Hermes, "<tool_call>\n{\"nam")]
    [InlineData(DialectFamily.Llama, "{\"name\": \"nobody\", \"parameters\": {}}")]
    [InlineData(DialectFamily.Llama, "Here: {\"name\": \"ping\", \"parameters\": {}}")]
    [InlineData(DialectFamily.Mistral, "[TOOL_CALLS] are tokens")]
    [InlineData(DialectFamily.Kimi, "<|tool_call_begin|> and more")]
    [InlineData(DialectFamily.Harmony, "a <|channel|> without a message")]
    [InlineData(DialectFamily.Dsml, "｜DSML｜ alone, <｜DSML｜function_calls> and no call")]
    public void What_only_looks_like_a_call_stays_text(DialectFamily family, string text)
    {
        var (read, _) = Chunkings.AssertSame(() => DialectParser.Create(family, Tools.Table), text, DialectEnd.Stopped);
        Assert.Empty(read.Calls);
        Assert.Equal(text, read.Content);
    }

    [Theory]
    [InlineData(ReasoningMarkup.Tagged, "<think>\nHm.\n</think>\n\nYes.", "Hm.", "Yes.")]
    [InlineData(ReasoningMarkup.Tagged, "<reasoning>Hm.</reasoning>Yes.", "Hm.", "Yes.")]
    [InlineData(ReasoningMarkup.Tagged, "</think>\n\nYes.", "", "Yes.")]
    [InlineData(ReasoningMarkup.Tagged, "Say <think> to think.</think>", "", "Say <think> to think.</think>")]
    [InlineData(ReasoningMarkup.OpenedByPrompt, "Hm.\n</think>\n\nYes.", "Hm.", "Yes.")]
    [InlineData(ReasoningMarkup.OpenedByPrompt, "<think>\nHm.\n</think>\n\nYes.", "Hm.", "Yes.")]
    [InlineData(ReasoningMarkup.OpenedByPrompt, "Hm, cut", "Hm, cut", "")]
    [InlineData(ReasoningMarkup.None, "<think>Hm.</think>Yes.", "", "<think>Hm.</think>Yes.")]
    public void Reasoning_is_told_from_content(ReasoningMarkup markup, string text, string reasoning, string content)
    {
        var options = new DialectOptions { Reasoning = markup };
        foreach (var family in new[] { DialectFamily.MiniMax, DialectFamily.Qwen3Coder, DialectFamily.Glm })
        {
            var (read, _) = Chunkings.AssertSame(() => DialectParser.Create(family, Tools.Table, options), text, DialectEnd.Stopped);
            Assert.Equal(reasoning, read.Reasoning);
            Assert.Equal(content, read.Content);
        }
    }

    [Fact]
    public void A_call_ends_reasoning_that_was_not_closed()
    {
        const string Text = "I should look.\n<minimax:tool_call>\n<invoke name=\"ping\">\n</invoke>\n</minimax:tool_call>";
        var read = Transcript.Of(DialectFamily.MiniMax, Text, options: new DialectOptions { Reasoning = ReasoningMarkup.OpenedByPrompt });
        Assert.Equal(("I should look.", "", DialectRepairs.CallInReasoning), (read.Reasoning, read.Content, read.Repairs));
        Assert.Equal("ping", Assert.Single(read.Calls).Name);
    }

    [Fact]
    public void Interleaved_reasoning_is_read_after_a_call_too()
    {
        const string Text = "<think>a</think>one<minimax:tool_call><invoke name=\"ping\"></invoke></minimax:tool_call>\n<think>b</think>two";
        var read = Transcript.Of(DialectFamily.MiniMax, Text, options: new DialectOptions { Reasoning = ReasoningMarkup.Tagged });
        Assert.Equal(("ab", "onetwo"), (read.Reasoning, read.Content));
    }

    [Fact]
    public void A_call_that_was_cut_keeps_a_prefix_of_its_arguments_and_is_not_complete()
    {
        const string Text = "<tool_call>\n<function=get_weather>\n<parameter=city>\nPar";
        var read = Transcript.Of(DialectFamily.Qwen3Coder, Text, end: DialectEnd.Cut);
        Assert.Equal(new ReadCall("get_weather", "{\"city\":\"Par", false, ""), Assert.Single(read.Calls));
    }

    [Fact]
    public void Discarded_calls_leave_neither_calls_nor_markup()
    {
        const string Text = "Yes.\n<tool_call>\n<function=ping>\n</function>\n</tool_call>";
        var read = Transcript.Of(DialectFamily.Qwen3Coder, Text, options: new DialectOptions { DiscardCalls = true });
        Assert.Equal(("Yes.", DialectRepairs.CallDiscarded), (read.Content, read.Repairs));
        Assert.Empty(read.Calls);
    }

    [Fact]
    public void Text_leaves_at_once_and_a_string_argument_as_it_comes()
    {
        var parser = DialectParser.Create(DialectFamily.Qwen3Coder, Tools.Table);
        Assert.Equal("Hello", Said(parser, "Hello"));
        Assert.Equal("", Said(parser, " <tool"));
        Assert.Equal(" <toolbox", Said(parser, "box"));
        Assert.Equal("write_file", Said(parser, "\n<tool_call>\n<function=write_file>"));
        Assert.Equal("{\"content\":\"one", Said(parser, "\n<parameter=content>\none\n"));
        Assert.Equal("\\ntwo", Said(parser, "two"));
    }

    [Fact]
    public void Schemas_that_refer_in_circles_are_read_in_bounded_time()
    {
        const string Schema = """[{"function":{"name":"f","parameters":{"properties":{"a":{"$ref":"#/$defs/A"}},"$defs":{"A":{"anyOf":[{"$ref":"#/$defs/A"},{"$ref":"#/$defs/A"},{"$ref":"#/$defs/A"}]}}}}}]""";
        Assert.Equal(1, ToolTable.Read(Encoding.UTF8.GetBytes(Schema)).Count);
        Assert.Equal(0, ToolTable.Read("nonsense"u8).Count);
    }

    private static string Said(DialectParser parser, string text)
    {
        var events = new DialectEvents();
        parser.Push(Encoding.UTF8.GetBytes(text), events);
        var said = new StringBuilder();
        foreach (var one in events) said.Append(Encoding.UTF8.GetString(one.Data));
        return said.ToString();
    }
}
