using System.Collections.Frozen;
using Causeway.Wire.Chat;

namespace Causeway.Spec.Plans;

/// <summary>US dollars per million tokens, as price lists state them.</summary>
public sealed record ModelPrice(decimal Prompt, decimal Completion, decimal Cached)
{
    /// <summary>
    /// Nano-dollars (1e-9 USD), rounded half to even; exact for every published price. Upstreams state the counts, so absurd ones
    /// are made harmless here rather than trusted: below zero is zero, cached is at most prompt, and a sum beyond a long is its maximum.
    /// </summary>
    public long Cost(TokenUsage usage)
    {
        var prompt = Math.Max(usage.Prompt, 0);
        var cached = Math.Clamp(usage.Cached, 0, prompt);
        var completion = Math.Max(usage.Completion, 0);
        var nanoDollars = ((prompt - cached) * Prompt + cached * Cached + completion * Completion) * 1000m;
        return nanoDollars < long.MaxValue ? decimal.ToInt64(decimal.Round(nanoDollars)) : long.MaxValue;
    }

    /// <summary>Two costs together; a sum beyond a long is its maximum.</summary>
    public static long Sum(long one, long other) => one > long.MaxValue - other ? long.MaxValue : one + other;
}

/// <summary>
/// Prices by upstream model name: the spec's, which hold everywhere, then the catalog's, which hold at one upstream. The ledger names the
/// table by hash, so a corrected price can re-price history.
/// </summary>
public sealed class PricePlan(
    string hash, string canonical, FrozenDictionary<string, ModelPrice> models,
    FrozenDictionary<(string Upstream, string Model), ModelPrice> listed)
{
    /// <summary><c>sha256:</c> and 64 hex digits over <see cref="Canonical"/>.</summary>
    public string Hash { get; } = hash;

    /// <summary>The table as canonical JSON: what the ledger stores under <see cref="Hash"/>.</summary>
    public string Canonical { get; } = canonical;

    /// <summary>Every model with a price in the spec, by the upstream's name of it; in no order.</summary>
    public IReadOnlyDictionary<string, ModelPrice> Models => models;

    /// <summary>Every model the catalog has a price of and the spec has none; in no order.</summary>
    public IReadOnlyDictionary<(string Upstream, string Model), ModelPrice> Listed => listed;

    /// <summary>The price that the spec gives a model, wherever it is served.</summary>
    public ModelPrice? Find(string model) => models.GetValueOrDefault(model);

    /// <summary>The price of a model at an upstream: the spec's, else the catalog's.</summary>
    public ModelPrice? Find(string upstream, string model) => Find(model) ?? listed.GetValueOrDefault((upstream, model));
}
