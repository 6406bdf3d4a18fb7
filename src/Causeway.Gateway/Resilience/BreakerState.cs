using Causeway.Spec.Plans;

namespace Causeway.Gateway.Resilience;

/// <summary>Whether a request may be sent, and what must be said about it afterwards.</summary>
internal enum BreakerPass
{
    /// <summary>Send it. Report a good end or a fault.</summary>
    Free,
    /// <summary>Send it: it finds out whether the upstream is back. One of the <c>Trial…</c> methods must follow, exactly once.</summary>
    Trial,
    /// <summary>The upstream is left alone for now.</summary>
    Refused,
}

/// <summary>As an operator sees it.</summary>
internal enum BreakerCondition
{
    Closed,
    Open,
    /// <summary>Requests are let through one, two, four … at a time, as long as they succeed.</summary>
    Recovering,
}

/// <summary>
/// Leaves an upstream's model alone after faults in a row. Opens for <see cref="BreakerPlan.Open"/>, give or take a fifth so that many gateways do
/// not come back in one moment; then one trial request, and with each success twice as many at once, so that what has just recovered is not
/// trampled. Thread-safe; a healthy upstream costs one volatile read a request.
/// </summary>
/// <param name="random">From 0 up to 1.</param>
internal sealed class BreakerState(BreakerPlan plan, TimeProvider time, Func<double> random)
{
    // From here on all requests may go: 1, 2, 4, 8, 16 have succeeded.
    private const int EnoughAtOnce = 32;
    private const double Jitter = 0.2;
    private static readonly TimeSpan _longestHint = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private volatile bool _isOpen;
    private volatile int _streak;
    private long _streakStart;
    private long _openUntil;
    private int _trials;
    private int _allowed;
    private bool _hasRecovered;

    public BreakerPlan Plan => plan;

    public BreakerCondition Condition
    {
        get
        {
            if (!_isOpen) return BreakerCondition.Closed;
            lock (_gate) return !_isOpen ? BreakerCondition.Closed : IsWaiting_NeedsLock ? BreakerCondition.Open : BreakerCondition.Recovering;
        }
    }

    /// <summary>Until the next trial; zero when there may be one.</summary>
    public TimeSpan Remaining
    {
        get
        {
            lock (_gate) return _isOpen && IsWaiting_NeedsLock ? time.GetElapsedTime(time.GetTimestamp(), _openUntil) : TimeSpan.Zero;
        }
    }

    private bool IsWaiting_NeedsLock => time.GetTimestamp() < _openUntil;

    public BreakerPass Enter()
    {
        if (!_isOpen) return BreakerPass.Free;
        lock (_gate)
        {
            if (!_isOpen) return BreakerPass.Free;
            if (IsWaiting_NeedsLock || _trials >= _allowed) return BreakerPass.Refused;
            _trials++;
            return BreakerPass.Trial;
        }
    }

    /// <summary>A request that was <see cref="BreakerPass.Free"/> ended well.</summary>
    public void Succeeded()
    {
        if (_streak != 0) _streak = 0;
    }

    /// <summary>A request that was <see cref="BreakerPass.Free"/> met a fault of the upstream's. Returns whether that opened the breaker.</summary>
    /// <param name="hint">How long the upstream asked to be left alone.</param>
    public bool Failed(TimeSpan hint)
    {
        lock (_gate)
        {
            // Late news of requests sent before it opened: it is known already.
            if (_isOpen) return false;
            var now = time.GetTimestamp();
            if (_streak == 0 || time.GetElapsedTime(_streakStart, now) > plan.Window) (_streak, _streakStart) = (0, now);
            if (++_streak < plan.Failures) return false;
            Open_NeedsLock(hint);
            return true;
        }
    }

    public void TrialSucceeded()
    {
        lock (_gate)
        {
            _trials--;
            if (!_isOpen || IsWaiting_NeedsLock) return;
            _allowed *= 2;
            if (_allowed < EnoughAtOnce) return;
            (_isOpen, _streak, _hasRecovered) = (false, 0, true);
        }
    }

    /// <param name="hint">How long the upstream asked to be left alone.</param>
    public void TrialFailed(TimeSpan hint)
    {
        lock (_gate)
        {
            _trials--;
            if (_isOpen && !IsWaiting_NeedsLock) Open_NeedsLock(hint);
        }
    }

    /// <summary>The trial told nothing: its caller went away, or it was never sent.</summary>
    public void TrialAbandoned()
    {
        lock (_gate) _trials--;
    }

    /// <summary>Whether it has closed since it was last asked: for whoever tells people.</summary>
    public bool TakeRecovery()
    {
        lock (_gate)
        {
            var recovered = _hasRecovered;
            _hasRecovered = false;
            return recovered;
        }
    }

    private void Open_NeedsLock(TimeSpan hint)
    {
        var jittered = plan.Open * (1 - Jitter + (2 * Jitter * random()));
        var asked = hint < _longestHint ? hint : _longestHint;
        var span = asked > jittered ? asked : jittered;
        _openUntil = time.GetTimestamp() + (long)(span.TotalSeconds * time.TimestampFrequency);
        _allowed = 1;
        _isOpen = true;
    }
}
