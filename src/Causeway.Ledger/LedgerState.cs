using System.Diagnostics.Metrics;
using Causeway.Ledger.Auditing;
using Causeway.Ledger.Reading;
using Causeway.Ledger.Storage;
using Causeway.Ledger.Writing;
using Microsoft.Data.Sqlite;

namespace Causeway.Ledger;

/// <summary>
/// What happened, kept in <c>causeway.db</c> of one data folder. <see cref="Record"/> is for the hot path: it never waits and never
/// throws, and a row takes the way memory, database, or spill file, or in the last resort a counted drop. <see cref="AuditAsync"/> is
/// for decisions: awaited, durable, and it throws. Thread-safe; one instance per folder, held by a lock file.
/// </summary>
public sealed class LedgerState : IAsyncDisposable
{
    /// <summary>The name of the meter that tells its health.</summary>
    public const string MeterName = "Causeway.Ledger";

    private readonly string _path;
    private readonly ServeLock _lock;
    private readonly ExchangeQueue _queue;
    private readonly HealthBoard _board;
    private readonly LedgerWriter _writer;
    private readonly AuditLog _audit;
    private readonly Meter _meter;
    private readonly TimeSpan _stopTimeout;
    private readonly TimeProvider _time;
    private int _disposed;

    private LedgerState(ServeLock serveLock, ExchangeStore store, string dataFolder, LedgerOptions options, TimeProvider time)
    {
        var path = _path = LedgerDatabase.PathIn(dataFolder);
        _lock = serveLock;
        _stopTimeout = options.StopTimeout;
        _time = time;
        _queue = new ExchangeQueue(options.MaxRowsInMemory, LedgerWriter.BatchSize);
        _board = new HealthBoard(time);
        _audit = new AuditLog(path, time);
        _writer = new LedgerWriter(
            store, () => LedgerWriter.OpenStore(path, options, time), _queue, new SpillFile(dataFolder, options.MaxSpillBytes), _board, time);
        _meter = LedgerMeter.Create(() => Health);
    }

    /// <summary>
    /// Raised when the status or its reason changes, and when rows are lost (then at most every 5 seconds). Runs on the writer:
    /// handlers must be quick and must not call back into the ledger.
    /// </summary>
    public event Action<LedgerHealth>? HealthChanged
    {
        add => _board.Changed += value;
        remove => _board.Changed -= value;
    }

    /// <summary>As of the writer's last batch. One volatile read.</summary>
    public LedgerHealth Health => _board.Current;

    /// <summary>
    /// Opens or creates the ledger of <paramref name="dataFolder"/> and brings its schema up to date. Rows that an earlier run kept
    /// aside are written back in the background; until then <see cref="Health"/> is degraded.
    /// </summary>
    /// <exception cref="LedgerException">The folder is in use or cannot be written, or the database is damaged, locked, full or too new.</exception>
    public static LedgerState Open(string dataFolder, LedgerOptions options, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(dataFolder);
        ArgumentNullException.ThrowIfNull(options);
        options.Validated();
        CreateFolder(dataFolder);
        var serveLock = ServeLock.Take(dataFolder);
        try
        {
            var store = OpenStore(dataFolder, options, time);
            var ledger = new LedgerState(serveLock, store, dataFolder, options, time);
            ledger._writer.Start();
            return ledger;
        }
        catch
        {
            serveLock.Dispose();
            throw;
        }
    }

    /// <summary>Takes a row. Never waits, never throws; texts beyond 256 characters are cut.</summary>
    public void Record(Exchange row) => _queue.Add(ExchangeBounds.Apply(row));

    /// <summary>
    /// Completes when every row recorded before the call survives the end of this process: it is in the database or in the spill file.
    /// </summary>
    public ValueTask FlushAsync(CancellationToken cancellationToken) => _queue.WhenSettledAsync(cancellationToken);

    /// <summary>Appends to the hash-chained audit log and completes when the entry is on disk.</summary>
    /// <param name="actor">Who decided: a key's name, a controller, <c>cli</c>. At most 1,024 characters, like the next two.</param>
    /// <param name="action">What was done: <c>plan.swap</c>.</param>
    /// <param name="subject">To what: a plan hash, a route.</param>
    /// <param name="detailJson">A JSON value of at most 1 MiB; must hold no secret.</param>
    /// <exception cref="LedgerException">The entry could not be stored; nothing was.</exception>
    public Task<AuditEntry> AuditAsync(string actor, string action, string subject, string detailJson, CancellationToken cancellationToken) =>
        _audit.AppendAsync(new AuditDraft(actor, action, subject, detailJson), cancellationToken);

    /// <summary>Walks the whole audit chain. What it can and cannot detect: docs/operations/ledger.md.</summary>
    public AuditVerdict VerifyAudit() => _audit.Verify();

    /// <summary>Keeps a price table under its hash, durably; a table that is known is left alone.</summary>
    /// <exception cref="LedgerException">The table could not be stored.</exception>
    public void SavePriceTable(string hash, string canonicalJson) => PriceTables.Save(_path, hash, canonicalJson, _time.GetUtcNow());

    /// <summary>
    /// Removes exchanges that started before <paramref name="olderThan"/>, except the one stored last, in small steps beside the running
    /// writer. The file does not shrink: its free pages are used again. Audit entries and price tables stay.
    /// </summary>
    /// <returns>How many rows were removed.</returns>
    /// <exception cref="LedgerException">The database refuses; what was removed until then stays removed.</exception>
    public Task<long> PruneAsync(DateTimeOffset olderThan, CancellationToken cancellationToken) =>
        Retention.PruneAsync(_path, olderThan, _time, cancellationToken);

    /// <summary>
    /// What the routes have cost by the rows that are stored, in nano-dollars: exchanges that started in [<paramref name="since"/>,
    /// <paramref name="until"/>). Reads every such row; for starts, not for requests.
    /// </summary>
    /// <exception cref="LedgerException">The database cannot be read.</exception>
    public IReadOnlyList<(string Route, long Nanos)> CostByRoute(DateTimeOffset since, DateTimeOffset until)
    {
        using var reader = LedgerReader.Open(Path.GetDirectoryName(_path)!);
        var filter = new ExchangeFilter { Since = since, Until = until, Limit = ExchangeFilter.MaxLimit };
        return [.. from summary in reader.Summary(filter, SummaryBy.Route) where summary.Name is not null select (summary.Name, summary.CostNanos)];
    }

    /// <summary>
    /// Settles what was recorded, for at most <see cref="LedgerOptions.StopTimeout"/>, and releases the folder. If the disk hangs for
    /// longer, the folder stays locked until the writer comes back or the process ends.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _queue.Close();
        var released = _writer.Ended.ContinueWith(
            _ => Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            await released.WaitAsync(_stopTimeout, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _writer.Abandon();
        }
        _meter.Dispose();
    }

    private void Release()
    {
        _queue.Dispose();
        _audit.Dispose();
        _lock.Dispose();
    }

    private static void CreateFolder(string dataFolder)
    {
        try
        {
            Directory.CreateDirectory(dataFolder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LedgerException($"The data folder {dataFolder} cannot be created: {e.Message} Choose another with --data.", e);
        }
    }

    private static ExchangeStore OpenStore(string dataFolder, LedgerOptions options, TimeProvider time)
    {
        var path = LedgerDatabase.PathIn(dataFolder);
        try
        {
            return LedgerWriter.OpenStore(path, options, time);
        }
        catch (SqliteException e)
        {
            throw new LedgerException($"The ledger {path} cannot be opened: {Refusal.Describe(e)}. {Refusal.Remedy(e)}", e);
        }
    }
}
