using System.Collections.Immutable;
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
        var routes = RouteSection.Read(reader.Find("routes"), upstreams, context);
        var keys = KeySection.Read(reader.Find("keys"), context.Bag);
        var limits = LimitSection.Read(reader.Find("limits"), context.Bag);
        var prices = PriceSection.Read(reader.Find("prices"), context.Bag);
        return context.Bag.HasErrors ? null : CanonicalPlan.Create(upstreams.Plans, routes, keys, limits, prices);
    }

    private static void CheckVersion(YamlNode? node, DiagnosticBag bag) =>
        bag.Choice(node, "'apiVersion'", ImmutableArray.Create((ApiVersion, true)));
}
