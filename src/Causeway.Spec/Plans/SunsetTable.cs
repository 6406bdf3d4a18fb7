using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Causeway.Spec.Plans;

/// <summary>The end of a model that a plan may serve. At least one of the dates is there.</summary>
/// <param name="Model">The upstream's name of it.</param>
/// <param name="Deprecated">Since when its end is announced.</param>
/// <param name="Shutdown">The first day on which it no longer answers.</param>
/// <param name="Replacement">What its provider suggests instead.</param>
public sealed record ModelSunset(string Upstream, string Model, DateOnly? Deprecated, DateOnly? Shutdown, string? Replacement);

/// <summary>
/// Which of a plan's models have an end, by the catalog the plan was compiled with. Facts about the world, not decisions: they are no part
/// of the plan's hash. Immutable.
/// </summary>
public sealed class SunsetTable(ImmutableArray<ModelSunset> all)
{
    public static readonly SunsetTable None = new([]);

    private readonly FrozenDictionary<(string, string), ModelSunset> _served = all.ToFrozenDictionary(sunset => (sunset.Upstream, sunset.Model));
    private readonly FrozenDictionary<string, ModelSunset> _asked =
        all.GroupBy(sunset => sunset.Model, StringComparer.Ordinal).ToFrozenDictionary(same => same.Key, same => same.First(), StringComparer.Ordinal);

    /// <summary>In the order of upstream and model.</summary>
    public ImmutableArray<ModelSunset> All => all;

    /// <summary>The end of the model that served, else of the one that was asked for by its own name; null when neither has one.</summary>
    public ModelSunset? Find(string upstream, string served, string? asked) =>
        _served.TryGetValue((upstream, served), out var sunset) ? sunset : asked is null ? null : _asked.GetValueOrDefault(asked);
}
