using System.Text;
using System.Text.Json.Nodes;
using Causeway.Tuning;
using Causeway.Tuning.Datasets;
using CsCheck;

namespace Causeway.Tests.Tuning;

public sealed class DatasetTests
{
    private const string Marks = "\"\\{}[]:,du0 \n";
    private const string User = """{"role":"user","content":"Where is A1?"}""";
    private const string Call = """{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"Order","arguments":"{\"id\":\"A1\"}"}}]}""";
    private const string Result = """{"role":"tool","tool_call_id":"c1","content":"on its way"}""";
    private const string Answer = """{"role":"assistant","content":"It is on its way."}""";

    [Fact]
    public void Lines_are_examples_and_those_that_say_the_same_count_once()
    {
        var dataset = Written.Read(
            Written.Chat("a", "b"), "", """{ "messages" : [ {"content":"a","role":"user"}, {"role":"assistant","content":"\u0062"} ] }""", Written.Chat("a", "c"));

        Assert.Equal([1, 4], dataset.Examples.Select(example => example.Line));
        Assert.Equal(1, dataset.Duplicates);
        Assert.Equal(dataset.Examples[0].PromptHash, dataset.Examples[1].PromptHash);
    }

    [Fact]
    public void A_conversation_with_calls_and_their_answers_is_read() =>
        Assert.Single(Written.Read(Written.Messages($"{User},{Call},{Result},{Answer}", Written.Tools)).Examples);

    [Fact]
    public void A_call_may_be_the_answer_that_is_learnt() => Assert.Single(Written.Read(Written.Messages($"{User},{Call}", Written.Tools)).Examples);

    [Fact]
    public void A_byte_order_mark_and_carriage_returns_are_no_mistakes() =>
        Assert.Equal(2, Written.ReadBytes(Encoding.UTF8.GetBytes($"\uFEFF{Written.Chat("a", "b")}\r\n{Written.Chat("c", "d")}\r\n")).Examples.Count);

