using System.Diagnostics.Metrics;
using Causeway.Ledger.Tests.Support;

namespace Causeway.Ledger.Tests;

public sealed class HealthTests
{
    [Fact]
    public async Task The_meter_tells_what_the_health_tells()
    {
        using var folder = new TempFolder();
        await using var ledger = LedgerState.Open(folder.Path, new(), TimeProvider.System);
        ledger.Record(Some.Exchange());
        await Eventually.Is(() => ledger.Health.RowsWritten == 1, "the row is written");
        var measured = new Dictionary<string, List<long>>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => EnableOurs(instrument, self) };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument.Name, value));
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Add(instrument.Name, value));
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Equal(
            ["causeway.ledger.degraded", "causeway.ledger.queue.length", "causeway.ledger.rows.dropped", "causeway.ledger.rows.spilled", "causeway.ledger.rows.written"],
            measured.Keys.Order(StringComparer.Ordinal));
        Assert.Contains(1, measured["causeway.ledger.rows.written"]);

        void Add(string name, long value) => (measured.TryGetValue(name, out var values) ? values : measured[name] = []).Add(value);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        using var folder = new TempFolder();
        Assert.Throws<ArgumentOutOfRangeException>(() => LedgerState.Open(folder.Path, new() { MaxRowsInMemory = 0 }, TimeProvider.System));
        Assert.Throws<ArgumentOutOfRangeException>(() => LedgerState.Open(folder.Path, new() { MaxSpillBytes = -1 }, TimeProvider.System));
    }

    private static void EnableOurs(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter.Name == "Causeway.Ledger")
            listener.EnableMeasurementEvents(instrument);
    }
}
