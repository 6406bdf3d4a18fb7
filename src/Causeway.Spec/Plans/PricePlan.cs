using System.Collections.Frozen;
using Causeway.Wire.Chat;

namespace Causeway.Spec.Plans;

/// <summary>US dollars per million tokens, as price lists state them.</summary>
public sealed record ModelPrice(decimal Prompt, decimal Completion, decimal Cached)
{
    /// <summary>Nano-dollars (1e-9 USD), rounded half to even; exact for every published price.</summary>
    public long Cost(TokenUsage usage) =>
        decimal.ToInt64(decimal.Round(
            ((usage.Prompt - usage.Cached) * Prompt + usage.Cached * Cached + usage.Completion * Completion) * 1000m));
}

/// <summary>Prices by upstream model name. The ledger names the table by hash, so a corrected price can re-price history.</summary>
public sealed class PricePlan(string hash, string canonical, FrozenDictionary<string, ModelPrice> models)
{
    /// <summary><c>sha256:</c> and 64 hex digits over <see cref="Canonical"/>.</summary>
    public string Hash { get; } = hash;

    /// <summary>The table as canonical JSON: what the ledger stores under <see cref="Hash"/>.</summary>
    public string Canonical { get; } = canonical;

    public ModelPrice? Find(string model) => models.GetValueOrDefault(model);
}