    [Theory]
    [InlineData("[1]", "", "is not a JSON object")]
    [InlineData("""{"messages":[]}""", "/messages", "is missing, empty or not a list")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}]}""", "/messages/0", "is the last message and not the assistant's")]
    [InlineData("""{"messages":[{"role":"assistant","content":"a"}]}""", "/messages/0", "An answer needs a question")]
    [InlineData("""{"messages":[{"role":"user","content":"a"},{"role":"assistent","content":"b"},{"role":"assistant","content":"b"}]}""", "/messages/1/role", "'assistent' is none")]
    [InlineData("""{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b","weight":0}]}""", "/messages", "each has the weight 0")]
    [InlineData("""{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b","weight":2}]}""", "/messages/1/weight", "neither 0 nor 1")]
    [InlineData("""{"messages":[{"role":"user"},{"role":"assistant","content":"b"}]}""", "/messages/0/content", "is missing")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{}}]},{"role":"assistant","content":"b"}]}""", "/messages/0/content/0", "only text is learnt")]
    [InlineData("""{"messages":[{"role":"user","content":"a","mood":"glad"},{"role":"assistant","content":"b"}]}""", "/messages/0/mood", "is not known here")]
    [InlineData("""{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b","function_call":{}}]}""", "/messages/1/function_call", "Use tool_calls")]
    [InlineData("""{"prompt":"a","completion":"b"}""", "/prompt", "is not known here")]
    [InlineData("""{"messages":[{"role":"user","content":"\ud800"},{"role":"assistant","content":"b"}]}""", "", "half a character")]
    [InlineData("""{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]} ,""", "", "is not JSON from byte")]
    [InlineData("""{"messages":[{"role":"user","role":"user","content":"a"},{"role":"assistant","content":"b"}]}""", "", "is not JSON")]
    [InlineData("""{"input":{"messages":[]},"preferred_output":[],"non_preferred_output":[]}""", "", "Use the method dpo")]
    public void What_is_wrong_with_a_line_is_said_with_its_place(string line, string pointer, string message)
    {
        var problem = Written.Problems(Written.Chat("x", "y"), line)[0];

        Assert.Equal((2, pointer), (problem.Line, problem.Pointer));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(User + "," + Call + "," + Answer, "/messages/2", "comes before the call 'c1' is answered")]
    [InlineData(User + "," + Result + "," + Answer, "/messages/1/tool_call_id", "is no open call")]
    [InlineData(User + "," + Call + "," + Result + "," + Result + "," + Answer, "/messages/3/tool_call_id", "is no open call")]
    [InlineData(User + """,{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"Other","arguments":"{}"}}]}""", "/messages/1/tool_calls/0/function/name", "'Other' is not among")]
    [InlineData(User + """,{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"Order","arguments":"{"}}]}""", "/messages/1/tool_calls/0/function/arguments", "holds a JSON object")]
    [InlineData(User + """,{"role":"assistant","tool_calls":[{"type":"function","function":{"name":"Order","arguments":"{}"}}]}""", "/messages/1/tool_calls/0/id", "is missing")]
    public void Calls_and_their_answers_belong_together(string messages, string pointer, string message)
    {
        var problem = Assert.Single(Written.Problems(Written.Messages(messages, Written.Tools)));

        Assert.Equal(pointer, problem.Pointer);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Twenty_problems_are_told_at_once_and_no_more()
    {
        var problems = Written.Problems([.. Enumerable.Repeat("{}", 30)]);

        Assert.Equal(Enumerable.Range(1, 20), problems.Select(problem => problem.Line));
        Assert.Equal("line 1, /messages: is missing, empty or not a list. It holds the conversation: [{\"role\": \"user\", \"content\": …}, …].", problems[0].ToString());
    }

    [Fact]
    public void A_line_that_is_too_long_is_named_and_the_next_ones_are_read()
    {
        var bytes = Encoding.UTF8.GetBytes($"{Written.Chat("a", new string('x', 500))}\n{Written.Chat("a", "b")}\n{{}}\n");
        var problems = Assert.Throws<DatasetException>(() => Written.ReadBytes(bytes, limits: new DatasetLimits { MinExamples = 1, MaxLineBytes = 200 })).Problems;

        Assert.Equal([1, 3], problems.Select(problem => problem.Line));
        Assert.Contains("more than 200 bytes", problems[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_too_large_is_not_read_to_its_end()
    {
        using var endless = new EndlessStream(Encoding.UTF8.GetBytes(Written.Chat("a", "b") + "\n"));
        var bytes = Assert.Throws<DatasetException>(() => Dataset.Read(endless, TuningMethod.Supervised, new DatasetLimits { MaxBytes = 100_000 }));

        Assert.Contains("more than 100000 bytes", bytes.Message, StringComparison.Ordinal);
        Assert.InRange(endless.Given, 100_000, 300_000);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_a_problem_of_their_line() =>
        Assert.Equal("line 1: is not UTF-8. Save the file as UTF-8.", Assert.Throws<DatasetException>(() => Written.ReadBytes([(byte)'"', 0xC3, (byte)'"'])).Message);

    [Fact]
    public void Too_few_different_examples_are_refused()
    {
        var bytes = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 12).Select(i => Written.Chat($"q{i / 2}", "a"))));

        Assert.Equal("The file has 6 different examples (6 more say the same as an earlier line); at least 10 are needed. Add more.",
            Assert.Throws<DatasetException>(() => Written.ReadBytes(bytes, limits: new DatasetLimits())).Message);
    }

    [Fact]
    public void Preferences_are_read_and_their_prompt_is_what_both_answer()
    {
        var dataset = Written.Read(TuningMethod.Dpo, Written.Preference("q", "a", "b"), Written.Preference("q", "a", "c"));

        Assert.Equal(2, dataset.Examples.Count);
        Assert.Equal(dataset.Examples[0].PromptHash, dataset.Examples[1].PromptHash);
        Assert.Equal(Written.Read(Written.Chat("q", "a")).Examples[0].PromptHash, dataset.Examples[0].PromptHash);
    }

    [Theory]
    [InlineData("""{"input":{"messages":[{"role":"user","content":"q"}]},"preferred_output":[{"role":"assistant","content":"a"}],"non_preferred_output":[{"content":"a","role":"assistant"}]}""", "There is nothing to prefer")]
    [InlineData("""{"input":{"messages":[{"role":"user","content":"q"}]},"preferred_output":[{"role":"assistant","content":"a"}]}""", "exactly one assistant message")]
    [InlineData("""{"input":{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"r"}]},"preferred_output":[{"role":"assistant","content":"a"}],"non_preferred_output":[{"role":"assistant","content":"b"}]}""", "The prompt ends before the answer")]
    [InlineData("""{"preferred_output":[{"role":"assistant","content":"a"}],"non_preferred_output":[{"role":"assistant","content":"b"}]}""", "is missing or not an object")]
    [InlineData("""{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}""", "Use the method supervised")]
    public void A_preference_that_is_none_is_refused(string line, string message) =>
        Assert.Contains(message, Assert.Throws<DatasetException>(() => Written.Read(TuningMethod.Dpo, line)).Message, StringComparison.Ordinal);

    [Fact]
    public void Equal_prompts_never_lie_on_both_sides_of_a_split()
    {
        var dataset = Written.Read([.. Enumerable.Range(0, 100).Select(i => Written.Chat($"q{i / 3}", $"a{i}"))]);
        var (train, holdout) = dataset.Split(0.2);

        Assert.InRange(holdout.Examples.Count, 20, 22);
        Assert.Equal(100, train.Examples.Count + holdout.Examples.Count);
        Assert.Empty(train.Examples.Select(example => example.PromptHash).Intersect(holdout.Examples.Select(example => example.PromptHash)));
        Assert.Equal(holdout.Hash, dataset.Split(0.2).Holdout.Hash);
        Assert.Empty(holdout.LeaksInto(train));
    }

    [Fact]
    public void A_split_leaves_something_to_learn_and_something_to_measure_or_takes_nothing()
    {
        var two = Written.Read(Written.Chat("a", "b"), Written.Chat("c", "d"));

        Assert.Equal((1, 1), (two.Split(0.01).Holdout.Examples.Count, two.Split(0.99).Holdout.Examples.Count));
        Assert.Empty(two.Split(0).Holdout.Examples);
        Assert.Empty(Written.Read(Written.Chat("a", "b")).Split(0.5).Holdout.Examples);
    }

    [Fact]
    public void A_validation_file_that_leaks_is_told_by_its_lines() =>
        Assert.Equal([2], Written.Read(Written.Chat("x", "b"), Written.Chat("a", "another answer")).LeaksInto(Written.Read(Written.Chat("a", "b"), Written.Chat("c", "d"))));

    [Fact]
    public void What_an_answer_weighs_makes_another_dataset_but_no_other_prompt()
    {
        static string Line(int weight) => Written.Messages($$"""{{User}},{"role":"assistant","content":"a","weight":{{weight}}},{{User}},{{Answer}}""");
        var (one, other) = (Written.Read(Line(0)), Written.Read(Line(1)));

        Assert.NotEqual(one.Hash, other.Hash);
        Assert.Equal(one.Examples[0].PromptHash, other.Examples[0].PromptHash);
    }

    [Fact]
    public void Any_bytes_at_all_are_read_or_refused() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Bool).Sample((bytes, isDpo) => ReadsOrRefuses(bytes, isDpo ? TuningMethod.Dpo : TuningMethod.Supervised), iter: 20_000);

    [Fact]
    public void A_file_with_any_byte_changed_is_read_or_refused()
    {
        var file = Encoding.UTF8.GetBytes(string.Join('\n', Written.Messages($"{User},{Call},{Result},{Answer}", Written.Tools), Written.Chat("a\\ud83d\\ude00", "b")));
        Gen.Select(Gen.Int[0, file.Length - 1], Gen.OneOf(Gen.Byte, Gen.Int[0, Marks.Length - 1].Select(index => (byte)Marks[index]))).Array[1, 4].Sample(changes =>
        {
            var bytes = file.ToArray();
            foreach (var (at, value) in changes) bytes[at] = value;
            ReadsOrRefuses(bytes, TuningMethod.Supervised);
        }, iter: 20_000);
    }

    [Fact]
    public void Members_in_another_order_and_other_white_space_leave_the_hash()
    {
        var line = Written.Messages($"{User},{Call},{Result},{Answer}", Written.Tools);
        var hash = Written.Read(line).Hash;
        Gen.Select(Gen.Int, Gen.Bool).Sample((seed, isSpaced) =>
        {
            var shuffled = Shuffled(JsonNode.Parse(line)!, new Random(seed)).ToJsonString();
            if (isSpaced) shuffled = shuffled.Replace("\",\"", "\" ,\t\"", StringComparison.Ordinal);
            Assert.Equal(hash, Written.Read(shuffled).Hash);
        }, iter: 500);
    }

    private static void ReadsOrRefuses(byte[] bytes, TuningMethod method)
    {
        try
        {
            Written.ReadBytes(bytes, method);
        }
        catch (DatasetException e)
        {
            Assert.NotEmpty(e.Problems);
        }
    }

    private static JsonNode Shuffled(JsonNode node, Random random)
    {
        if (node is JsonArray list) return new JsonArray([.. list.Select(item => Shuffled(item!, random))]);
        if (node is not JsonObject map) return node.DeepClone();
        var members = map.ToArray();
        random.Shuffle(members);
        return new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, (JsonNode?)Shuffled(member.Value!, random))));
    }

    /// <summary>The same bytes again and again.</summary>
    private sealed class EndlessStream(byte[] bytes) : MemoryStream
    {
        public long Given { get; private set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            for (var i = 0; i < count; i++) buffer[offset + i] = bytes[(int)((Given + i) % bytes.Length)];
            Given += count;
            return count;
        }
    }
}
