namespace Causeway.Engine.Sampling;

/// <summary>How the next token is drawn. The steps are taken in this order: bias and penalties, mask, top-k, temperature, top-p, min-p, draw.</summary>
public sealed record SamplingOptions
{
    /// <summary>0 takes the most likely token; else logits are divided by it.</summary>
    public float Temperature { get; init; } = 1;

    /// <summary>Only the most likely tokens whose probabilities add up to this; 1 for all (Holtzman et al. 2019, arXiv:1904.09751).</summary>
    public float TopP { get; init; } = 1;

    /// <summary>Only so many of the most likely tokens; 0 for all.</summary>
    public int TopK { get; init; }

    /// <summary>Only tokens at least this likely relative to the most likely one; 0 for all (Nguyen et al. 2024, arXiv:2407.01082).</summary>
    public float MinP { get; init; }

    /// <summary>Subtracted from a logit for each time its token was generated before (OpenAI's definition).</summary>
    public float FrequencyPenalty { get; init; }

    /// <summary>Subtracted once from the logit of a token that was generated before (OpenAI's definition).</summary>
    public float PresencePenalty { get; init; }

    /// <summary>Divides the positive logits and multiplies the negative ones of tokens of the prompt and the answer; 1 for none (Keskar et al. 2019, arXiv:1909.05858).</summary>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>Added to the logits of these tokens.</summary>
    public IReadOnlyDictionary<int, float>? LogitBias { get; init; }

    /// <summary>The same seed, model, thread count and batch give the same draw; null takes a new one.</summary>
    public long? Seed { get; init; }

    /// <summary>How many of the most likely tokens are reported beside the drawn one: -1 for no probabilities at all, 0 for the drawn one's only.</summary>
    public int TopLogprobs { get; init; } = -1;
}
