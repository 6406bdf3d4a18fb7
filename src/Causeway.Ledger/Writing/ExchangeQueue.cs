namespace Causeway.Ledger.Writing;

/// <summary>
/// Rows on their way to the writer, bounded by count. Any thread adds; one thread takes, and gives the places back with
/// <see cref="Settle"/> only when the rows are safe, so that the bound covers the rows the writer has in hand.
/// </summary>
internal sealed class ExchangeQueue : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<Exchange> _rows = new();
    private readonly AutoResetEvent _signal = new(false);
    private readonly int _capacity;
    private readonly int _batchSize;
    private TaskCompletionSource _settlement = NewSettlement();
    private int _held;
    private long _accepted, _settled, _dropped;
    private bool _closed, _hurry;

    internal ExchangeQueue(int capacity, int batchSize)
    {
        _capacity = capacity;
        _batchSize = batchSize;
    }

    /// <summary>Rows that are in memory only.</summary>
    internal int Length { get { lock (_lock) return _held; } }

    /// <summary>Rows that found no place.</summary>
    internal long Dropped { get { lock (_lock) return _dropped; } }

    private bool HasRows { get { lock (_lock) return _rows.Count > 0; } }

    internal bool IsClosed { get { lock (_lock) return _closed; } }

    /// <summary>Never waits, never throws; a row that finds no place is counted.</summary>
    internal void Add(Exchange row)
    {
        lock (_lock)
        {
            if (_closed || _held >= _capacity)
            {
                _dropped++;
                return;
            }
            _rows.Enqueue(row);
            _held++;
            _accepted++;
            // A wake-up costs more than all the rest: only the first row of a batch and the one that fills it pay. Inside the lock,
            // so that none comes after Close, when the writer may have ended and the signal with it.
            if (_rows.Count == 1 || _rows.Count == _batchSize)
                _signal.Set();
        }
    }

    /// <returns>How many rows were moved into <paramref name="batch"/>.</returns>
    internal int Take(Span<Exchange> batch)
    {
        lock (_lock)
        {
            var count = Math.Min(batch.Length, _rows.Count);
            for (var i = 0; i < count; i++)
                batch[i] = _rows.Dequeue();
            _hurry &= _rows.Count > 0;
            return count;
        }
    }

    /// <summary>The <paramref name="count"/> rows taken last are safe.</summary>
    internal void Settle(int count) => Release(count, lost: 0);

    /// <summary>The <paramref name="count"/> rows taken last are lost.</summary>
    internal void Lose(int count) => Release(count, lost: count);

    /// <summary>Completes when every row accepted so far is safe.</summary>
    internal async ValueTask WhenSettledAsync(CancellationToken cancellation)
    {
        var (target, settlement) = AskToHurry();
        while (settlement is not null)
        {
            await settlement.WaitAsync(cancellation).ConfigureAwait(false);
            settlement = SettlementBefore(target);
        }
    }

    /// <summary>No further rows; the writer is woken.</summary>
    internal void Close()
    {
        lock (_lock)
            _closed = true;
        _signal.Set();
    }

    /// <summary>Waits for a first row, at most <paramref name="most"/>.</summary>
    /// <returns>Whether there is one.</returns>
    internal bool WaitForRow(TimeSpan most)
    {
        if (!HasRows && !IsClosed)
            Pause(most);
        return HasRows;
    }

    /// <summary>Whether rows are better written now than left to gather.</summary>
    internal bool IsBatchReady { get { lock (_lock) return _closed || _hurry || _rows.Count >= _batchSize; } }

    /// <summary>Waits, in real time, until something happens here or <paramref name="most"/> has passed.</summary>
    internal void Pause(TimeSpan most) => _signal.WaitOne(most);

    public void Dispose() => _signal.Dispose();

    private void Release(int count, int lost)
    {
        TaskCompletionSource settled;
        lock (_lock)
        {
            _held -= count;
            _settled += count;
            _dropped += lost;
            settled = _settlement;
            _settlement = NewSettlement();
        }
        settled.SetResult();
    }

    private (long Target, Task? Settlement) AskToHurry()
    {
        lock (_lock)
        {
            if (_settled >= _accepted)
                return (_accepted, null);
            _hurry = true;
            _signal.Set();
            return (_accepted, _settlement.Task);
        }
    }

    private Task? SettlementBefore(long target)
    {
        lock (_lock)
            return _settled >= target ? null : _settlement.Task;
    }

    private static TaskCompletionSource NewSettlement() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
