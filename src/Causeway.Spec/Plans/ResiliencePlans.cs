namespace Causeway.Spec.Plans;

/// <summary>How many requests one upstream is given at once, and how long others may stand in line for a place.</summary>
/// <param name="Max">Requests in progress, from sending to the last byte of the answer.</param>
/// <param name="Queue">Requests that may wait, served in the order they came; 0 is no line.</param>
/// <param name="Wait">The longest wait; afterwards the next target is tried.</param>
public sealed record ConcurrencyPlan(int Max, int Queue, TimeSpan Wait)
{
    /// <summary>What a spec means that says no more than <c>max</c>.</summary>
    public static ConcurrencyPlan Default { get; } = new(64, 32, TimeSpan.FromSeconds(2));
}

/// <summary>When an upstream's model (in its Region) is left alone for a while. Only the upstream's own faults count.</summary>
/// <param name="Failures">Faults in a row, without a good answer between them.</param>
/// <param name="Window">Within this time.</param>
/// <param name="Open">How long it is left alone, give or take a fifth; then a single request tries it.</param>
public sealed record BreakerPlan(int Failures, TimeSpan Window, TimeSpan Open)
{
    /// <summary>Also what applies, more gently, when the spec has no breaker: see <see cref="UpstreamPlan.Breaker"/>.</summary>
    public static BreakerPlan Default { get; } = new(5, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(15));
}

/// <summary>Connections that are opened before the first request needs one.</summary>
/// <param name="Connections">How many are kept ready.</param>
/// <param name="Every">How often they are used by a cheap request, so that nobody on the way closes them.</param>
public sealed record WarmPlan(int Connections, TimeSpan Every)
{
    /// <summary>What a spec means by an empty <c>warm</c>.</summary>
    public static WarmPlan Default { get; } = new(2, TimeSpan.FromSeconds(30));
}

/// <summary>How often a route's request may be sent before its first byte.</summary>
/// <param name="Attempts">In all, over all targets, the first one included.</param>
/// <param name="PerAttempt">One attempt's time until its first event (or the head of a whole answer); null leaves it to the limits.</param>
/// <param name="BudgetPercent">Repeated attempts in percent of the route's requests; a repeat over the budget is not made.</param>
public sealed record RetryPlan(int Attempts, TimeSpan? PerAttempt, int BudgetPercent)
{
    /// <summary>What a spec means by an empty <c>retry</c>.</summary>
    public static RetryPlan Default { get; } = new(3, null, 20);
}
