namespace Causeway.Ledger;

/// <summary>Whether every settled row is in the database.</summary>
public enum LedgerStatus
{
    Healthy = 0,

    /// <summary>The database refuses rows, or rows kept aside while it did are still being written back.</summary>
    Degraded = 1,
}

/// <summary>The ledger at one moment; immutable, refreshed by the writer after every batch.</summary>
/// <param name="Status">Whether rows reach the database.</param>
/// <param name="Reason">Why not, in words that may be shown to anyone (no path, no row content); null when healthy.</param>
/// <param name="Since">When the present status began.</param>
/// <param name="RowsWritten">Rows that are new in the database since the ledger was opened; replayed rows count once.</param>
/// <param name="RowsSpilled">Rows that took the way through the spill file since the ledger was opened.</param>
/// <param name="RowsDropped">Rows lost since the ledger was opened: memory and spill file were full, or a spilled row was unreadable.</param>
/// <param name="QueueLength">Rows in memory that are neither in the database nor in the spill file.</param>
public sealed record LedgerHealth(
    LedgerStatus Status,
    string? Reason,
    DateTimeOffset Since,
    long RowsWritten,
    long RowsSpilled,
    long RowsDropped,
    int QueueLength);
