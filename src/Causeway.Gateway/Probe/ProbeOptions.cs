using Causeway.Spec.Plans;

namespace Causeway.Gateway.Probe;

/// <summary>What to probe and what it may cost.</summary>
public sealed record ProbeOptions
{
    /// <summary>The upstream's name in the plan.</summary>
    public required string Upstream { get; init; }

    /// <summary>The upstream's own name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Tokens, prompts and answers together; a check that could exceed it is not run.</summary>
    public int MaxTokens { get; init; } = 20_000;

    /// <summary>Dollars; counts only with a <see cref="Price"/>. Null bounds tokens only.</summary>
    public decimal? MaxCost { get; init; }

    /// <summary>Null when it is not known.</summary>
    public ModelPrice? Price { get; init; }

    /// <summary>How long one answer may take.</summary>
    public TimeSpan PerCheck { get; init; } = TimeSpan.FromSeconds(60);
}
