using Causeway.Spec.Plans;

namespace Causeway.Gateway.Upstreams.Rehearsal;

/// <summary>How long an answer takes: <paramref name="First"/> before the first token, <paramref name="Between"/> two tokens.</summary>
internal readonly record struct Pacing(TimeSpan First, TimeSpan Between)
{
    private static readonly TimeSpan SlowFirst = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan SlowBetween = TimeSpan.FromMilliseconds(150);

    public static Pacing Of(RehearsalPlan plan, Script script) => script == Script.Slow
        ? new(Longer(plan.FirstTokenDelay, SlowFirst), Longer(plan.TokenDelay, SlowBetween))
        : new(plan.FirstTokenDelay, plan.TokenDelay);

    /// <summary>The time of a whole answer.</summary>
    public TimeSpan Total(int tokens) => First + (Between * Math.Max(tokens - 1, 0));

    private static TimeSpan Longer(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
