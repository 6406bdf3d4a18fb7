using Causeway.Ledger;

namespace Causeway.Serving;

/// <summary>Says in the log what the ledger says of itself.</summary>
internal static partial class LedgerLog
{
    public static void Report(ILogger logger, LedgerHealth health)
    {
        if (health.Status == LedgerStatus.Healthy) LogRecovered(logger, health.RowsWritten, health.RowsDropped);
        else LogDegraded(logger, health.Reason ?? "unknown", health.RowsSpilled, health.RowsDropped);
    }

    [LoggerMessage(4001, LogLevel.Error, "The ledger is degraded: {Reason}. Traffic goes on; {Spilled} rows spilled, {Dropped} lost")]
    private static partial void LogDegraded(ILogger logger, string reason, long spilled, long dropped);

    [LoggerMessage(4002, LogLevel.Warning, "The ledger is healthy again: {Written} rows written, {Dropped} lost")]
    private static partial void LogRecovered(ILogger logger, long written, long dropped);
}
