namespace Causeway.Ledger.Reading;

/// <summary>What a summary is grouped by.</summary>
public enum SummaryBy
{
    Route,
    /// <summary>The model that was asked for.</summary>
    Model,
    Key,
    Upstream,
}

/// <summary>Exchanges of one group.</summary>
/// <param name="Name">The group; null for exchanges that have none, <see cref="Others"/> for what is beyond the bound of groups.</param>
/// <param name="Exchanges">How many.</param>
/// <param name="Errors">Of these: refused, failed or cut. A caller who hung up is no error.</param>
/// <param name="PromptTokens">Tokens, cached ones included.</param>
/// <param name="CompletionTokens">Tokens, reasoning included.</param>
/// <param name="CostNanos">Nano-dollars of the exchanges that have a price.</param>
/// <param name="Unpriced">Exchanges that used tokens and have no price.</param>
/// <param name="Duration">Of all exchanges.</param>
/// <param name="FirstByte">Of exchanges that had one.</param>
public sealed record ExchangeSummary(
    string? Name,
    long Exchanges,
    long Errors,
    long PromptTokens,
    long CompletionTokens,
    long CostNanos,
    long Unpriced,
    Percentiles Duration,
    Percentiles FirstByte)
{
    public const string Others = "(others)";
}

/// <summary>Microseconds, at most 1% above the exact value; null when nothing was measured.</summary>
public readonly record struct Percentiles(long? P50, long? P95);
