using System.Collections.Immutable;
using System.Globalization;
using Causeway.Spec.Catalog;
using Causeway.Spec.Diagnostics;
using Causeway.Spec.Plans;
using Causeway.Spec.Yaml;

namespace Causeway.Spec.Sections;

/// <summary>Holds a target's model to what the catalog knows of it, so that what would be a 404 in production is a line of <c>causeway check</c>.</summary>
internal sealed class CatalogCheck(UpstreamSet upstreams, IEnumerable<string> aliases, SpecContext context)
{
    /// <summary>How many days before its end a model is worth a warning.</summary>
    public const int NoticeDays = 90;

    private static readonly ImmutableArray<string> ProfilePrefixes = ["us.", "us-gov.", "eu.", "apac.", "jp.", "au.", "ca.", "global."];

    private static readonly Dictionary<string, ModelPrice> NoPrices = [];

    private ModelCatalog Catalog => context.Options.Catalog;

    /// <param name="model">The upstream's name of the model; null when names are forwarded as asked.</param>
    /// <param name="asked">The names and patterns of the route.</param>
    public void Check(string upstream, string? model, ImmutableArray<string> asked, Position at)
    {
        if (upstreams.Plans.FirstOrDefault(plan => plan.Name == upstream) is not { } plan) return;
        if (model is not null) CheckModel(plan, model, at);
        else
            foreach (var name in asked.Where(name => !name.EndsWith('*'))) CheckDates(plan, name, at);
    }

    /// <summary>Whether the catalog has a price of this model at this upstream.</summary>
    public bool HasPrice(string upstream, string model) =>
        upstreams.Plans.FirstOrDefault(plan => plan.Name == upstream) is { } plan && CatalogFacts.PricesOf([new ServedModel(plan, model)], NoPrices, Catalog).Length > 0;

    private void CheckModel(UpstreamPlan upstream, string model, Position at)
    {
        CheckDates(upstream, model, at);
        if (Catalog.Find(upstream, model) is { } known) CheckRegion(upstream, known, at);
        else if (Catalog.PlacesModelsOf(upstream) && !Catalog.Knows(upstream, model) && !IsOwnKindOfName(upstream, model))
            context.Bag.Add(DiagnosticRule.UnknownModel, at, $"the catalog knows no model '{Shown.Text(model)}' of upstream '{upstream.Name}'",
                model, Catalog.IdsOf(upstream).Concat(aliases));
    }

    // An ARN names something of the account's own; a geographic prefix names a known model somewhere else.
    private bool IsOwnKindOfName(UpstreamPlan upstream, string model) =>
        model.StartsWith("arn:", StringComparison.Ordinal)
        || ProfilePrefixes.Any(prefix => model.StartsWith(prefix, StringComparison.Ordinal) && Catalog.Knows(upstream, model[prefix.Length..]));

    private void CheckDates(UpstreamPlan upstream, string model, Position at)
    {
        if (context.Options.Today is not { } today || Catalog.Find(upstream, model)?.Lifecycle is not { Shutdown: { } shutdown } lifecycle) return;
        var hint = lifecycle.Replacement is { } instead ? $"its provider suggests '{Shown.Text(instead)}'" : null;
        var date = shutdown.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var what = $"model '{Shown.Text(model)}' of upstream '{upstream.Name}'";
        if (!lifecycle.IsRetired(today))
        {
            var days = lifecycle.DaysLeft(today);
            if (days <= NoticeDays) context.Bag.Add(DiagnosticRule.RetiringModel, at, $"{what} retires on {date}, in {days} {(days == 1 ? "day" : "days")}", hint);
        }
        else if (context.Options.IsServing) context.Bag.Add(DiagnosticRule.RetiringModel, at, $"{what} has retired on {date}: this target will fail", hint);
        else context.Bag.Add(DiagnosticRule.RetiredModel, at, $"{what} has retired on {date}", hint);
    }

    private void CheckRegion(UpstreamPlan upstream, CatalogModel model, Position at)
    {
        var asked = Catalog.RegionsOf(upstream);
        if (model.RegionFacts is not { Source: var source } || asked.IsEmpty || asked.Any(region => model.Regions.Contains(region))) return;
        var list = model.Regions.Length <= 4 ? string.Join(", ", model.Regions) : string.Join(", ", model.Regions.Take(4)) + ", …";
        context.Bag.Add(DiagnosticRule.ModelNotInRegion, at,
            $"model '{Shown.Text(model.Id)}' is not in {string.Join(", ", asked)}, where upstream '{upstream.Name}' is: it is in {list}",
            string.Create(CultureInfo.InvariantCulture, $"the list is of {source.AsOf:yyyy-MM-dd}; 'causeway catalog show {model.Id}' has all of it"));
    }
}
