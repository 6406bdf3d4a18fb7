using System.Text.Json;
using Causeway.Engine.Constraints;
using Causeway.Engine.Serving;
using Causeway.Gateway.Upstreams;
using Causeway.Wire.Dialects;
using Causeway.Wire.Embeddings;
using Causeway.Wire.Errors;

namespace Causeway.Embedded;

/// <summary>Answers one request with a model that is in memory. The lease is given back when the answer is over, or by the caller if this throws.</summary>
internal sealed class EmbeddedAnswer(ModelLease lease, string? adapter, string name, TimeProvider time)
{
    private const string Json = "application/json";
    private const string Events = "text/event-stream";
    private const int MaxPrompts = ChatAsk.MaxChoices;
    private const int InputsAtOnce = 4;

    private RunningModel Model => lease.Model;

    public async ValueTask<UpstreamReply> ChatAsync(JsonElement root, bool stream, CancellationToken cancel)
    {
        var ask = ChatAsk.Read(root, Model.Defaults, Model.Engine.Config.Vocabulary, isChat: true);
        var tools = ToolAsk.Read(root);
        var prompt = ChatPrompt.Render(root, tools, Model, time);
        var constraint = AnswerGrammar.Of(root, tools, Model, prompt.IsThinking);
        var runs = Start(Enumerable.Repeat(prompt.Tokens, ask.Choices), ask, constraint, () => Reading(ask, tools, prompt));
        return await ReplyAsync(runs, ask.Choices, [], ask, AnswerHead.New(name, isChat: true, time), stream, cancel).ConfigureAwait(false);
    }

    public async ValueTask<UpstreamReply> CompleteAsync(JsonElement root, bool stream, CancellationToken cancel)
    {
        var ask = ChatAsk.Read(root, Model.Defaults, Model.Engine.Config.Vocabulary, isChat: false);
        var inputs = new List<EmbeddingInput>();
        if (TextInputs.Read(root, "prompt", MaxPrompts, inputs) is { } error) throw new EmbeddedRefusal(error);
        if (inputs.Count * ask.Choices > ChatAsk.MaxChoices)
            throw new EmbeddedRefusal(ErrorCodes.InvalidType.Error($"'n' times the number of prompts is at most {ChatAsk.MaxChoices}.", "n"));
        var isEchoed = new AskReader(root).Flag("echo");
        if (isEchoed && stream) throw new EmbeddedRefusal(ErrorCodes.UnsupportedParameter.Error("'echo' is not supported in a stream by embedded models.", "echo"));
        var prompts = inputs.SelectMany(input => Enumerable.Repeat(input, ask.Choices)).ToList();
        var runs = Start(prompts.Select(TokensOf), ask, AnswerGrammar.Free, () => new ChoiceReading(Model.Tokenizer, ask.Stops, null, KeepSpecials: false, ask.WantsLogprobs));
        List<string> echoes = isEchoed ? [.. prompts.Select(EchoOf)] : [];
        return await ReplyAsync(runs, ask.Choices, echoes, ask, AnswerHead.New(name, isChat: false, time), stream, cancel).ConfigureAwait(false);
    }

    public async ValueTask<UpstreamReply> EmbedAsync(JsonElement root, CancellationToken cancel)
    {
        var request = EmbeddingRequest.TryRead(root, out var error) ?? throw new EmbeddedRefusal(error!);
        var hidden = Model.Engine.Config.Hidden;
        if (request.Dimensions > hidden) throw new EmbeddedRefusal(ErrorCodes.InvalidType.Error($"'dimensions' is at most {hidden}, which the model has.", "dimensions"));
        var tokens = request.Inputs.Select(TokensOf).ToList();
        var vectors = new float[tokens.Count][];
        await Parallel.ForEachAsync(Enumerable.Range(0, tokens.Count), new ParallelOptions { MaxDegreeOfParallelism = InputsAtOnce, CancellationToken = cancel },
            async (index, stop) => vectors[index] = Shortened(await Model.Engine.EmbedAsync(tokens[index], Pooling.Mean, adapter, stop), request.Dimensions)).ConfigureAwait(false);
        return Plain(json => EmbeddingAnswer.Write(json, name, vectors, request.AsBase64, tokens.Sum(one => (long)one.Count)));
    }

