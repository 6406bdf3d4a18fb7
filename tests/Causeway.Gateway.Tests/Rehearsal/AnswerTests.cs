using System.Text.Json;
using CsCheck;

namespace Causeway.Gateway.Tests.Rehearsal;

public sealed class AnswerTests : IDisposable
{
    private const string Tools = """
        "tools":[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"},
        "unit":{"enum":["c","f"]}},"required":["city","unit"]}}},{"type":"function","function":{"name":"ping"}},{"type":"web_search"}]
        """;

    private readonly Stage _stage = new();

    private static readonly string[] Models = ["gpt-4o", "rehearsal-echo", "rehearsal-parallel", "rehearsal-infinite"];

    private static readonly string[] Variants =
    [
        "\"seed\":1",
        "\"seed\":2,\"n\":3",
        "\"max_tokens\":1",
        "\"max_completion_tokens\":7,\"n\":2",
        "\"stop\":[\"e\",\"q\"]",
        "\"stop\":\"hear\"",
        "\"logprobs\":true,\"top_logprobs\":3,\"max_tokens\":9",
        "\"response_format\":{\"type\":\"json_object\"}",
        "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":{\"type\":\"object\",\"required\":[\"a\"]}}}",
        Tools,
        Tools + ",\"tool_choice\":\"none\"",
        Tools + ",\"tool_choice\":\"required\",\"n\":2",
        Tools + ",\"tool_choice\":\"required\",\"parallel_tool_calls\":false",
        Tools + ",\"tool_choice\":\"required\",\"max_tokens\":4",
        Tools + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"ping\"}}",
        "\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"sh\"}}],\"tool_choice\":\"required\"",
        "\"functions\":[{\"name\":\"f\"}]",
        "\"functions\":[{\"name\":\"f\"}],\"function_call\":{\"name\":\"f\"}",
    ];

    public static MatrixTheoryData<string, string> Everything => new(Models, Variants);

    [Theory, MemberData(nameof(Everything))]
    public async Task A_stream_says_what_the_whole_answer_says(string model, string variant)
    {
        var more = variant.Contains("max_", StringComparison.Ordinal) ? variant : variant + ",\"max_tokens\":300";
        var whole = await _stage.AskAsync(Stage.Request("As json: grüße 🇨🇭 of the day", more, model));
        var events = await _stage.StreamAsync(
            Stage.Request("As json: grüße 🇨🇭 of the day", more + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}", model));
        Assert.Equal(StreamedAnswer.Choices(whole), StreamedAnswer.Choices(events));
        Assert.Equal(whole.GetProperty("usage").GetRawText(), events[^1].GetProperty("usage").GetRawText());
    }

    [Fact]
    public async Task No_answer_can_be_mistaken_for_one_of_a_model()
    {
        foreach (var model in _stage.Upstream.OwnModels.Append("gpt-4o"))
        {
            using var reply = await _stage.SendAsync(Stage.Request("Hi", "\"stream\":true,\"max_tokens\":1", model));
            Assert.True(reply.IsRehearsal);
            Assert.NotNull(reply.Header("X-Request-Id"));
        }
        var answer = await _stage.AskAsync(Stage.Request("Hi"));
        Assert.Equal("causeway-rehearsal", answer.GetProperty("model").GetString());
        Assert.Equal("fp_rehearsal", answer.GetProperty("system_fingerprint").GetString());
        Assert.Contains("rehearsal", Stage.Content(answer), StringComparison.Ordinal);
        var echo = await _stage.AskAsync(Stage.Request("Hi", model: "rehearsal-echo"));
        Assert.Equal("causeway-rehearsal/echo", echo.GetProperty("model").GetString());
    }

    [Fact]
    public async Task The_same_request_has_the_same_content_and_another_id()
    {
        using var other = new Stage();
        var body = Stage.Request("Hi", "\"n\":2," + Tools + ",\"tool_choice\":\"required\"");
        var first = await _stage.AskAsync(body);
        var second = await other.AskAsync(body);
        Assert.Equal(first.GetProperty("choices").GetRawText(), second.GetProperty("choices").GetRawText());
        Assert.NotEqual(first.GetProperty("id").GetString(), second.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Seeds_and_choices_differ()
    {
        var answers = new HashSet<string>();
        for (var seed = 0; seed < 20; seed++)
            answers.Add(Stage.Content(await _stage.AskAsync(Stage.Request("Hi", $"\"seed\":{seed}"))));
        Assert.True(answers.Count > 5);
        var choices = (await _stage.AskAsync(Stage.Request("Hi", "\"n\":8"))).GetProperty("choices").EnumerateArray();
        Assert.True(choices.Select(static choice => choice.GetProperty("message").GetRawText()).Distinct().Count() > 1);
    }

    [Fact]
    public Task Echo_gives_back_any_text_in_both_manners() => Gen.String[Gen.Char.Where(static c => !char.IsSurrogate(c)), 0, 60]
        .Select(static text => text + "🇨🇭👩‍👩‍👧‍👦e\u0301\r\n data: [DONE]\n\n𝔘")
        .SampleAsync(async text =>
        {
            var whole = await _stage.AskAsync(Stage.Request(text, model: "rehearsal-echo"));
            Assert.Equal(text, Stage.Content(whole));
            var streamed = StreamedAnswer.Choices(await _stage.StreamAsync(Stage.Request(text, "\"stream\":true", "rehearsal-echo")));
            Assert.Equal([text + "||stop"], streamed);
        }, iter: 200);

    [Fact]
    public async Task Text_parts_are_joined()
    {
        var body = """{"model":"rehearsal-echo","messages":[{"role":"user","content":[{"type":"text","text":"a "},""" +
            """{"type":"image_url","image_url":{"url":"data:,"}},{"type":"text","text":"b"}]}]}""";
        Assert.Equal("a b", Stage.Content(await _stage.AskAsync(body)));
    }

    [Fact]
    public Task Tokens_join_to_the_text_and_are_counted() => Gen.String[Gen.Char["ab é日1 \u0301\n\r,🦊"], 1, 40]
        .Where(static text => Stage.IsWellFormed(text))
        .SampleAsync(async text =>
        {
            var answer = await _stage.AskAsync(Stage.Request(text, "\"logprobs\":true", "rehearsal-echo"));
            var tokens = answer.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("content").EnumerateArray().ToList();
            Assert.Equal(text, string.Concat(tokens.Select(static token => token.GetProperty("token").GetString())));
            Assert.Equal(tokens.Count, answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
            Assert.All(tokens, static token => Assert.True(token.GetProperty("logprob").GetDouble() <= 0));
        }, iter: 500);

    [Fact]
    public Task No_stop_sequence_is_ever_said() => Gen.Select(Gen.String[Gen.Char["abc "], 1, 60], Gen.String[Gen.Char["abc "], 1, 7].Array[1, 4])
        .SampleAsync(async (text, stops) =>
        {
            var more = $"\"stop\":[{string.Join(',', stops.Select(Stage.Quoted))}]";
            var answer = await _stage.AskAsync(Stage.Request(text, more, "rehearsal-echo"));
            var ends = stops.Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(static at => at >= 0).DefaultIfEmpty(text.Length);
            Assert.Equal(text[..ends.Min()], Stage.Content(answer));
            Assert.Equal("stop", Stage.Finish(answer));
        }, iter: 300);

    [Fact]
    public async Task A_text_without_end_stops_at_a_stop_sequence()
    {
        var answer = await _stage.AskAsync(Stage.Request("Go", "\"stop\":\"water\"", "rehearsal-infinite"));
        Assert.Equal("stop", Stage.Finish(answer));
        Assert.DoesNotContain("water", Stage.Content(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Max_tokens_cuts_and_says_so()
    {
        var answer = await _stage.AskAsync(Stage.Request("Hi", "\"max_tokens\":5"));
        Assert.Equal("length", Stage.Finish(answer));
        Assert.Equal(5, answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        Assert.Equal(4096, (await _stage.AskAsync(Stage.Request("Hi", model: "rehearsal-infinite")))
            .GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task Usage_is_streamed_only_when_asked_for()
    {
        var events = await _stage.StreamAsync(Stage.Request("Hi", "\"stream\":true"));
        Assert.All(events, static chunk => Assert.False(chunk.TryGetProperty("usage", out _)));
        events = await _stage.StreamAsync(Stage.Request("Hi", "\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
        Assert.All(events[..^1], static chunk => Assert.Equal(JsonValueKind.Null, chunk.GetProperty("usage").ValueKind));
        Assert.Equal(0, events[^1].GetProperty("choices").GetArrayLength());
    }

    [Fact]
    public async Task A_longer_prompt_costs_more_tokens()
    {
        static int Prompt(JsonElement answer) => answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32();
        var small = Prompt(await _stage.AskAsync(Stage.Request("hi")));
        Assert.True(Prompt(await _stage.AskAsync(Stage.Request(string.Concat(Enumerable.Repeat("hello ", 60))))) >= small + 60);
        Assert.True(Prompt(await _stage.AskAsync(Stage.Request("hi", Tools))) > small);
    }

    public void Dispose() => _stage.Dispose();
}
