using Causeway.Ledger.Reading;
using Causeway.Ledger.Tests.Support;
using Causeway.Ledger.Writing;
using CsCheck;

namespace Causeway.Ledger.Tests.Writing;

public sealed class SpillFileTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private static readonly LedgerOptions Defaults = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_row_survives_the_spill_file() => Some.AnyExchange.Array[1, 5].Sample(rows =>
    {
        File.Delete(_folder.Spill);
        Spill(rows);
        Assert.Equal(rows, ReadAll());
    }, iter: 200, threads: 1);

    [Fact]
    public async Task A_line_torn_by_a_crash_costs_only_its_own_row()
    {
        var rows = Some.Exchanges(3);
        Spill(rows);
        using (var file = File.OpenWrite(_folder.Spill))
            file.SetLength(file.Length - 40);
        await using var ledger = LedgerState.Open(_folder.Path, Defaults, TimeProvider.System);
        await ledger.IsHealthy();
        Assert.Equal(2, _folder.Rows());
        Assert.Equal(1, ledger.Health.RowsDropped);
        Assert.False(File.Exists(_folder.Spill));
    }

    [Fact]
    public void A_crash_at_any_byte_leaves_every_row_that_was_whole()
    {
        var rows = Some.Exchanges(3);
        Spill(rows);
        var bytes = File.ReadAllBytes(_folder.Spill);
        var whole = 0;
        for (var length = 0; length <= bytes.Length; length++)
        {
            if (length > 0 && length < bytes.Length && bytes[length] == '\n')
                whole++;
            File.WriteAllBytes(_folder.Spill, bytes[..length]);
            Assert.Equal(rows[..whole], ReadAll());
        }
        Assert.Equal(3, whole);
    }

    [Fact]
    public void Rows_added_behind_a_torn_line_stay_whole()
    {
        var rows = Some.Exchanges(3);
        Spill(rows[..2]);
        using (var file = File.OpenWrite(_folder.Spill))
            file.SetLength(file.Length - 40);
        Spill(rows[2..]);
        Assert.Equal([rows[0], rows[2]], ReadAll());
    }

    [Fact]
    public async Task Rows_that_are_already_in_the_database_are_written_back_without_duplicates()
    {
        var rows = Some.Exchanges(2_300);
        await using (var ledger = LedgerState.Open(_folder.Path, Defaults, TimeProvider.System))
        {
            foreach (var row in rows[..1_500])
                ledger.Record(row);
        }
        Spill(rows);
        await using (var ledger = LedgerState.Open(_folder.Path, Defaults, TimeProvider.System))
        {
            await ledger.IsHealthy();
            Assert.Equal(800, ledger.Health.RowsWritten);
        }
        Assert.Equal(2_300, _folder.Rows());
        using var reader = LedgerReader.Open(_folder.Path);
        Assert.Equal(rows.Reverse(), reader.Recent(new() { Limit = 10_000 }).Select(row => row.Exchange));
    }

    [Fact]
    public async Task Live_rows_are_written_while_earlier_ones_are_written_back()
    {
        Spill(Some.Exchanges(20_000));
        await using var ledger = LedgerState.Open(_folder.Path, Defaults, TimeProvider.System);
        var live = Some.Exchange(Some.Noon.AddDays(1));
        ledger.Record(live);
        await ledger.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, _folder.Number($"SELECT count(*) FROM exchanges WHERE id = '{live.Id}'"));
        await ledger.IsHealthy();
        Assert.Equal(20_001, _folder.Rows());
    }

    [Fact]
    public async Task A_file_of_garbage_is_passed_over_in_bounded_memory_and_reported()
    {
        using (var file = File.OpenWrite(_folder.Spill))
        {
            file.Write(new byte[3 << 20]);
            file.Write("\n"u8);
        }
        Spill(Some.Exchanges(2));
        await using var ledger = LedgerState.Open(_folder.Path, Defaults, TimeProvider.System);
        await ledger.IsHealthy();
        Assert.Equal(2, _folder.Rows());
        Assert.True(ledger.Health.RowsDropped > 0);
    }

    [Fact]
    public void A_batch_that_does_not_fit_leaves_nothing_behind()
    {
        var spill = new SpillFile(_folder.Path, maxBytes: 1_000);
        spill.Append(Some.Exchanges(1));
        var before = new FileInfo(_folder.Spill).Length;
        Assert.Throws<IOException>(() => spill.Append(Some.Exchanges(5)));
        Assert.Equal(before, new FileInfo(_folder.Spill).Length);
    }

    private void Spill(Exchange[] rows) => new SpillFile(_folder.Path, long.MaxValue).Append(rows);

    private List<Exchange> ReadAll()
    {
        var (spill, found, buffer) = (new SpillFile(_folder.Path, long.MaxValue), new List<Exchange>(), new Exchange[2]);
        for (var last = false; !last;)
        {
            var piece = spill.Peek(buffer);
            found.AddRange(buffer.AsSpan(0, piece.Count));
            spill.Consume(piece);
            last = piece.IsLast;
        }
        return found;
    }
}
