using System.Collections.Immutable;
using Causeway.Spec.Diagnostics;
using Causeway.Spec.Plans;
using Causeway.Spec.Yaml;

namespace Causeway.Spec.Sections;

/// <summary>What routes refer to.</summary>
/// <param name="Keys">Names of the spec's keys.</param>
/// <param name="Priced">Models with a price of the spec's own.</param>
internal sealed record RouteSurroundings(UpstreamSet Upstreams, ModelSet Models, IReadOnlyCollection<string> Keys, IReadOnlyCollection<string> Priced, AdaptSection Adapt);

/// <summary>
/// Reads routes, and checks what only shows when all of them are known: who claims which model, which upstream nobody uses.
/// </summary>
internal sealed class RouteSection
{
    private const int MaxTargets = 16;

    /// <summary>Targets with each Region of theirs counted.</summary>
    private const int MaxAttempts = 32;

    private readonly UpstreamSet _upstreams;
    private readonly AdaptSection _adapt;
    private readonly DiagnosticBag _bag;
    private readonly SpecContext _context;
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly ModelClaims _claims;
    private readonly ModelSet _models;
    private readonly CatalogCheck _catalog;
    private readonly MatchSection _match;
    private readonly RoutingSection _routing;
    private bool _hasUnreadTarget;

    // Of the route that is being read.
    private ImmutableArray<string> _asked = [];
    private int _switchedOff;

    private RouteSection(RouteSurroundings around, SpecContext context)
    {
        (_upstreams, _models, _adapt, _bag, _context) = (around.Upstreams, around.Models, around.Adapt, context.Bag, context);
        _catalog = new CatalogCheck(_upstreams, _models.Names, context);
        _claims = new ModelClaims(_bag);
        _match = new MatchSection(around.Keys, _bag);
        _routing = new RoutingSection((upstream, model) => around.Priced.Contains(model) || _catalog.HasPrice(upstream, model), _bag);
    }

    public static ImmutableArray<RoutePlan> Read(YamlNode? node, RouteSurroundings around, SpecContext context)
    {
        if (context.Bag.Mapping(node, "'routes'") is not { } mapping) return [];
        if (mapping.Entries.IsEmpty) context.Bag.Add(DiagnosticRule.NothingThere, mapping.At, "'routes' needs at least one route");
        var section = new RouteSection(around, context);
        var plans = ImmutableArray.CreateBuilder<RoutePlan>();
        foreach (var (key, value) in mapping.Entries)
            if (section.ReadOne(key, value) is { } plan) plans.Add(plan);
        section.ReportUnused();
        plans.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        return plans.ToImmutable();
    }

    private RoutePlan? ReadOne(YamlScalar key, YamlNode value)
    {
        var what = $"route '{Shown.Text(key.Text)}'";
        var isNameGood = Names.Check(key.Text, key.At, "route", _bag);
        if (MapReader.Over(value, SpecShapes.Route, what, _bag, key.At) is not { } reader) return null;
        var match = MapReader.Over(reader.Find("match"), SpecShapes.Match, $"'match' of {what}", _bag);
        var conditions = match is null ? MatchConditions.None : _match.Read(match);
        var models = match is null ? [] : ReadModels(match, conditions, key.Text, what);
        (_asked, _switchedOff) = (models, 0);
        _adapt.BeginRoute(reader.Find("params"));
        var targets = ReadTargets(reader.Find("targets"), what);
        if (targets.IsEmpty && _switchedOff > 0)
            _bag.Add(DiagnosticRule.NothingEnabled, key.At, $"every target of {what} is switched off: nothing is left to serve it");
        var retry = ResilienceSection.ReadRetry(reader.Find("retry"), _bag);
        var routing = _routing.Read(reader, models, targets, what, node => ReadTarget(node, what) is { } place ? PerRegion(place).FirstOrDefault() : null);
        return isNameGood ? new RoutePlan(key.Text, models, targets) { Conditions = conditions, Routing = routing, Retry = retry } : null;
    }

    private ImmutableArray<string> ReadModels(MapReader reader, MatchConditions conditions, string route, string what)
    {
        var node = reader.Find("model");
        if (node is YamlSequence { Items.IsEmpty: true })
            _bag.Add(DiagnosticRule.NothingThere, node.At, $"'model' of {what} needs at least one name");
        var models = new SortedDictionary<string, Position>(StringComparer.Ordinal);
        foreach (var item in node is YamlSequence list ? list.Items.AsEnumerable() : node is null ? [] : [node]) ReadModel(item, models);
        foreach (var (model, at) in models) _claims.Add(model, route, conditions, at);
        return [.. models.Keys];
    }

