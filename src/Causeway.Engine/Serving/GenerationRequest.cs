using Causeway.Engine.Constraints;
using Causeway.Engine.Sampling;

namespace Causeway.Engine.Serving;

/// <summary>A text to be continued.</summary>
public sealed record GenerationRequest
{
    /// <summary>Token ids, at least one.</summary>
    public required IReadOnlyList<int> Prompt { get; init; }

    /// <summary>Tokens at the most; bounded by the room that the context leaves.</summary>
    public required int MaxTokens { get; init; }

    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>Null: anything may be said.</summary>
    public TokenConstraint? Constraint { get; init; }

    /// <summary>The name of a LoRA adapter that was added to the model; null for the base.</summary>
    public string? Adapter { get; init; }

    /// <summary>Tokens that end the answer and are not part of it, beside the model's own.</summary>
    public IReadOnlyList<int> EndTokens { get; init; } = [];
}

/// <summary>One step of an answer.</summary>
/// <param name="Logprob">Natural logarithm of the token's probability before temperature and filters; NaN when not asked for.</param>
/// <param name="Alternatives">The most likely tokens at this place, best first; empty when not asked for.</param>
public readonly record struct GeneratedToken(int Id, float Logprob, IReadOnlyList<TokenLogprob> Alternatives);

/// <summary>A token that could have come.</summary>
public readonly record struct TokenLogprob(int Id, float Logprob);

/// <summary>Why a generation ended.</summary>
public enum GenerationEnd
{
    /// <summary>The model ended its turn, or the constraint left nothing to say.</summary>
    Stop,
    /// <summary>MaxTokens, or the context is full.</summary>
    Length,
    Cancelled,
}
