using System.Text.Json;
using Causeway.Embedded;
using Causeway.Engine;
using Causeway.Engine.Formats;
using Causeway.Engine.Templates;
using Causeway.Engine.Tokenizers;
using Causeway.Engine.Training;

namespace Causeway.Tuning.Datasets;

/// <summary>
/// Makes examples the tokens that a model learns from: through its own chat template and tokenizer, the prompt cut from the answer where it is
/// cut when the model serves. Only the assistant's turns are learnt, with the token that ends them; one with the weight 0 is not. Thread-safe.
/// </summary>
/// <param name="maxTokens">Of one example.</param>
internal sealed class ExampleEncoder(ChatTemplate template, Tokenizer tokenizer, ModelDialect dialect, int maxTokens)
{
    /// <exception cref="ModelFormatException">The model has no chat template, or its tokenizer or template is not run here.</exception>
    public static ExampleEncoder Of(ModelFiles files, int maxTokens) => new(
        ChatTemplate.Parse(files.ChatTemplate ?? throw new ModelFormatException($"{files.Name} has no chat template, so it cannot learn conversations.")),
        Tokenizer.Create(files.Tokenizer), ModelDialect.Of(files.ChatTemplate), maxTokens);

    /// <summary>
    /// One sequence for a conversation, or several where the template writes earlier turns otherwise than it asked for them (Qwen3 leaves out their
    /// thoughts): then each turn is learnt as it was said.
    /// </summary>
    /// <exception cref="DatasetException">It is too long, or the template does not take it.</exception>
    public IReadOnlyList<TrainingExample> Encode(DatasetExample example) => Guarded(example, root =>
    {
        var messages = root.GetProperty("messages");
        using var text = new ConversationText(root, template, tokenizer, dialect);
        List<int> learnt = [.. Enumerable.Range(0, messages.GetArrayLength()).Where(index => ExampleRules.IsLearnt(messages[index]))];
        foreach (var index in learnt) CheckCalls(example, messages[index]);
        // Before each turn is rendered for itself: a conversation that is far too long costs little.
        if (learnt.Count > 1) CheckLength(example, text.Render(learnt[^1] + 1, asksForAnswer: false));
        List<Turn> turns = [.. learnt.Select(index => Turn.Of(example, text, index))];
        var sequences = new List<TrainingExample>();
        while (turns.Count > 0)
        {
            var whole = turns[^1];
            var inside = turns.ToLookup(turn => whole.Text.StartsWith(turn.Text, StringComparison.Ordinal));
            sequences.Add(Cut(example, whole.Pieces, [.. inside[true].Select(turn => (turn.Start, turn.Text.Length))]));
            turns = [.. inside[false]];
        }
        sequences.Reverse();
        return sequences;
    });

    /// <summary>The two answers, each behind the prompt, which is not learnt.</summary>
    /// <exception cref="DatasetException">One is too long, or the template does not take it.</exception>
    public PreferencePair EncodePair(DatasetExample example) => Guarded(example, root =>
        new PreferencePair(Output(example, root, "preferred_output"), Output(example, root, "non_preferred_output")));

    private TrainingExample Output(DatasetExample example, JsonElement root, string name)
    {
        var answer = root.GetProperty(name)[0];
        CheckCalls(example, answer);
        using var joined = Join(root.GetProperty("input"), answer);
        using var text = new ConversationText(joined.RootElement, template, tokenizer, dialect);
        var turn = Turn.Of(example, text, joined.RootElement.GetProperty("messages").GetArrayLength() - 1);
        return Cut(example, turn.Pieces, [(turn.Start, turn.Text.Length)]);
    }

    /// <summary>Prompt and answers, tokens apart, as they come when the model serves.</summary>
    private TrainingExample Cut(DatasetExample example, IReadOnlyList<(string Text, bool Trusted)> whole, IReadOnlyList<(int Start, int End)> spans)
    {
        var (tokens, learnt, at) = (new List<int>(), new List<bool>(), 0);
        foreach (var (start, end) in spans)
        {
            Add(at, start, isAnswer: false);
            Add(start, end, isAnswer: true);
            at = end;
        }
        if (tokens.Count > maxTokens) throw TooLong(example, tokens.Count);
        if (!learnt.Skip(1).Contains(true)) throw new DatasetException(example.Line, "", "has nothing to learn: the model's chat template writes none of the assistant's turns.");
        return new TrainingExample(tokens, learnt);

        void Add(int from, int to, bool isAnswer)
        {
            var piece = tokenizer.EncodeSegments(Slice(whole, from, to));
            var said = isAnswer ? LengthOfAnswer(piece) : 0;
            tokens.AddRange(piece);
            for (var i = 0; i < piece.Count; i++) learnt.Add(i < said);
        }
    }

