using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Causeway.Spec.Plans;

/// <summary>A route: what callers ask for, and where it is served.</summary>
/// <param name="Name">The key in the spec; stable, written to every ledger row.</param>
/// <param name="Models">Names and patterns (one <c>*</c> at the end) this route matches, sorted.</param>
/// <param name="Targets">First is the incumbent, later ones are fallbacks.</param>
public sealed record RoutePlan(string Name, ImmutableArray<string> Models, ImmutableArray<TargetPlan> Targets)
{
    /// <summary>Null: each target is tried once.</summary>
    public RetryPlan? Retry { get; init; }

    /// <summary>What a request must be besides asking for one of <see cref="Models"/>.</summary>
    public MatchConditions Conditions { get; init; } = MatchConditions.None;

    /// <summary>Null for a plain route: its targets are tried as listed, whatever they cost.</summary>
    public RoutingPlan? Routing { get; init; }

    /// <summary>Every target that a request of this route can ever be sent to, the cheaper place included: the gateway keeps state for each.</summary>
    public IEnumerable<TargetPlan> AllTargets => Routing?.Degrade is { } degrade ? Targets.Append(degrade.To) : Targets;
}

/// <summary>One place a route can be served.</summary>
/// <param name="Upstream">The name of an upstream of the same plan.</param>
/// <param name="Model">The upstream's name of the model; null forwards the name as asked.</param>
public sealed record TargetPlan(string Upstream, string? Model)
{
    /// <summary>The AWS Region, for an upstream that has several; null elsewhere.</summary>
    public string? Region { get; init; }

    /// <summary>How requests are made fit for it; null when they leave as they come.</summary>
    public AdaptPlan? Adapt { get; init; }

    /// <summary>Its share of the draw for the first target; null in routes without weights, and for pure fallbacks.</summary>
    public int? Weight { get; init; }
}

/// <summary>
/// Finds the route of a request: an exact name beats a pattern, a longer pattern a shorter one; among routes of one name or pattern the
/// order is <see cref="MatchConditions.CompareSpecificity"/>, and a route whose conditions do not hold is passed over.
/// </summary>
public sealed class RouteTable
{
    private readonly FrozenDictionary<string, ImmutableArray<RoutePlan>> _exact;
    private readonly ImmutableArray<(string Prefix, ImmutableArray<RoutePlan> Routes)> _prefixes;
    private readonly FrozenDictionary<string, TargetDraw> _draws;

    /// <param name="routes">In the order of their names. Of one name or pattern, no two as specific as each other may match one request: the
    /// compiler has refused that.</param>
    public RouteTable(ImmutableArray<RoutePlan> routes)
    {
        All = routes;
        var claims = routes.SelectMany(route => route.Models.Select(model => (Model: model, Route: route)))
            .GroupBy(claim => claim.Model, claim => claim.Route, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, MostSpecificFirst, StringComparer.Ordinal);
        _exact = claims.Where(p => !p.Key.EndsWith('*')).ToFrozenDictionary(StringComparer.Ordinal);
        _prefixes = [.. claims.Where(p => p.Key.EndsWith('*')).Select(p => (p.Key[..^1], p.Value)).OrderByDescending(p => p.Item1.Length)];
        _draws = routes.Where(route => route.Routing is { HasWeights: true }).ToFrozenDictionary(route => route.Name, route => new TargetDraw(route.Targets));
    }

    public ImmutableArray<RoutePlan> All { get; }

    /// <summary>The most specific route for a request that meets no condition, or null.</summary>
    public RoutePlan? Find(string model) => Find(model, 0, static (_, _) => false);

    /// <summary>The most specific route whose conditions hold, or null. Allocates nothing.</summary>
    /// <param name="holds">Asked only about routes that have conditions.</param>
    public RoutePlan? Find<TState>(string model, TState state, Func<MatchConditions, TState, bool> holds)
    {
        if (_exact.TryGetValue(model, out var exact) && First(exact, state, holds) is { } route) return route;
        foreach (var (prefix, routes) in _prefixes)
            if (model.StartsWith(prefix, StringComparison.Ordinal) && First(routes, state, holds) is { } candidate) return candidate;
        return null;
    }

    /// <summary>Every route that could serve this name, in the order in which they are tried.</summary>
    public IEnumerable<RoutePlan> Claiming(string model) =>
        (_exact.TryGetValue(model, out var exact) ? exact : [])
            .Concat(_prefixes.Where(p => model.StartsWith(p.Prefix, StringComparison.Ordinal)).SelectMany(p => p.Routes));

    /// <summary>How a route with weights draws its first target.</summary>
    public TargetDraw DrawOf(RoutePlan route) => _draws[route.Name];

    /// <summary>Every name that is matched exactly, in ordinal order: what <c>/v1/models</c> can list without asking anybody.</summary>
    public IEnumerable<string> ExactModels => _exact.Keys.Order(StringComparer.Ordinal);

    private static RoutePlan? First<TState>(ImmutableArray<RoutePlan> routes, TState state, Func<MatchConditions, TState, bool> holds)
    {
        foreach (var route in routes)
            if (route.Conditions.IsEmpty || holds(route.Conditions, state)) return route;
        return null;
    }

    private static ImmutableArray<RoutePlan> MostSpecificFirst(IEnumerable<RoutePlan> routes) =>
        [.. routes.OrderBy(route => route.Conditions, Comparer<MatchConditions>.Create(MatchConditions.CompareSpecificity))];
}
