using Causeway.Gateway.Upstreams;
using Causeway.Spec.Plans;

namespace Causeway.Gateway.Resilience;

/// <summary>Where the requests of a target go: its upstream, and what the gateway remembers about it. Targets that are equal share one.</summary>
/// <param name="Plan">The upstream's.</param>
/// <param name="Breaker">Of this upstream, model and Region; shared by all routes.</param>
/// <param name="Concurrency">Of the upstream; null without a bound.</param>
/// <param name="IsKilled">An operator has switched the upstream off.</param>
internal sealed record Lane(UpstreamPlan Plan, IUpstream Upstream, BreakerState Breaker, ConcurrencyState? Concurrency, bool IsKilled)
{
    /// <summary>It is left alone for now: by its breaker or by an operator.</summary>
    public bool IsOpen => IsKilled || Breaker.Condition == BreakerCondition.Open;

    /// <summary>The spec asks to leave it alone while its breaker is open, even if nobody else can answer.</summary>
    public bool IsStrict => Plan.Breaker is not null;
}