    /// <summary>An answer ends with the token that ends a turn: the white space that templates write after it is never generated.</summary>
    private int LengthOfAnswer(List<int> tokens)
    {
        var last = tokens.FindLastIndex(tokenizer.IsSpecial);
        return last >= 0 && tokens.Skip(last + 1).All(token => tokenizer.BytesOf(token).Span.Trim(" \n\r\t"u8).IsEmpty) ? last + 1 : tokens.Count;
    }

    private static List<(string Text, bool Trusted)> Slice(IReadOnlyList<(string Text, bool Trusted)> whole, int from, int to)
    {
        var (slice, at) = (new List<(string, bool)>(), 0);
        foreach (var (text, trusted) in whole)
        {
            var (start, end) = (Math.Max(from - at, 0), Math.Min(to - at, text.Length));
            if (end > start) slice.Add((text[start..end], trusted));
            at += text.Length;
        }
        return slice;
    }

    private void CheckLength(DatasetExample example, IReadOnlyList<(string Text, bool Trusted)> whole)
    {
        if (tokenizer.EncodeSegments(whole).Count is var count && count > maxTokens) throw TooLong(example, count);
    }

    private void CheckCalls(DatasetExample example, JsonElement answer)
    {
        if (answer.Given("tool_calls") is not null && !dialect.TemplateHasTools)
            throw new DatasetException(example.Line, "", "has a tool call to learn, and the model's chat template writes none. Choose a model that calls tools, or leave the line out.");
    }

    private DatasetException TooLong(DatasetExample example, int count) =>
        new(example.Line, "", $"has {count} tokens for this model; {maxTokens} are taken. Shorten it, or leave it out.");

    private static JsonDocument Join(JsonElement input, JsonElement answer)
    {
        var tools = input.Given("tools") is { } given ? $",\"tools\":{given.GetRawText()}" : "";
        var messages = string.Join(',', input.GetProperty("messages").EnumerateArray().Append(answer).Select(message => message.GetRawText()));
        return JsonDocument.Parse($"{{\"messages\":[{messages}]{tools}}}");
    }

    private static string Joined(IReadOnlyList<(string Text, bool Trusted)> pieces) => string.Concat(pieces.Select(piece => piece.Text));

    private static T Guarded<T>(DatasetExample example, Func<JsonElement, T> run)
    {
        try
        {
            using var document = JsonDocument.Parse(example.Json);
            return run(document.RootElement);
        }
        catch (ChatTemplateException e)
        {
            throw new DatasetException(example.Line, "", $"is not taken by the model's chat template: {e.Message}");
        }
        catch (EmbeddedRefusal e)
        {
            throw new DatasetException(example.Line, "", $"cannot be learnt by this model: {e.Error.Message}");
        }
    }

    /// <summary>The conversation up to the end of one of the assistant's turns, as the template writes it when that turn is the last.</summary>
    /// <param name="Start">Where the turn begins in the text.</param>
    private sealed record Turn(IReadOnlyList<(string Text, bool Trusted)> Pieces, string Text, int Start)
    {
        public static Turn Of(DatasetExample example, ConversationText conversation, int index)
        {
            var pieces = conversation.Render(index + 1, asksForAnswer: false);
            var (said, prompt) = (Joined(pieces), Joined(conversation.Render(index, asksForAnswer: true)));
            var start = prompt.AsSpan().CommonPrefixLength(said);
            // Where the template opens the turn otherwise than it asks for it (a thought already begun), what both agree on is the prompt; never less than what came before.
            if (start < prompt.Length && !said.AsSpan(0, start).StartsWith(Joined(conversation.Render(index, asksForAnswer: false)), StringComparison.Ordinal))
                throw new DatasetException(example.Line, "", "cannot be cut into prompt and answer: the model's chat template writes what came before otherwise when the answer is there.");
            return new Turn(pieces, said, start);
        }
    }
}
