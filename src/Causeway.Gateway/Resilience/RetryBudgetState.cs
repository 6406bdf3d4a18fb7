using Causeway.Spec.Plans;

namespace Causeway.Gateway.Resilience;

/// <summary>
/// Keeps repeats a share of a route's requests: each request puts in that share of a repeat, each repeat takes one out. Ten can be saved up, and
/// are there at the start, so that a quiet route may retry too. Thread-safe, without locks.
/// </summary>
internal sealed class RetryBudgetState(RetryPlan plan)
{
    private const long Repeat = 100;
    private const long Most = 10 * Repeat;

    private long _saved = plan.BudgetPercent == 0 ? 0 : Most;

    public RetryPlan Plan => plan;

    public void CountRequest()
    {
        if (Volatile.Read(ref _saved) < Most) Interlocked.Add(ref _saved, plan.BudgetPercent);
    }

    public bool HasRepeat => Volatile.Read(ref _saved) >= Repeat;

    public bool TryTake()
    {
        while (Volatile.Read(ref _saved) is >= Repeat and var saved)
            if (Interlocked.CompareExchange(ref _saved, saved - Repeat, saved) == saved) return true;
        return false;
    }
}
