using System.Diagnostics;
using Causeway.Ledger.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Ledger.Tests.Writing;

public sealed class DegradationTests : IDisposable
{
    private const string Well = "PRAGMA query_only=0";
    private const string ReadOnly = "PRAGMA query_only=1";

    /// <summary>No page more than the empty database has; a handful of rows still fits into those.</summary>
    private const string Full = "PRAGMA max_page_count=1";

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Some.Noon);
    private int _opened;
    private volatile string _pragma = Well;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_locked_database_blocks_nobody_and_loses_nothing()
    {
        await using var ledger = LedgerState.Open(_folder.Path, Options(), _time);
        var slowest = 0L;
        using (LockOut())
        {
            foreach (var row in Some.Exchanges(2_500))
            {
                var before = Stopwatch.GetTimestamp();
                ledger.Record(row);
                slowest = Math.Max(slowest, Stopwatch.GetTimestamp() - before);
            }
            await ledger.FlushAsync(Cancellation);
            await ledger.IsDegraded();
            Assert.Equal("the database is locked by another program: rows go to the spill file", ledger.Health.Reason);
            Assert.Equal(2_500, ledger.Health.RowsSpilled);
            Assert.Equal(0, _folder.Rows());
        }
        Assert.True(slowest < Stopwatch.Frequency / 2, "Record waited for the lock.");
        await RecoverAsync(ledger);
        Assert.Equal(2_500, _folder.Rows());
        Assert.Equal(2_500, ledger.Health.RowsWritten);
        Assert.Equal(0, ledger.Health.RowsDropped);
        Assert.False(File.Exists(_folder.Spill));
    }

    [Fact]
    public async Task A_full_disk_degrades_spills_and_recovers()
    {
        _pragma = Full;
        await using var ledger = LedgerState.Open(_folder.Path, Options(), _time);
        foreach (var row in Some.Exchanges(3_000))
            ledger.Record(row);
        await ledger.FlushAsync(Cancellation);
        await ledger.IsDegraded();
        Assert.Equal("the disk is full: rows go to the spill file", ledger.Health.Reason);
        _pragma = Well;
        await RecoverAsync(ledger);
        Assert.Equal(3_000, _folder.Rows());
        Assert.Equal(0, ledger.Health.RowsDropped);
    }

    [Fact]
    public async Task A_refusing_database_is_tried_again_after_1_2_4_and_then_every_5_seconds()
    {
        _pragma = ReadOnly;
        await using var ledger = LedgerState.Open(_folder.Path, Options(), _time);
        ledger.Record(Some.Exchange());
        await ledger.FlushAsync(Cancellation);
        await ledger.IsDegraded();
        Assert.Equal(1, _opened);
        var tries = 1;
        foreach (var seconds in (int[])[1, 2, 4, 5, 5])
        {
            _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            await TurnAsync(ledger);
            Assert.Equal(tries, _opened);
            _time.Advance(TimeSpan.FromMilliseconds(1));
            tries++;
            await Eventually.Is(() => _opened == tries, $"try {tries} after {seconds} s");
            await TurnAsync(ledger);
        }
    }

    [Fact]
    public async Task Rows_wait_in_memory_when_the_spill_file_refuses_too_and_beyond_its_bound_are_counted()
    {
        _pragma = ReadOnly;
        Directory.CreateDirectory(_folder.Spill);
        await using var ledger = LedgerState.Open(_folder.Path, Options() with { MaxRowsInMemory = 1_500 }, _time);
        var alarms = new List<LedgerHealth>();
        ledger.HealthChanged += alarms.Add;
        foreach (var row in Some.Exchanges(2_000))
            ledger.Record(row);
        await Eventually.Is(() => ledger.Health is { RowsDropped: 500, QueueLength: 1_500 }, "500 rows are dropped");
        Assert.Equal("the database is read-only, and the spill file takes no more rows: they wait in memory", ledger.Health.Reason);
        _pragma = Well;
        Directory.Delete(_folder.Spill);
        await RecoverAsync(ledger);
        Assert.Equal(1_500, _folder.Rows());
        Assert.Equal(500, ledger.Health.RowsDropped);
        Assert.Contains(alarms, health => health.RowsDropped > 0);
        Assert.Equal(LedgerStatus.Healthy, alarms[^1].Status);
    }

    [Fact]
    public async Task The_spill_file_is_bounded()
    {
        _pragma = ReadOnly;
        await using var ledger = LedgerState.Open(_folder.Path, Options() with { MaxSpillBytes = 2_000 }, _time);
        ledger.Record(Some.Exchange());
        await ledger.FlushAsync(Cancellation);
        foreach (var row in Some.Exchanges(10))
            ledger.Record(row);
        _time.Advance(TimeSpan.FromMilliseconds(50));
        await Eventually.Is(() => ledger.Health.QueueLength == 10, "ten rows wait in memory");
        Assert.InRange(new FileInfo(_folder.Spill).Length, 1, 2_000);
        _pragma = Well;
        await RecoverAsync(ledger);
        Assert.Equal(11, _folder.Rows());
    }

    [Fact]
    public async Task A_stop_during_the_fault_leaves_the_rows_to_the_next_start()
    {
        await using (var ledger = LedgerState.Open(_folder.Path, Options(), _time))
        {
            using var locked = LockOut();
            foreach (var row in Some.Exchanges(1_200))
                ledger.Record(row);
            await ledger.DisposeAsync();
        }
        Assert.Equal(0, _folder.Rows());
        await using (var ledger = LedgerState.Open(_folder.Path, Options(), _time))
            await ledger.IsHealthy();
        Assert.Equal(1_200, _folder.Rows());
    }

    [Fact]
    public async Task A_stop_ends_when_everything_refuses_and_counts_what_is_lost()
    {
        _pragma = ReadOnly;
        Directory.CreateDirectory(_folder.Spill);
        var ledger = LedgerState.Open(_folder.Path, Options(), _time);
        foreach (var row in Some.Exchanges(2_500))
            ledger.Record(row);
        await ledger.DisposeAsync();
        Assert.Equal((2_500, 0), (ledger.Health.RowsDropped, ledger.Health.QueueLength));
    }

    [Fact]
    public async Task A_spill_file_on_a_full_disk_leaves_nothing_behind_after_the_recovery()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "Needs a device that is always full.");
        _pragma = ReadOnly;
        await using var ledger = LedgerState.Open(_folder.Path, Options(), _time);
        File.CreateSymbolicLink(_folder.Spill, "/dev/full");
        foreach (var row in Some.Exchanges(10))
            ledger.Record(row);
        await Eventually.Is(() => ledger.Health.Reason?.Contains("wait in memory", StringComparison.Ordinal) == true, "nothing takes rows");
        _pragma = Well;
        await RecoverAsync(ledger);
        Assert.Equal(10, _folder.Rows());
        Assert.False(File.Exists(_folder.Spill));
        Assert.True(File.Exists("/dev/full"));
    }

    [Fact]
    public async Task A_listener_that_throws_does_not_stop_the_writer()
    {
        _pragma = ReadOnly;
        await using var ledger = LedgerState.Open(_folder.Path, Options(), _time);
        ledger.HealthChanged += _ => throw new InvalidOperationException("a bug in a listener");
        ledger.Record(Some.Exchange());
        await ledger.FlushAsync(Cancellation);
        _pragma = Well;
        await RecoverAsync(ledger);
        Assert.Equal(1, _folder.Rows());
    }

    /// <summary>The writer's connections obey <see cref="_pragma"/> as it stands when they are opened.</summary>
    private LedgerOptions Options() => new()
    {
        WriterOpened = connection =>
        {
            Interlocked.Increment(ref _opened);
            using var command = connection.CreateCommand();
            command.CommandText = _pragma;
            command.ExecuteNonQuery();
        },
    };

    private SqliteConnection LockOut()
    {
        var connection = _folder.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "BEGIN EXCLUSIVE";
        command.ExecuteNonQuery();
        return connection;
    }

    private async Task RecoverAsync(LedgerState ledger)
    {
        await Eventually.Is(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return ledger.Health.Status == LedgerStatus.Healthy;
        }, "recovered");
        await ledger.FlushAsync(Cancellation);
    }

    /// <summary>Returns when the writer has looked at the clock: a row of its own has passed.</summary>
    private static async Task TurnAsync(LedgerState ledger)
    {
        ledger.Record(Some.Exchange());
        await ledger.FlushAsync(Cancellation);
    }
}
