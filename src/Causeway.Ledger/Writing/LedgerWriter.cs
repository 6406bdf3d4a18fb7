using Causeway.Ledger.Storage;
using Microsoft.Data.Sqlite;

namespace Causeway.Ledger.Writing;

/// <summary>
/// The one thread that writes exchanges. Each turn settles one batch: into the database, else into the spill file, else it stays
/// in hand and comes again. While the database works, rows kept aside earlier are written back between batches.
/// A thread of its own, not a pool task: a busy pool must not widen the window of rows that a crash can lose.
/// </summary>
internal sealed class LedgerWriter
{
    internal const int BatchSize = 1_000;

    /// <summary>The window of rows that a crash can lose.</summary>
    private static readonly TimeSpan CommitInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a commit waits for another program's lock before the database counts as refusing.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ExchangeQueue _queue;
    private readonly SpillFile _spill;
    private readonly HealthBoard _board;
    private readonly Func<ExchangeStore> _openStore;
    private readonly TimeProvider _time;
    private readonly Backoff _storeBackoff, _writeBackBackoff;
    private readonly Exchange[] _batch = new Exchange[BatchSize];
    private readonly Exchange[] _replay = new Exchange[BatchSize];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ExchangeStore? _store;
    private string? _refusal;
    private bool _spillRefuses, _hadLastTry;
    private int _inHand;
    private long _turnedAt;
    private long _written, _spilled, _unreadable;
    private volatile bool _abandoned;

    /// <param name="store">An open store, which the writer owns from now on.</param>
    internal LedgerWriter(ExchangeStore store, Func<ExchangeStore> openStore, ExchangeQueue queue, SpillFile spill, HealthBoard board, TimeProvider time)
    {
        (_store, _openStore, _queue, _spill, _board, _time) = (store, openStore, queue, spill, board, time);
        (_storeBackoff, _writeBackBackoff) = (new Backoff(time), new Backoff(time));
        PublishHealth();
    }

    /// <summary>Completes when the last row is settled and the store is closed.</summary>
    internal Task Ended => _ended.Task;

    internal static ExchangeStore OpenStore(string path, LedgerOptions options, TimeProvider time) =>
        ExchangeStore.Open(path, Patience, options.WriterOpened, time);

    internal void Start() => new Thread(Run) { IsBackground = true, Name = "causeway-ledger" }.Start();

    /// <summary>Ends after the present batch, whatever is left to write back.</summary>
    internal void Abandon() => _abandoned = true;

    private void Run()
    {
        while (!IsDone())
        {
            WaitForWork();
            Turn();
            PublishHealth();
        }
        CloseStore();
        PublishHealth();
        _ended.SetResult();
    }

    private bool IsDone() => _queue.IsClosed && _queue.Length == 0 && !CanWriteBack;

    private bool CanWriteBack => _store is not null && _spill.HasRows && _writeBackBackoff.IsOver && !_abandoned;

    private void WaitForWork()
    {
        if (_inHand > 0)
            _queue.Pause(CommitInterval);
        else if (!CanWriteBack)
            WaitForBatch();
    }

    /// <summary>A row after a pause is written at once; under load rows gather until the interval is over or a batch is full.</summary>
    private void WaitForBatch()
    {
        // Without a fault there is nothing to do until a row comes; with one, there is a time to try again.
        if (!_queue.WaitForRow(_store is null || _spill.HasRows ? CommitInterval : Timeout.InfiniteTimeSpan))
            return;
        // The waits are real and short even where the clock is a test's: each one only leads to another look at that clock.
        while (!_queue.IsBatchReady && _time.GetElapsedTime(_turnedAt) is var passed && passed < CommitInterval)
            _queue.Pause(CommitInterval - passed);
    }

    private void Turn()
    {
        try
        {
            _turnedAt = _time.GetTimestamp();
            if (_inHand == 0)
                _inHand = _queue.Take(_batch);
            if (_store is null && (_storeBackoff.IsOver || IsLastTry()))
                Reopen();
            SettleBatch();
            if (CanWriteBack)
                WriteBack();
        }
        catch (Exception unexpected)
        {
            // A bug must cost rows only when memory is full, never the process.
            Degrade(unexpected);
        }
    }

    /// <summary>Once, when the ledger stops: a store that came back a moment ago saves the way through the spill file.</summary>
    private bool IsLastTry()
    {
        if (!_queue.IsClosed || _hadLastTry)
            return false;
        _hadLastTry = true;
        return true;
    }

    private void SettleBatch()
    {
        if (_inHand == 0)
            return;
        var rows = _batch.AsSpan(0, _inHand);
        if (TryStore(rows) || TrySpill(rows))
            _queue.Settle(_inHand);
        else if (_queue.IsClosed)
            _queue.Lose(_inHand);
        else
            return;
        rows.Clear();
        _inHand = 0;
    }

    private bool TryStore(ReadOnlySpan<Exchange> rows)
    {
        if (_store is null)
            return false;
        try
        {
            _written += _store.Insert(rows);
            _storeBackoff.Succeeded();
            _refusal = null;
            return true;
        }
        catch (SqliteException refused)
        {
            Degrade(refused);
            return false;
        }
    }

    private bool TrySpill(ReadOnlySpan<Exchange> rows)
    {
        try
        {
            _spill.Append(rows);
            _spilled += rows.Length;
            _spillRefuses = false;
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            _spillRefuses = true;
            return false;
        }
    }

    private void WriteBack()
    {
        try
        {
            WriteBackPiece();
            _writeBackBackoff.Succeeded();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            _writeBackBackoff.Failed();
        }
    }

    private void WriteBackPiece()
    {
        var piece = _spill.Peek(_replay);
        if (!TryStore(_replay.AsSpan(0, piece.Count)))
            return;
        _unreadable += piece.Unreadable;
        _spill.Consume(piece);
        if (!piece.IsLast)
            return;
        _store?.Sync();
        _spill.Delete();
    }

    private void Reopen()
    {
        try
        {
            _store = _openStore();
        }
        catch (Exception refused) when (refused is SqliteException or LedgerException)
        {
            Degrade(refused);
        }
    }

    private void Degrade(Exception refused)
    {
        CloseStore();
        _storeBackoff.Failed();
        _refusal = Refusal.Describe(refused);
    }

    private void CloseStore()
    {
        _store?.Dispose();
        _store = null;
    }

    private void PublishHealth() =>
        _board.Publish(Reason(), _written, _spilled, _queue.Dropped + _unreadable, _queue.Length);

    private string? Reason() => this switch
    {
        { _refusal: { } refusal, _inHand: > 0, _spillRefuses: true } => $"{refusal}, and the spill file takes no more rows: they wait in memory",
        { _refusal: { } refusal } => $"{refusal}: rows go to the spill file",
        { _spill.HasRows: true } => "rows kept aside during an earlier fault are being written back",
        _ => null,
    };
}
