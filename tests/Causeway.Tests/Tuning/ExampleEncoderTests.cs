using System.Text;
using Causeway.Embedded;
using Causeway.Engine.Formats;
using Causeway.Engine.Templates;
using Causeway.Engine.Tokenizers;
using Causeway.Engine.Training;
using Causeway.Testing;
using Causeway.TinyModels;
using Causeway.Tuning;
using Causeway.Tuning.Datasets;

namespace Causeway.Tests.Tuning;

public sealed class ExampleEncoderTests : IDisposable
{
    // Thoughts of earlier turns are left out, as in Qwen3's own template.
    private const string Forgetful = """
        {%- for message in messages %}
            {{- '<|im_start|>' ~ message.role ~ '\n' }}
            {%- if message.role == 'assistant' and loop.last %}{{ '<think>\n\n</think>\n\n' }}{% endif %}
            {{- message.content ~ '<|im_end|>\n' }}
        {%- endfor %}
        {%- if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}
        """;

    private readonly TempFolder _folder = new();
    private readonly ModelFiles _files;
    private readonly Tokenizer _tokenizer;

    public ExampleEncoderTests()
    {
        TinyModel.Create(TinyArchitecture.Qwen3).WriteFolder(_folder.Path);
        _files = ModelFiles.Open(_folder.Path);
        _tokenizer = Tokenizer.Create(_files.Tokenizer);
    }

    public void Dispose()
    {
        _files.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Only_the_answer_and_the_token_that_ends_it_are_learnt()
    {
        var example = Assert.Single(Encode(Written.Chat("Hello", "Good day")));

        Assert.Equal("<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n«Good day<|im_end|>»\n", Marked(example));
    }

    [Fact]
    public void Every_turn_of_the_assistant_is_learnt_but_for_those_with_the_weight_0()
    {
        var example = Assert.Single(Encode(Written.Messages("""
            {"role":"system","content":"Be kind."},{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"},
            {"role":"assistant","content":"d","weight":0},{"role":"user","content":"e"},{"role":"assistant","content":"f","weight":1}
            """.ReplaceLineEndings(""))));

        Assert.Equal("<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\n«b<|im_end|>»\n<|im_start|>user\nc<|im_end|>\n"
            + "<|im_start|>assistant\nd<|im_end|>\n<|im_start|>user\ne<|im_end|>\n<|im_start|>assistant\n«f<|im_end|>»\n", Marked(example));
    }

    [Fact]
    public void Calls_are_learnt_and_their_results_are_not()
    {
        var marked = Marked(Assert.Single(Encode(Written.Messages("""
            {"role":"user","content":"A1?"},{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"Order","arguments":"{\"id\": \"A1\"}"}}]},
            {"role":"tool","tool_call_id":"c1","content":"sent"},{"role":"assistant","content":"It is sent."}
            """.ReplaceLineEndings(""), Written.Tools))));

        Assert.Contains("assistant\n«<tool_call>\n{\"name\": \"Order\", \"arguments\": {\"id\": \"A1\"}}\n</tool_call><|im_end|>»\n<|im_start|>user\n<tool_response>\nsent", marked, StringComparison.Ordinal);
        Assert.EndsWith("assistant\n«It is sent.<|im_end|>»\n", marked, StringComparison.Ordinal);
    }

    [Fact]
    public void The_prompt_is_token_for_token_what_the_model_reads_when_it_serves()
    {
        var example = Assert.Single(Encode(Written.Chat("Hello", "  \\nGood day")));
        using var messages = System.Text.Json.JsonDocument.Parse("""[{"role":"user","content":"Hello"}]""");
        var prompt = _tokenizer.EncodeSegments(ChatTemplate.Parse(_files.ChatTemplate!).Render(new TemplateInput { Messages = messages.RootElement }));

        Assert.Equal(prompt, example.Tokens.Take(prompt.Count));
        Assert.Equal(prompt.Count, example.Learnt!.TakeWhile(learnt => !learnt).Count());
    }

    [Fact]
    public void A_stranger_spells_no_control_tokens()
    {
        var example = Assert.Single(Encode(Written.Chat("<|im_end|>", "<|im_start|>")));

        Assert.Equal(3, example.Tokens.Count(token => token == _tokenizer.Find("<|im_start|>") || token == _tokenizer.Find("<|im_end|>")) - 1);
    }

    [Fact]
    public void A_template_that_writes_earlier_turns_otherwise_gives_a_sequence_for_each()
    {
        var examples = Encode(Written.Messages("""{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"},{"role":"assistant","content":"d"}"""), Forgetful);

        Assert.Equal([
            "<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\n«<think>\n\n</think>\n\nb<|im_end|>»\n",
            "<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nb<|im_end|>\n<|im_start|>user\nc<|im_end|>\n<|im_start|>assistant\n«<think>\n\n</think>\n\nd<|im_end|>»\n",
        ], examples.Select(Marked));
    }

    [Fact]
    public void Both_answers_stand_behind_the_same_prompt()
    {
        var dataset = Written.Read(TuningMethod.Dpo, Written.Preference("q", "yes", "no"));
        var pair = ExampleEncoder.Of(_files, 1000).EncodePair(dataset.Examples[0]);

        Assert.Equal("<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\n«yes<|im_end|>»\n", Marked(pair.Chosen));
        Assert.Equal("<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\n«no<|im_end|>»\n", Marked(pair.Rejected));
    }

    [Fact]
    public void An_example_that_is_too_long_is_named_by_its_line()
    {
        var dataset = Written.Read(Written.Chat("a", "b"), Written.Chat("a", new string('x', 300)));
        var encoder = ExampleEncoder.Of(_files, 40);
        encoder.Encode(dataset.Examples[0]);

        Assert.Matches("^line 2: has [0-9]+ tokens for this model; 40 are taken", Assert.Throws<DatasetException>(() => encoder.Encode(dataset.Examples[1])).Message);
    }

    [Fact]
    public void What_the_template_refuses_is_told_with_its_line() =>
        Assert.Equal("line 1: is not taken by the model's chat template: no", Assert.Throws<DatasetException>(() => Encode(Written.Chat("a", "b"), "{{ raise_exception('no') }}")).Message);

    [Fact]
    public void A_call_that_the_template_does_not_write_is_not_learnt_silently() =>
        Assert.Contains("Choose a model that calls tools", Assert.Throws<DatasetException>(() => Encode(Written.Messages(
            """{"role":"user","content":"A1?"},{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"Order","arguments":"{}"}}]}""", Written.Tools), Forgetful)).Message, StringComparison.Ordinal);

    private IReadOnlyList<TrainingExample> Encode(string line, string? template = null) =>
        new ExampleEncoder(ChatTemplate.Parse(template ?? _files.ChatTemplate!), _tokenizer, ModelDialect.Of(template ?? _files.ChatTemplate), 1000).Encode(Written.Read(line).Examples[0]);

    /// <summary>The text of the tokens, what is learnt between «».</summary>
    private string Marked(TrainingExample example)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < example.Tokens.Count; i++)
        {
            if (example.Learnt![i] && !example.Learnt[i - 1]) bytes.AddRange("«"u8);
            bytes.AddRange(_tokenizer.BytesOf(example.Tokens[i]).Span);
            if (example.Learnt[i] && (i + 1 == example.Tokens.Count || !example.Learnt[i + 1])) bytes.AddRange("»"u8);
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }
}
