using System.Diagnostics.Metrics;

namespace Causeway.Ledger;

/// <summary>The ledger's health as metrics of the meter <see cref="LedgerState.MeterName"/>.</summary>
internal static class LedgerMeter
{
    /// <summary>Instruments observe <paramref name="health"/>, so counting costs the writer nothing.</summary>
    internal static Meter Create(Func<LedgerHealth> health)
    {
        var meter = new Meter(LedgerState.MeterName);
        meter.CreateObservableCounter("causeway.ledger.rows.written", () => health().RowsWritten, "{row}", "Rows new in the database.");
        meter.CreateObservableCounter("causeway.ledger.rows.spilled", () => health().RowsSpilled, "{row}", "Rows kept in the spill file.");
        meter.CreateObservableCounter("causeway.ledger.rows.dropped", () => health().RowsDropped, "{row}", "Rows lost.");
        meter.CreateObservableGauge("causeway.ledger.queue.length", () => health().QueueLength, "{row}", "Rows in memory only.");
        meter.CreateObservableGauge("causeway.ledger.degraded", () => (int)health().Status, description: "1 while rows do not reach the database.");
        return meter;
    }
}
