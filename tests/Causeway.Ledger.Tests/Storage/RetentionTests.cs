using Causeway.Ledger.Reading;
using Causeway.Ledger.Tests.Support;

namespace Causeway.Ledger.Tests.Storage;

public sealed class RetentionTests : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly LedgerState _ledger;

    public RetentionTests() => _ledger = LedgerState.Open(_folder.Path, new(), TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Old_rows_go_and_newer_ones_stay()
    {
        await Record(Some.Exchanges(3_000));
        Assert.Equal(2_500, await _ledger.PruneAsync(Some.Noon.AddMilliseconds(2_500), Cancellation));
        Assert.Equal(500, _folder.Rows());
        Assert.Equal(0, await _ledger.PruneAsync(Some.Noon.AddMilliseconds(2_500), Cancellation));
    }

    [Fact]
    public async Task Whoever_follows_the_list_misses_nothing_when_all_rows_are_old()
    {
        await Record(Some.Exchanges(20));
        using var reader = LedgerReader.Open(_folder.Path);
        var last = reader.LastRow();
        await _ledger.PruneAsync(Some.Noon.AddYears(1), Cancellation);
        var next = Some.Exchange();
        await Record(next);
        Assert.Equal(next, Assert.Single(reader.After(last, new())).Exchange);
    }

    [Fact]
    public async Task Rows_are_recorded_while_others_are_removed()
    {
        await Record(Some.Exchanges(5_000));
        var pruning = _ledger.PruneAsync(Some.Noon.AddHours(1), Cancellation);
        await Record([.. Enumerable.Range(0, 5_000).Select(i => Some.Exchange(Some.Noon.AddDays(1).AddMilliseconds(i)))]);
        await pruning;
        Assert.InRange(_folder.Rows(), 5_000, 5_001);
        Assert.Equal((LedgerStatus.Healthy, 0), (_ledger.Health.Status, _ledger.Health.RowsSpilled));
    }

    private async Task Record(params Exchange[] rows)
    {
        foreach (var row in rows)
            _ledger.Record(row);
        await _ledger.FlushAsync(Cancellation);
    }
}
