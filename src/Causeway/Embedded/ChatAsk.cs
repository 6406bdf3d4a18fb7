using System.Text.Json;
using Causeway.Engine.Sampling;
using Causeway.Wire.Errors;

namespace Causeway.Embedded;

/// <summary>What a chat completion or a text completion asks for, beside its prompt.</summary>
internal sealed record ChatAsk
{
    /// <summary>Choices at once, over all prompts.</summary>
    public const int MaxChoices = 32;
    private const int MaxStops = 16;
    private const int MaxTopLogprobs = 20;

    public bool Stream { get; init; }
    public bool IncludeUsage { get; init; }
    public int Choices { get; init; } = 1;

    /// <summary>Null: until the model ends its turn or the context is full.</summary>
    public int? MaxTokens { get; init; }
    public IReadOnlyList<string> Stops { get; init; } = [];
    public SamplingOptions Sampling { get; init; } = new();

    public bool WantsLogprobs => Sampling.TopLogprobs >= 0;

    /// <summary>The sampling of a choice: one seed gives each of several choices another draw.</summary>
    public SamplingOptions SamplingOf(int choice) => Sampling.Seed is { } seed && choice > 0 ? Sampling with { Seed = unchecked(seed + (choice * 7_919_777_333_111L)) } : Sampling;

    /// <param name="defaults">What the model's own generation_config.json says; the request's word counts more.</param>
    /// <param name="isChat">A text completion spells some members otherwise.</param>
    public static ChatAsk Read(JsonElement root, SamplingOptions defaults, int vocabulary, bool isChat)
    {
        var reader = new AskReader(root);
        var ask = new ChatAsk
        {
            Stream = reader.Flag("stream"),
            IncludeUsage = reader.Find("stream_options") is { ValueKind: JsonValueKind.Object } options && new AskReader(options).Flag("include_usage"),
            Choices = reader.Integer("n", 1, MaxChoices) ?? 1,
            MaxTokens = reader.Integer("max_completion_tokens", 1, int.MaxValue) ?? reader.Integer("max_tokens", 1, int.MaxValue) ?? (isChat ? null : 16),
            Stops = reader.Texts("stop", MaxStops),
            Sampling = defaults with
            {
                Temperature = reader.Number("temperature", 0, 2) ?? defaults.Temperature,
                TopP = reader.Number("top_p", 0, 1) ?? defaults.TopP,
                TopK = reader.Integer("top_k", -1, vocabulary) is { } topK ? Math.Max(topK, 0) : defaults.TopK,
                MinP = reader.Number("min_p", 0, 1) ?? defaults.MinP,
                FrequencyPenalty = reader.Number("frequency_penalty", -2, 2) ?? 0,
                PresencePenalty = reader.Number("presence_penalty", -2, 2) ?? 0,
                RepetitionPenalty = reader.Number("repetition_penalty", 0.01, 10) ?? defaults.RepetitionPenalty,
                Seed = reader.Long("seed"),
                LogitBias = reader.Biases("logit_bias", vocabulary),
                TopLogprobs = isChat ? ReadLogprobs(reader) : reader.Integer("logprobs", 0, MaxTopLogprobs) ?? -1,
            },
        };
        if (ask.Sampling.TopP == 0) ask = ask with { Sampling = ask.Sampling with { TopP = 1e-6f } };
        return reader.Error is null ? ask : throw new EmbeddedRefusal(reader.Error);
    }

    private static int ReadLogprobs(AskReader reader)
    {
        var (wants, top) = (reader.Flag("logprobs"), reader.Integer("top_logprobs", 0, MaxTopLogprobs));
        if (top > 0 && !wants) reader.Fail(ErrorCodes.InvalidType.Error("'top_logprobs' needs 'logprobs': true.", "top_logprobs"));
        return wants ? top ?? 0 : -1;
    }
}
