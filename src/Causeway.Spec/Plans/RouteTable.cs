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

    /// <summary>Every target that a request of this route can ever be sent to: the gateway keeps state for each.</summary>
    public IEnumerable<TargetPlan> AllTargets => Targets;
}

/// <summary>One place a route can be served.</summary>
/// <param name="Upstream">The name of an upstream of the same plan.</param>
/// <param name="Model">The upstream's name of the model; null forwards the name as asked.</param>
public sealed record TargetPlan(string Upstream, string? Model)
{
    /// <summary>The AWS Region, for an upstream that has several; null elsewhere.</summary>
    public string? Region { get; init; }
}

/// <summary>Finds the route of a model: an exact name beats a pattern, a longer pattern beats a shorter one.</summary>
public sealed class RouteTable
{
    private readonly FrozenDictionary<string, RoutePlan> _exact;
    private readonly ImmutableArray<(string Prefix, RoutePlan Route)> _prefixes;

    /// <param name="routes">In the order of their names. No two may match the same name or pattern: the compiler has refused that.</param>
    public RouteTable(ImmutableArray<RoutePlan> routes)
    {
        All = routes;
        var pairs = routes.SelectMany(route => route.Models.Select(model => (Model: model, Route: route))).ToList();
        _exact = pairs.Where(p => !p.Model.EndsWith('*')).ToFrozenDictionary(p => p.Model, p => p.Route, StringComparer.Ordinal);
        _prefixes = [.. pairs.Where(p => p.Model.EndsWith('*')).Select(p => (p.Model[..^1], p.Route)).OrderByDescending(p => p.Item1.Length)];
    }

    public ImmutableArray<RoutePlan> All { get; }

    /// <summary>The most specific route, or null.</summary>
    public RoutePlan? Find(string model)
    {
        if (_exact.TryGetValue(model, out var route)) return route;
        foreach (var (prefix, candidate) in _prefixes)
            if (model.StartsWith(prefix, StringComparison.Ordinal)) return candidate;
        return null;
    }

    /// <summary>Every name that is matched exactly, in ordinal order: what <c>/v1/models</c> can list without asking anybody.</summary>
    public IEnumerable<string> ExactModels => _exact.Keys.Order(StringComparer.Ordinal);
}
