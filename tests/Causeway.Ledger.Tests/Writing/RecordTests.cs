using Causeway.Ledger.Reading;
using Causeway.Ledger.Tests.Support;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Ledger.Tests.Writing;

public sealed class RecordTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private static readonly LedgerOptions Defaults = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Fifty_thousand_rows_from_eight_threads_survive_a_clean_stop()
    {
        const int Threads = 8, Each = 6_250;
        await using (var ledger = LedgerState.Open(_folder.Path, Defaults, TimeProvider.System))
        {
            await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(() =>
            {
                foreach (var row in Some.Exchanges(Each))
                    ledger.Record(row);
            }, Cancellation)));
        }
        Assert.Equal(Threads * Each, _folder.Rows());
        Assert.False(File.Exists(_folder.Spill));
    }

    [Fact]
    public async Task A_lone_row_is_written_without_waiting_for_company()
    {
        await using var ledger = LedgerState.Open(_folder.Path, Defaults, TimeProvider.System);
        ledger.Record(Some.Exchange());
        await Eventually.Is(() => ledger.Health.RowsWritten == 1, "the row is written");
    }

    [Fact]
    public async Task Rows_gather_until_the_commit_interval_is_over()
    {
        var time = new FakeTimeProvider(Some.Noon);
        await using var ledger = LedgerState.Open(_folder.Path, Defaults, time);
        ledger.Record(Some.Exchange());
        await ledger.FlushAsync(Cancellation);
        ledger.Record(Some.Exchange());
        // The file: health is told a moment after the row is safe.
        Assert.Equal(1, _folder.Rows());
        time.Advance(TimeSpan.FromMilliseconds(50));
        await Eventually.Is(() => ledger.Health.RowsWritten == 2, "the second row is written");
    }

    [Fact]
    public async Task A_thousand_rows_do_not_wait_for_the_interval()
    {
        await using var ledger = LedgerState.Open(_folder.Path, Defaults, new FakeTimeProvider(Some.Noon));
        foreach (var row in Some.Exchanges(2_000))
            ledger.Record(row);
        await Eventually.Is(() => ledger.Health.RowsWritten >= 1_000, "a full batch is written while the clock stands still");
    }

    [Fact]
    public async Task A_flush_covers_every_row_recorded_before_it()
    {
        await using var ledger = LedgerState.Open(_folder.Path, Defaults, TimeProvider.System);
        foreach (var row in Some.Exchanges(3_500))
            ledger.Record(row);
        await ledger.FlushAsync(Cancellation);
        Assert.Equal(3_500, _folder.Rows());
        await ledger.FlushAsync(Cancellation);
    }

    [Fact]
    public async Task A_row_recorded_twice_is_stored_once()
    {
        await using var ledger = LedgerState.Open(_folder.Path, Defaults, TimeProvider.System);
        var row = Some.Exchange();
        ledger.Record(row);
        ledger.Record(row with { Status = 500 });
        await ledger.FlushAsync(Cancellation);
        using var reader = LedgerReader.Open(_folder.Path);
        Assert.Equal(row, Assert.Single(reader.Recent(new())).Exchange);
    }

    [Fact]
    public async Task Every_row_comes_back_as_it_was_recorded()
    {
        await using var ledger = LedgerState.Open(_folder.Path, Defaults, TimeProvider.System);
        using var reader = LedgerReader.Open(_folder.Path);
        await Some.AnyExchange.SampleAsync(async row =>
        {
            ledger.Record(row);
            await ledger.FlushAsync(Cancellation);
            Assert.Equal(row, Assert.Single(reader.Recent(new() { RequestId = row.Id.ToString() })).Exchange);
        }, iter: 300, threads: 1);
    }

    [Fact]
    public async Task Texts_that_a_caller_made_long_are_cut()
    {
        await using var ledger = LedgerState.Open(_folder.Path, Defaults, TimeProvider.System);
        var row = Some.Exchange() with { RequestedModel = new string('m', 255) + "😀" + new string('x', 1 << 20) };
        ledger.Record(row);
        await ledger.FlushAsync(Cancellation);
        using var reader = LedgerReader.Open(_folder.Path);
        Assert.Equal(new string('m', 255), Assert.Single(reader.Recent(new())).Exchange.RequestedModel);
    }

    [Fact]
    public async Task Recording_after_the_stop_is_harmless()
    {
        var ledger = LedgerState.Open(_folder.Path, Defaults, TimeProvider.System);
        await ledger.DisposeAsync();
        ledger.Record(Some.Exchange());
        await ledger.FlushAsync(Cancellation);
        await ledger.DisposeAsync();
        Assert.Equal(0, _folder.Rows());
    }
}