    public UpstreamReply Tokenize(JsonElement root)
    {
        var reader = new AskReader(root);
        IReadOnlyList<int> tokens;
        if (reader.Find("messages") is not null) tokens = ChatPrompt.Render(root, ToolAsk.Read(root), Model, time).Tokens;
        else if (reader.Find("prompt") is { ValueKind: JsonValueKind.String } text) tokens = TokensOf(new EmbeddingInput(text.GetString(), null));
        else throw new EmbeddedRefusal(ErrorCodes.MissingRequiredParameter.Error("Missing required parameter: 'prompt', a text, or 'messages'.", "prompt"));
        return Plain(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("count"u8, tokens.Count);
            json.WriteNumber("max_model_len"u8, Model.Engine.ContextTokens);
            json.WriteStartArray("tokens"u8);
            foreach (var token in tokens) json.WriteNumberValue(token);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private ChoiceReading Reading(ChatAsk ask, ToolAsk tools, RenderedPrompt prompt)
    {
        var options = new DialectOptions
        {
            Reasoning = prompt.IsThinking ? ReasoningMarkup.OpenedByPrompt : Model.Dialect.Reasons ? ReasoningMarkup.Tagged : ReasoningMarkup.None,
            DiscardCalls = tools.Demand == ToolDemand.None,
        };
        var isOffered = tools.Demand != ToolDemand.None;
        DialectFamily[] families = !isOffered ? [] : Model.Dialect.Family == DialectFamily.Hermes ? [DialectFamily.Hermes] : [Model.Dialect.Family, DialectFamily.Hermes];
        var table = isOffered ? ToolTable.Read(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(tools.Raw)) : ToolTable.Empty;
        return new ChoiceReading(Model.Tokenizer, ask.Stops, DialectParser.Create(families, table, options), KeepSpecials: isOffered, ask.WantsLogprobs);
    }

    /// <summary>Starts all choices, or none.</summary>
    private List<ChoiceRun> Start(IEnumerable<IReadOnlyList<int>> prompts, ChatAsk ask, Func<TokenConstraint?> constraint, Func<ChoiceReading> reading)
    {
        var started = new List<Generation>();
        try
        {
            foreach (var prompt in prompts)
                started.Add(Model.Engine.Start(new GenerationRequest
                {
                    Prompt = prompt, MaxTokens = ask.MaxTokens ?? int.MaxValue, Sampling = ask.SamplingOf(started.Count), Constraint = constraint(), Adapter = adapter,
                }));
        }
        catch
        {
            started.ForEach(generation => generation.Cancel());
            throw;
        }
        return [.. started.Select((generation, index) => new ChoiceRun(index, generation, reading()))];
    }

    private async ValueTask<UpstreamReply> ReplyAsync(List<ChoiceRun> runs, int perPrompt, IReadOnlyList<string> echoes, ChatAsk ask, AnswerHead head, bool stream, CancellationToken cancel)
    {
        // From here on the run gives the lease back.
        var run = new AnswerRun(runs, perPrompt, lease, stream ? CancellationToken.None : cancel);
        if (stream) return new EmbeddedReply(Events, new StreamBody(run, head, ask, Model.Tokenizer), lease.ColdStart);
        return new EmbeddedReply(Json, await WholeBody.MakeAsync(run, head, ask, Model.Tokenizer, echoes, runs.Count, cancel).ConfigureAwait(false), lease.ColdStart);
    }

    private EmbeddedReply Plain(Action<Utf8JsonWriter> write)
    {
        var reply = new EmbeddedReply(Json, WholeBody.Of(write), lease.ColdStart);
        lease.Dispose();
        return reply;
    }

    // A completion's prompt is its caller's own text, written in the model's markup if need be.
    private IReadOnlyList<int> TokensOf(EmbeddingInput input)
    {
        if (input.Tokens is { } given) return given.All(token => token < Model.Engine.Config.Vocabulary) ? given
            : throw new EmbeddedRefusal(ErrorCodes.InvalidType.Error($"A token id is below {Model.Engine.Config.Vocabulary}, the size of the model's vocabulary.", "prompt"));
        var tokens = new List<int>(Model.Tokenizer.Prefix);
        Model.Tokenizer.Encode(input.Text, specials: true, tokens);
        if (tokens.Count == 0) throw new EmbeddedRefusal(ErrorCodes.InvalidType.Error("The text is empty, and the model has no token to begin with.", "prompt"));
        return tokens;
    }

    private string EchoOf(EmbeddingInput input) => input.Text ?? string.Concat((input.Tokens ?? []).Select(new Causeway.Engine.Tokenizers.TokenDecoder(Model.Tokenizer, keepSpecials: true).Add));

    /// <summary>The first numbers, scaled to length 1 again: what models trained for it (Kusupati et al. 2022, arXiv:2205.13147) mean by a shorter vector.</summary>
    private static float[] Shortened(float[] vector, int? dimensions)
    {
        if (dimensions is not { } count || count == vector.Length) return vector;
        var shorter = vector[..count];
        var length = MathF.Sqrt(shorter.Sum(number => number * number));
        return length == 0 ? shorter : [.. shorter.Select(number => number / length)];
    }
}