    private void ReadModel(YamlNode item, SortedDictionary<string, Position> models)
    {
        if (_bag.Text(item, "'model'") is not { } model || !Names.CheckModel(model, item.At, allowPattern: true, _bag)) return;
        if (!models.TryAdd(model, item.At))
            _bag.Add(DiagnosticRule.DuplicateModel, item.At, $"model '{Shown.Text(model)}' is listed twice");
    }

    private ImmutableArray<TargetPlan> ReadTargets(YamlNode? node, string what)
    {
        if (_bag.Sequence(node, $"'targets' of {what}") is not { } list) return [];
        if (list.Items.IsEmpty) _bag.Add(DiagnosticRule.NothingThere, list.At, $"'targets' of {what} needs at least one target");
        if (list.Items.Length > MaxTargets)
            _bag.Add(DiagnosticRule.OutOfRange, list.At, $"'targets' of {what} has at most {MaxTargets} entries");
        var targets = ImmutableArray.CreateBuilder<TargetPlan>();
        foreach (var item in list.Items.Take(MaxTargets))
            if (ReadTarget(item, what) is { } target) targets.AddRange(PerRegion(target));
        if (targets.Count > MaxAttempts)
            _bag.Add(DiagnosticRule.OutOfRange, list.At, $"'targets' of {what} come to {targets.Count}, each Region counted: at most {MaxAttempts}");
        return targets.ToImmutable();
    }

    private TargetPlan? ReadTarget(YamlNode item, string what)
    {
        if (MapReader.Over(item, SpecShapes.Target, $"a target of {what}", _bag) is not { } reader) return null;
        var upstream = ReadUpstream(reader.Find("upstream"));
        _hasUnreadTarget |= upstream is null;
        var isOn = ReadTargetModel(reader, upstream, out var model);
        var weight = _routing.ReadWeight(reader);
        var region = ReadRegion(reader.Find("region"), upstream);
        var adapt = _adapt.ReadTarget(reader, upstream, model);
        return upstream is null || !isOn ? null : new TargetPlan(upstream, model) { Region = region, Weight = weight, Adapt = adapt };
    }

    /// <summary>False when the model is an alias that is switched off: then there is no target.</summary>
    private bool ReadTargetModel(MapReader reader, string? upstream, out string? model)
    {
        var at = reader.Find("model")?.At ?? reader.At;
        model = _bag.Text(reader.Find("model"), "'model'");
        if (model is not null && !Names.CheckModel(model, at, allowPattern: false, _bag)) return true;
        if (model is not null && _models.Use(model) is { } alias)
        {
            if (!alias.IsEnabled) _switchedOff++;
            if (!alias.IsEnabled || alias.Id is null) return alias.IsEnabled;
            model = alias.Id;
        }
        if (upstream is null) return true;
        _catalog.Check(upstream, model, _asked, at);
        EmbeddedSection.CheckModel(PlanOf(upstream), model, _asked, at, _context);
        return true;
    }

    private string? ReadRegion(YamlNode? node, string? upstream)
    {
        if (node is not null && upstream is not null && PlanOf(upstream) is { Bedrock: null })
            _bag.Add(DiagnosticRule.UnknownKey, node.At, $"'region' is only for upstreams of type bedrock, which '{Shown.Text(upstream)}' is not");
        return BedrockSection.ReadRegion(node, "'region'", _bag);
    }

    // A Region that has no capacity says nothing about the next: each is an attempt of its own. The draw takes the first, and the others follow it.
    private IEnumerable<TargetPlan> PerRegion(TargetPlan target) =>
        target.Region is null && PlanOf(target.Upstream)?.Bedrock is { } bedrock ? bedrock.Regions.Select((region, i) => target with { Region = region, Weight = i == 0 ? target.Weight : null }) : [target];

    private UpstreamPlan? PlanOf(string upstream) => _upstreams.Plans.FirstOrDefault(plan => plan.Name == upstream);

    private string? ReadUpstream(YamlNode? node)
    {
        if (_bag.Text(node, "'upstream'") is not { } name || node is null) return null;
        _used.Add(name);
        if (_upstreams.Declared.ContainsKey(name)) return name;
        _bag.Add(DiagnosticRule.UnknownUpstream, node.At, $"there is no upstream '{Shown.Text(name)}'", name, _upstreams.Declared.Keys);
        return null;
    }

    // A target that could not be read may well be the one that uses it.
    private void ReportUnused()
    {
        if (_hasUnreadTarget) return;
        foreach (var (name, at) in _upstreams.Declared)
            if (!_used.Contains(name)) _bag.Add(DiagnosticRule.UnusedUpstream, at, $"no route uses upstream '{Shown.Text(name)}'");
    }
}
