using Causeway.Ledger.Reading;
using Causeway.Ledger.Storage;
using Causeway.Ledger.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Causeway.Ledger.Tests.Storage;

public sealed class NameTableTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_name_is_stored_once_however_many_rows_and_columns_say_it()
    {
        using var store = OpenStore();
        var row = Some.Exchange() with { RequestedModel = "gpt-4o", ServedModel = "gpt-4o" };
        store.Insert([row, row with { Id = Guid.CreateVersion7() }]);
        Assert.Equal(1, _folder.Number("SELECT count(*) FROM names WHERE name = 'gpt-4o'"));
        Assert.Equal(2, _folder.Number("SELECT count(*) FROM exchanges WHERE requested_model = 'gpt-4o' AND served_model = 'gpt-4o'"));
    }

    [Fact]
    public void A_name_whose_batch_was_rolled_back_is_stored_again_with_the_next_one()
    {
        using var store = OpenStore();
        var row = Some.Exchange() with { Route = "first-seen-in-a-batch-that-fails" };
        _folder.Execute("CREATE TRIGGER refuse BEFORE INSERT ON exchange_rows BEGIN SELECT RAISE(ABORT, 'no'); END");
        Assert.Throws<SqliteException>(() => store.Insert([row]));
        _folder.Execute("DROP TRIGGER refuse");
        store.Insert([row]);
        Assert.Equal(1, _folder.Number("SELECT count(*) FROM exchanges WHERE route = 'first-seen-in-a-batch-that-fails'"));
    }

    [Fact]
    public void More_names_than_are_remembered_are_all_found_again()
    {
        using var store = OpenStore();
        var rows = Enumerable.Range(0, 10_000).Select(i => Some.Exchange() with { Id = Guid.CreateVersion7(), RequestedModel = $"model-{i % 5_000}" }).ToArray();
        store.Insert(rows);
        Assert.Equal(5_000, _folder.Number("SELECT count(DISTINCT requested_model) FROM exchanges"));
        Assert.Equal(10_000, _folder.Number("SELECT count(*) FROM exchanges WHERE requested_model LIKE 'model-%'"));
    }

    [Fact]
    public void Each_row_says_its_own_whatever_the_rows_before_it_said()
    {
        using var store = OpenStore();
        var full = Some.Exchange();
        var bare = full with { Key = null, Route = null, Attempts = null, UpstreamSaid = "", CostNanos = null, FirstByteMicros = null, Params = "seed=dropped" };
        Exchange[] rows = [.. new[] { full, bare, bare with { Attempts = "" }, full, full with { Params = "seed=dropped" } }.Select((row, i) => row with { Id = Guid.CreateVersion7(Some.Noon.AddMilliseconds(i)) })];
        store.Insert(rows);
        using var reader = LedgerReader.Open(_folder.Path);
        Assert.Equal(rows, reader.After(0, new()).Select(row => row.Exchange));
    }

    private ExchangeStore OpenStore() => ExchangeStore.Open(_folder.Database, TimeSpan.FromSeconds(1), opened: null, TimeProvider.System);
}
