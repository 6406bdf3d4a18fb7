using System.Collections.Frozen;
using Causeway.Gateway.Upstreams;
using Causeway.Spec.Plans;

namespace Causeway.Gateway.Resilience;

/// <summary>What a breaker is about.</summary>
internal readonly record struct LaneKey(string Upstream, string? Model, string? Region = null)
{
    public static LaneKey Of(TargetPlan target) => new(target.Upstream, target.Model, target.Region);
}

/// <summary>
/// The lanes of a plan and the state behind them. A new plan takes over the state of what it did not change, so a reload forgets no open breaker.
/// As many entries as the plan has targets, upstreams and routes; strangers cannot add any. Immutable.
/// </summary>
internal sealed class LaneTable
{
    // By identity: every attempt asks, and a target's own hash walks its texts and its profile.
    private readonly FrozenDictionary<TargetPlan, Lane> _lanes;
    private readonly FrozenDictionary<LaneKey, BreakerState> _breakers;
    private readonly FrozenDictionary<string, ConcurrencyState?> _concurrency;
    private readonly FrozenDictionary<string, RetryBudgetState?> _budgets;

    public LaneTable(Plan plan, FrozenDictionary<string, IUpstream> upstreams, ActivePlan? old, TimeProvider time, Func<double> random)
    {
        var targets = plan.Routes.All.SelectMany(route => route.AllTargets).Distinct<TargetPlan>(ReferenceEqualityComparer.Instance).ToList();
        var plans = plan.Upstreams.ToDictionary(upstream => upstream.Name);
        _breakers = targets.Select(LaneKey.Of).Distinct()
            .ToFrozenDictionary(key => key, key => Kept(key, plans[key.Upstream], old) ?? new BreakerState(plans[key.Upstream].Breaker ?? BreakerPlan.Default, time, random));
        _concurrency = plan.Upstreams.Select(upstream => (upstream.Name, State: ConcurrencyOf(upstream, old, time)))
            .Where(pair => pair.State is not null).ToFrozenDictionary(pair => pair.Name, pair => pair.State);
        _budgets = plan.Routes.All.Select(route => (route.Name, State: BudgetOf(route, old)))
            .Where(pair => pair.State is not null).ToFrozenDictionary(pair => pair.Name, pair => pair.State);
        _lanes = targets.ToFrozenDictionary<TargetPlan, TargetPlan, Lane>(target => target, target => new Lane(
            plans[target.Upstream], upstreams[target.Upstream], _breakers[LaneKey.Of(target)], _concurrency.GetValueOrDefault(target.Upstream), plan.KilledUpstreams.Contains(target.Upstream)), ReferenceEqualityComparer.Instance);
    }

    /// <summary>In no particular order.</summary>
    public IEnumerable<KeyValuePair<TargetPlan, Lane>> All => _lanes;

    /// <param name="target">One of the plan's; a copy of one is not known.</param>
    public Lane Of(TargetPlan target) => _lanes[target];

    /// <summary>Null when the route does not retry.</summary>
    public RetryBudgetState? BudgetOf(RoutePlan route) => route.Retry is null ? null : _budgets[route.Name];

    // A server at another address, or with another key, deserves a fresh start.
    private static BreakerState? Kept(LaneKey key, UpstreamPlan plan, ActivePlan? old) =>
        old is not null && old.Plan.Upstreams.Contains(plan) ? old.Lanes._breakers.GetValueOrDefault(key) : null;

    private static ConcurrencyState? ConcurrencyOf(UpstreamPlan upstream, ActivePlan? old, TimeProvider time)
    {
        if (upstream.Concurrency is not { } plan) return null;
        var kept = old?.Lanes._concurrency.GetValueOrDefault(upstream.Name);
        return kept?.Plan == plan ? kept : new ConcurrencyState(plan, time);
    }

    private static RetryBudgetState? BudgetOf(RoutePlan route, ActivePlan? old)
    {
        if (route.Retry is not { } plan) return null;
        var kept = old?.Lanes._budgets.GetValueOrDefault(route.Name);
        return kept?.Plan == plan ? kept : new RetryBudgetState(plan);
    }
}
