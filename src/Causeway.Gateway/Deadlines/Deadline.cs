namespace Causeway.Gateway.Deadlines;

/// <summary>
/// The one timer of an exchange. Phases move the deadline by writing a field; the timer is touched only when it would fire too late,
/// and looks at the field again when it fires. An event stream re-arms per event without a system timer call. Reused between exchanges.
/// </summary>
internal sealed class Deadline : IDisposable
{
    private const long Never = long.MaxValue;

    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private CancellationTokenSource _source = new();
    private long _due = Never;
    private long _scheduled = Never;
    private long _totalDue = Never;
    private CancelReason _dueReason;
    private CancelReason _reason;
    private bool _running;
    private long _generation;

    public Deadline(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(static state => ((Deadline)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Cancelled when the deadline passes or <see cref="Cancel"/> is called. Changes with <see cref="Renew"/>.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Why <see cref="Token"/> was cancelled.</summary>
    public CancelReason Reason
    {
        get { lock (_gate) return _reason; }
    }

    /// <summary>What is left of the exchange's whole time.</summary>
    public TimeSpan Remaining
    {
        get { lock (_gate) return _time.GetElapsedTime(_time.GetTimestamp(), _totalDue); }
    }

    /// <summary>Begins an exchange that may last <paramref name="total"/> from <paramref name="timestamp"/> on.</summary>
    public void Start(long timestamp, TimeSpan total)
    {
        lock (_gate)
        {
            _reason = CancelReason.None;
            _running = true;
            _generation++;
            _totalDue = timestamp + Ticks(total);
            SetDue_NeedsLock(_totalDue, CancelReason.Total);
        }
    }

    /// <summary>Begins a phase: unless it ends within <paramref name="span"/>, the exchange is cancelled with <paramref name="reason"/>.</summary>
    public void Arm(TimeSpan span, CancelReason reason)
    {
        // The whole exchange's time has been running since its start: there is nothing to ask the clock.
        var due = reason == CancelReason.Total ? Never : _time.GetTimestamp() + Ticks(span);
        lock (_gate)
        {
            if (due < _totalDue) SetDue_NeedsLock(due, reason);
            else SetDue_NeedsLock(_totalDue, CancelReason.Total);
        }
    }

    /// <summary>Cancels now. The first reason stays, but one that ends an attempt only gives way to one that ends the exchange.</summary>
    /// <param name="generation">For those who look at it from outside: spare an exchange that has begun since this was read.</param>
    public void Cancel(CancelReason reason, long? generation = null)
    {
        CancellationTokenSource source;
        lock (_gate)
        {
            if (generation is { } meant && meant != _generation) return;
            if (!_running || !(_reason == CancelReason.None || EndsAttemptOnly(_reason))) return;
            _reason = reason;
            _due = Never;
            source = _source;
        }
        source.Cancel();
    }

    /// <summary>Which exchange this is: one later after every <see cref="Start"/>.</summary>
    public long Generation
    {
        get { lock (_gate) return _generation; }
    }

    /// <summary>After a cancelled attempt: a fresh token for the next one, unless the whole exchange is over. Returns whether it may go on.</summary>
    public bool Renew()
    {
        lock (_gate)
        {
            if (_reason == CancelReason.None) return true;
            if (!EndsAttemptOnly(_reason)) return false;
            _reason = CancelReason.None;
            _source = new CancellationTokenSource();
            SetDue_NeedsLock(_totalDue, CancelReason.Total);
            return true;
        }
    }

    /// <summary>Ends the exchange. The timer may still fire: it finds nothing due.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _running = false;
            _due = Never;
            // A Cancel that has left the lock may still be on its way to this source: it must not reach the next exchange.
            if (_reason != CancelReason.None || !_source.TryReset()) _source = new CancellationTokenSource();
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _source.Dispose();
    }

    private static bool EndsAttemptOnly(CancelReason reason) => reason is CancelReason.FirstByte or CancelReason.Idle or CancelReason.Attempt or CancelReason.UpstreamKilled;

    private void SetDue_NeedsLock(long due, CancelReason reason)
    {
        if (!_running || _reason != CancelReason.None) return;
        _due = due;
        _dueReason = reason;
        if (due < _scheduled) Schedule_NeedsLock(due);
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            _scheduled = Never;
            if (_due == Never) return;
            if (_time.GetTimestamp() < _due)
            {
                Schedule_NeedsLock(_due);
                return;
            }
        }
        Cancel(_dueReason);
    }

    private void Schedule_NeedsLock(long due)
    {
        _scheduled = due;
        var wait = _time.GetElapsedTime(_time.GetTimestamp(), due);
        // Rounded up: a timer that fires a fraction early would only have to be set again.
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(wait.TotalMilliseconds))), Timeout.InfiniteTimeSpan);
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}
