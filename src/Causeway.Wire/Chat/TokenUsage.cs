namespace Causeway.Wire.Chat;

/// <summary>Tokens of one exchange. <see cref="Cached"/> is part of <see cref="Prompt"/>, <see cref="Reasoning"/> of <see cref="Completion"/>.</summary>
public readonly record struct TokenUsage(long Prompt, long Completion, long Cached = 0, long Reasoning = 0)
{
    public long Total => Prompt + Completion;

    /// <summary>Both together.</summary>
    public TokenUsage Plus(TokenUsage other) =>
        new(Prompt + other.Prompt, Completion + other.Completion, Cached + other.Cached, Reasoning + other.Reasoning);
}
