using System.Collections.Immutable;
using Causeway.Spec.Catalog;
using Causeway.Spec.Diagnostics;
using Causeway.Spec.Plans;
using Causeway.Spec.Yaml;

namespace Causeway.Spec.Sections;

/// <summary>The whole file: checks the version and hands each section to its reader.</summary>
internal static class RootSection
{
    public const string ApiVersion = "causeway/v1";

    /// <summary>A plan, or null as soon as anything was wrong; every section is read in any case, so that all mistakes show.</summary>
    public static Plan? Read(YamlNode? root, SpecContext context)
    {
        if (root is YamlScalar { Kind: ScalarKind.Null })
        {
            context.Bag.Add(DiagnosticRule.MissingKey, Position.Start, "the spec is empty");
            return null;
        }
        if (MapReader.Over(root, SpecShapes.Root, "a spec", context.Bag, Position.Start) is not { } reader) return null;
        CheckVersion(reader.Find("apiVersion"), context.Bag);
        var upstreams = UpstreamSection.Read(reader.Find("upstreams"), context);
        var models = ModelSection.Read(reader.Find("models"), context);
        var keys = KeySection.Read(reader.Find("keys"), context.Bag);
        var limits = LimitSection.Read(reader.Find("limits"), context.Bag);
        var prices = PriceSection.Read(reader.Find("prices"), context.Bag);
        var routes = RouteSection.Read(reader.Find("routes"), new RouteSurroundings(upstreams, models, [.. keys.Select(key => key.Name)], prices.Keys, new AdaptSection(context, upstreams, reader.Find("params"))), context);
        models.ReportUnused(context.Bag);
        if (context.Bag.HasErrors) return null;
        var catalog = context.Options.Catalog;
        var served = CatalogFacts.ModelsOf(routes.SelectMany(route => route.AllTargets.Select(target => (target, route.Models))), upstreams.Plans, catalog);
        return CanonicalPlan.Create(upstreams.Plans, routes, keys, limits, prices, CatalogFacts.PricesOf(served, prices, catalog), CatalogFacts.SunsetsOf(served, catalog));
    }

    private static void CheckVersion(YamlNode? node, DiagnosticBag bag) =>
        bag.Choice(node, "'apiVersion'", ImmutableArray.Create((ApiVersion, true)));
}
