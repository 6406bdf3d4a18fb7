using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Causeway.Spec.Diagnostics;
using Causeway.Spec.Plans;
using Causeway.Spec.Yaml;

namespace Causeway.Spec.Sections;

/// <summary>Reads how a route chooses among its targets: weights, stickiness, budget, the cheaper place.</summary>
/// <param name="isPriced">Whether a model of an upstream has a price.</param>
internal sealed partial class RoutingSection(Func<string, string, bool> isPriced, DiagnosticBag bag)
{
    public const int MaxWeight = 10_000;
    public const decimal MaxUsdPerDay = 10_000_000m;

    private static readonly ImmutableArray<(string Word, bool IsBudget)> Occasions = [("budget", true), ("breaker", false)];

    /// <summary>Null when the route says nothing about it, so that it stays a plain one.</summary>
    /// <param name="models">What the route serves, where a target does not name a model of its own.</param>
    /// <param name="readTarget">Reads <c>degrade.to</c> as any other target.</param>
    public RoutingPlan? Read(
        MapReader route, ImmutableArray<string> models, ImmutableArray<TargetPlan> targets, string what, Func<YamlNode, TargetPlan?> readTarget)
    {
        if (route.Find("budget") is { } bounded) CheckPrices(bounded, models, targets, what);
        var hasWeights = CheckWeights(targets, route, what);
        var stickyNode = route.Find("sticky");
        var sticky = bag.Choice(stickyNode, "'sticky'", PlanWords.Stickies);
        if (sticky is not null && !hasWeights && stickyNode is not null)
            bag.Add(DiagnosticRule.RoutingWithoutEffect, stickyNode.At, $"'sticky' of {what} has no effect: none of its targets has a weight");
        var usdPerDay = ReadBudget(route.Find("budget"), what);
        var degrade = ReadDegrade(route.Find("degrade"), usdPerDay is not null, what, readTarget);
        return hasWeights || usdPerDay is not null || degrade is not null
            ? new RoutingPlan(hasWeights, sticky ?? StickyBy.Conversation, usdPerDay, degrade)
            : null;
    }

    /// <summary>A weight of a target, or null.</summary>
    public int? ReadWeight(MapReader target) => bag.Integer(target.Find("weight"), "'weight'", 0, MaxWeight);

    private bool CheckWeights(ImmutableArray<TargetPlan> targets, MapReader route, string what)
    {
        if (targets.All(target => target.Weight is null)) return false;
        if (targets.Any(target => target.Weight > 0)) return true;
        bag.Add(DiagnosticRule.OutOfRange, route.Find("targets")?.At ?? route.At, $"a target of {what} needs a weight above 0: none could serve first");
        return false;
    }

    // Patterns are passed over: which names they stand for shows only when somebody asks.
    private void CheckPrices(YamlNode budget, ImmutableArray<string> models, ImmutableArray<TargetPlan> targets, string what)
    {
        var served = from target in targets
                     from name in target.Model is { } model ? [model] : models.Where(name => !name.EndsWith('*'))
                     where !isPriced(target.Upstream, name)
                     select name;
        if (served.FirstOrDefault() is { } unpriced)
            bag.Add(DiagnosticRule.RoutingWithoutEffect, budget.At, $"'budget' of {what} does not count model '{Shown.Text(unpriced)}': it has no price", "list it under 'prices'");
    }

    private decimal? ReadBudget(YamlNode? node, string what)
    {
        if (MapReader.Over(node, SpecShapes.Budget, $"'budget' of {what}", bag) is not { } reader) return null;
        if (reader.Find("usdPerDay") is not { } amount || amount is YamlRefused) return null;
        if (amount is not YamlScalar { Kind: ScalarKind.Integer or ScalarKind.Number } scalar || !Amount().IsMatch(scalar.Text))
            return bag.Invalid<decimal>(DiagnosticRule.InvalidPrice, amount, "'usdPerDay' must be a number of US dollars, e.g. 50 or 12.5, without quotes");
        var usd = decimal.Parse(scalar.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        return usd <= MaxUsdPerDay ? usd : bag.Invalid<decimal>(DiagnosticRule.InvalidPrice, amount, "'usdPerDay' must be at most 10000000 US dollars");
    }

    private DegradePlan? ReadDegrade(YamlNode? node, bool hasBudget, string what, Func<YamlNode, TargetPlan?> readTarget)
    {
        if (MapReader.Over(node, SpecShapes.Degrade, $"'degrade' of {what}", bag) is not { } reader) return null;
        var to = reader.Find("to") is { } place ? readTarget(place) : null;
        if (to?.Weight is not null)
            bag.Add(DiagnosticRule.RoutingWithoutEffect, reader.At, $"'degrade.to' of {what} takes no part in the draw: its weight has no effect");
        var when = reader.Find("when");
        var occasions = ReadOccasions(when);
        if (when is not null && occasions.Contains(true) && !hasBudget)
            bag.Add(DiagnosticRule.RoutingWithoutEffect, when.At, $"{what} has no 'budget', so 'degrade' cannot be due to it");
        if (to is null) return null;
        return new DegradePlan(to with { Weight = null }, hasBudget && (when is null || occasions.Contains(true)), when is null || occasions.Contains(false));
    }

    private HashSet<bool> ReadOccasions(YamlNode? node)
    {
        var occasions = new HashSet<bool>();
        if (node is YamlSequence { Items.IsEmpty: true }) bag.Add(DiagnosticRule.NothingThere, node.At, "'when' needs at least one of budget, breaker");
        foreach (var item in node is YamlSequence list ? list.Items.AsEnumerable() : node is null ? [] : [node])
            if (bag.Choice(item, "'when'", Occasions) is { } isBudget) occasions.Add(isBudget);
        return occasions;
    }

    [GeneratedRegex(@"\A([0-9]{1,15}(\.[0-9]{0,9})?|\.[0-9]{1,9})\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Amount();
}
