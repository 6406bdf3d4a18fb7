namespace Causeway.Ledger.Storage;

/// <summary>Times are stored as microseconds since the Unix epoch, UTC.</summary>
internal static class UnixTime
{
    internal static long ToUnixMicroseconds(this DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    internal static DateTimeOffset FromMicroseconds(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
