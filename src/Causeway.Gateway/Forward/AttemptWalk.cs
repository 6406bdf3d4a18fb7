using System.Collections.Immutable;
using System.Numerics;
using Causeway.Gateway.Resilience;
using Causeway.Spec.Plans;

namespace Causeway.Gateway.Forward;

/// <summary>One attempt to be made.</summary>
/// <param name="Pass">Of the lane's breaker; never <see cref="BreakerPass.Refused"/>.</param>
internal readonly record struct Turn(TargetPlan Target, Lane Lane, BreakerPass Pass);

/// <summary>
/// Which target's turn it is. A round goes over the targets in order; one whose breaker is open is left out (where the spec says so) or moved to the
/// end of the line; later rounds ask only those again that may do better. A mutable value that lives in one method: no allocation.
/// </summary>
internal struct AttemptWalk
{
    private readonly ImmutableArray<TargetPlan> _targets;
    private readonly RetryBudgetState? _budget;
    private readonly int _maxAttempts;
    private int _next;
    private int _current;
    private int _sent;
    private bool _isLaterRound;
    private ulong _postponed;
    private ulong _repeatable;

    private AttemptWalk(ImmutableArray<TargetPlan> targets, RetryPlan? retry, RetryBudgetState? budget) =>
        (_targets, _maxAttempts, _budget) = (targets, retry?.Attempts ?? int.MaxValue, budget);

    /// <summary>A breaker kept a target out: until when, at the soonest.</summary>
    public TimeSpan? OpenFor { get; private set; }

    /// <summary>A target was left out because an operator switched its upstream off.</summary>
    public bool HasKilled { get; private set; }

    /// <summary>Another round may help, and is allowed.</summary>
    public readonly bool MayRepeat => _repeatable != 0 && _sent < _maxAttempts && _budget is { HasRepeat: true };

    /// <summary>Over the call's targets, in the order that routing gave them.</summary>
    public static AttemptWalk Over(Call call)
    {
        if (call.Route is not { } route) throw new InvalidOperationException("A call is routed before it is forwarded.");
        var budget = call.Active.Lanes.BudgetOf(route);
        budget?.CountRequest();
        return new AttemptWalk(call.Targets, route.Retry, budget);
    }

    /// <summary>The next target to ask, with a pass of its breaker that must be used; null when the round is over.</summary>
    /// <param name="killed">Upstreams that are switched off now: a request in progress keeps its plan, but asks none of them any more.</param>
    public Turn? Next(Call call, ImmutableSortedSet<string> killed)
    {
        while (_sent < _maxAttempts && _next < _targets.Length)
        {
            _current = _next++;
            if (_isLaterRound && !Has(_repeatable)) continue;
            var lane = call.Active.Lanes.Of(_targets[_current]);
            if (lane.IsKilled || killed.Contains(lane.Plan.Name)) Kill(call);
            else if (_isLaterRound && _budget?.TryTake() is not true) break;
            else if (lane.Breaker.Enter() is not BreakerPass.Refused and var pass) return Take(lane, pass);
            else Postpone(call, lane);
        }
        while (_sent < _maxAttempts && _postponed != 0)
        {
            _current = BitOperations.TrailingZeroCount(_postponed);
            _postponed &= _postponed - 1;
            var lane = call.Active.Lanes.Of(_targets[_current]);
            if (!killed.Contains(lane.Plan.Name)) return Take(lane, BreakerPass.Free);
            Kill(call);
        }
        return null;
    }

    /// <summary>How the attempt at the target of the last <see cref="Next"/> ended.</summary>
    public void Report(AttemptOutcome outcome)
    {
        if (outcome.MayRepeat) _repeatable |= Bit;
        else _repeatable &= ~Bit;
    }

    /// <summary>Asks the same target once more, now.</summary>
    public void StepBack() => _next = _current;

    public void StartRound() => (_next, _isLaterRound) = (0, true);

    // A plan has at most 32 targets a route, each Region counted.
    private readonly ulong Bit => 1ul << _current;

    private readonly bool Has(ulong set) => (set & Bit) != 0;

    private Turn Take(Lane lane, BreakerPass pass)
    {
        _sent++;
        return new Turn(_targets[_current], lane, pass);
    }

    private void Kill(Call call)
    {
        HasKilled = true;
        _repeatable &= ~Bit;
        call.Attempts.AddSkipped(_targets[_current], "skipped: killed");
    }

    private void Postpone(Call call, Lane lane)
    {
        call.Attempts.AddSkipped(_targets[_current], lane.IsStrict ? "skipped: breaker open" : "postponed: breaker open");
        if (!lane.IsStrict) _postponed |= Bit;
        var remaining = lane.Breaker.Remaining;
        if (OpenFor is not { } known || remaining < known) OpenFor = remaining;
    }
}
