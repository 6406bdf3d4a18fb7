using System.Globalization;
using Causeway.Spec.Catalog;
using Causeway.Spec.Plans;

namespace Causeway.Cataloguing;

/// <summary>One model with every fact and where it comes from.</summary>
internal static class CatalogPage
{
    public static void Write(TextWriter output, CatalogModel model, DateOnly today)
    {
        output.WriteLine($"{model.Provider}/{model.Id}  {model.Name}{(model.Vendor is null ? "" : $" by {model.Vendor}")}");
        if (model.Profile is not null) output.WriteLine($"  profile    {model.Profile}");
        Group(output, "hosts", model.HostFacts, hosts => hosts.Select(Describe));
        Group(output, "regions", model.RegionFacts, regions => [string.Join(", ", regions)]);
        Group(output, "limits", model.LimitFacts, limits => [Describe(limits)]);
        Group(output, "prices", model.PriceFacts, prices => prices.Tiers.OrderBy(tier => CatalogWords.Tiers.IndexOf(tier.Key)).Select(tier => Describe(tier.Key, tier.Value, prices.Region)));
        Group(output, "features", model.FeatureFacts, features => [string.Join(", ", features.Select(feature => (feature.Value ? "" : "no ") + feature.Key))]);
        Group(output, "lifecycle", model.LifecycleFacts, lifecycle => Describe(lifecycle, today));
        output.WriteLine();
    }

    private static void Group<T>(TextWriter output, string name, Fact<T>? fact, Func<T, IEnumerable<string>> describe)
    {
        if (fact is null)
        {
            output.WriteLine($"  {name,-10} unknown");
            return;
        }
        var label = name;
        foreach (var line in describe(fact.Value))
        {
            output.WriteLine($"  {label,-10} {line}");
            label = "";
        }
        var (source, confidence) = (fact.Source, CatalogWords.Of(fact.Source.Confidence));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {"",-10}   {confidence}, {source.AsOf:yyyy-MM-dd}: {source.Source}"));
        if (source.Note is not null) output.WriteLine($"  {"",-10}   {source.Note}");
    }

    private static string Describe(ModelHost host) =>
        $"{CatalogWords.Of(host.Host)}{host.Prefix} as {host.Model}: {string.Join(", ", host.Apis.Select(CatalogWords.Of))}" +
        (host.Confidence == FactConfidence.Unverified ? " (unverified)" : "");

    private static string Describe(ModelLimits limits) => string.Join(", ", new[]
    {
        Count("context", limits.Context, "tokens"), Count("answer", limits.MaxOutput, "tokens"),
        Count("answer by public catalogs", limits.MaxOutputClaimed, "tokens"), Count("request", limits.MaxRequestBytes, "bytes"),
    }.OfType<string>());

    private static string? Count(string what, int? count, string unit) =>
        count is { } number ? string.Create(CultureInfo.InvariantCulture, $"{what} {number} {unit}") : null;

    private static string Describe(string tier, ModelPrice price, string? region) => string.Create(CultureInfo.InvariantCulture,
        $"{tier}: {price.Prompt:0.#########} prompt, {price.Completion:0.#########} completion, {price.Cached:0.#########} cached USD per million{(region is null ? "" : $" ({region})")}");

    private static IEnumerable<string> Describe(ModelLifecycle lifecycle, DateOnly today)
    {
        if (lifecycle.Launched is { } launched) yield return string.Create(CultureInfo.InvariantCulture, $"launched {launched:yyyy-MM-dd}");
        if (lifecycle.Deprecated is { } deprecated) yield return string.Create(CultureInfo.InvariantCulture, $"end announced {deprecated:yyyy-MM-dd}");
        if (lifecycle.Shutdown is not null) yield return $"shutdown {CatalogTable.End(lifecycle, today)}";
        if (lifecycle.Replacement is { } replacement) yield return $"its provider suggests {replacement}";
    }
}
