using System.Collections.Immutable;
using Causeway.Spec.Plans;

namespace Causeway.Spec.Catalog;

/// <summary>What a plan takes from the catalog: list prices and dates of the models its targets may be asked for.</summary>
internal static class CatalogFacts
{
    private const string Tier = "standard";

    /// <summary>Prices by upstream and model, for models that the spec has no price of.</summary>
    public static ImmutableArray<UpstreamPrice> PricesOf(IEnumerable<ServedModel> served, IReadOnlyDictionary<string, ModelPrice> own, ModelCatalog catalog) =>
    [
        .. from model in served
           where !own.ContainsKey(model.Name)
           let price = catalog.Find(model.Upstream, model.Name)?.PriceOf(Tier)
           where price is not null
           select new UpstreamPrice(model.Upstream.Name, model.Name, price),
    ];

    public static SunsetTable SunsetsOf(IEnumerable<ServedModel> served, ModelCatalog catalog) => new(
    [
        .. from model in served
           let dates = catalog.Find(model.Upstream, model.Name)?.Lifecycle
           where dates is { Shutdown: not null } or { Deprecated: not null }
           select new ModelSunset(model.Upstream.Name, model.Name, dates.Deprecated, dates.Shutdown, dates.Replacement),
    ]);

    /// <summary>
    /// Every model that these targets may be asked for, in the order of upstream and name. A pattern stands for the models that the catalog
    /// has under it.
    /// </summary>
    public static ImmutableArray<ServedModel> ModelsOf(
        IEnumerable<(TargetPlan Target, ImmutableArray<string> Asked)> targets, ImmutableArray<UpstreamPlan> upstreams, ModelCatalog catalog)
    {
        var models = from pair in targets
                     let upstream = upstreams.First(candidate => candidate.Name == pair.Target.Upstream)
                     from name in pair.Target.Model is { } model ? [model] : pair.Asked.SelectMany(asked => Under(asked, upstream, catalog))
                     select new ServedModel(upstream, name);
        return [.. models.DistinctBy(model => (model.Upstream.Name, model.Name)).OrderBy(model => model.Upstream.Name, StringComparer.Ordinal).ThenBy(model => model.Name, StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Under(string asked, UpstreamPlan upstream, ModelCatalog catalog) =>
        asked.EndsWith('*') ? catalog.IdsOf(upstream).Where(id => id.StartsWith(asked[..^1], StringComparison.Ordinal)) : [asked];
}

/// <summary>A model as a target asks an upstream for it.</summary>
internal readonly record struct ServedModel(UpstreamPlan Upstream, string Name);

/// <summary>The catalog's price of a model at one upstream.</summary>
internal readonly record struct UpstreamPrice(string Upstream, string Model, ModelPrice Price);
