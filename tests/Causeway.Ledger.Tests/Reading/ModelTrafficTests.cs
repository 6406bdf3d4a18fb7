using Causeway.Ledger.Reading;
using Causeway.Ledger.Tests.Support;

namespace Causeway.Ledger.Tests.Reading;

public sealed class ModelTrafficTests
{
    [Fact]
    public async Task Traffic_is_counted_by_upstream_and_model_since_a_time_and_the_busiest_come_first()
    {
        using var folder = new TempFolder();
        await using var ledger = LedgerState.Open(folder.Path, new(), TimeProvider.System);
        foreach (var (hours, upstream, model) in new[] { (0, "b", "m"), (1, "a", "m"), (2, "a", "m"), (3, "a", "n"), (-1, "a", "before") })
            ledger.Record(Some.Exchange(Some.Noon.AddHours(hours)) with { Upstream = upstream, ServedModel = model });
        ledger.Record(Some.Exchange(Some.Noon) with { Upstream = null, ServedModel = null });
        await ledger.FlushAsync(TestContext.Current.CancellationToken);

        using var reader = LedgerReader.Open(folder.Path);

        Assert.Equal(
            [new("a", "m", 2, Some.Noon.AddHours(2)), new("a", "n", 1, Some.Noon.AddHours(3)), new ModelTraffic("b", "m", 1, Some.Noon)],
            reader.ModelTraffic(Some.Noon));
    }
}
