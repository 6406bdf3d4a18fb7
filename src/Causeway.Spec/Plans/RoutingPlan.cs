namespace Causeway.Spec.Plans;

/// <summary>What a weighted draw of a target sticks to.</summary>
public enum StickyBy
{
    Conversation,
    User,
    None,
}

/// <summary>Where a route is served when it must be cheaper, and when that is.</summary>
/// <param name="To">No fallback follows it when money is the reason.</param>
/// <param name="OnBudget">When the route's budget of the day is spent.</param>
/// <param name="OnBreaker">When the breaker of the target that would serve first is open, or its upstream is switched off.</param>
public sealed record DegradePlan(TargetPlan To, bool OnBudget, bool OnBreaker);

/// <summary>How a route chooses among its targets, beyond "in the order of the spec".</summary>
/// <param name="HasWeights">Whether a weighted draw chooses the target that is tried first.</param>
/// <param name="Sticky">What that draw sticks to.</param>
/// <param name="UsdPerDay">Settled cost per UTC day from which the budget counts as spent; null when there is no bound.</param>
public sealed record RoutingPlan(bool HasWeights, StickyBy Sticky, decimal? UsdPerDay, DegradePlan? Degrade);
