namespace Causeway.Ledger.Writing;

/// <summary>
/// Where the writer puts up the ledger's health for everyone to read. One thread writes; reading is one volatile read.
/// </summary>
internal sealed class HealthBoard
{
    /// <summary>Lost rows are announced at once and then at most this often, however fast they are lost.</summary>
    private static readonly TimeSpan AlarmInterval = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private volatile LedgerHealth _current;
    private long _announcedDrops;
    private long _announcedAt;

    internal HealthBoard(TimeProvider time)
    {
        _time = time;
        _current = new LedgerHealth(LedgerStatus.Healthy, null, time.GetUtcNow(), 0, 0, 0, 0);
    }

    internal event Action<LedgerHealth>? Changed;

    internal LedgerHealth Current => _current;

    /// <param name="reason">Why rows do not reach the database; null when they do.</param>
    internal void Publish(string? reason, long written, long spilled, long dropped, int queueLength)
    {
        var before = _current;
        var status = reason is null ? LedgerStatus.Healthy : LedgerStatus.Degraded;
        var now = new LedgerHealth(
            status, reason, status == before.Status ? before.Since : _time.GetUtcNow(), written, spilled, dropped, queueLength);
        if (now == before)
            return;
        _current = now;
        if (now.Reason != before.Reason || DropsAreNews(dropped))
            Announce(now);
    }

    private bool DropsAreNews(long dropped) =>
        dropped > _announcedDrops && (_announcedDrops == 0 || _time.GetElapsedTime(_announcedAt) >= AlarmInterval);

    private void Announce(LedgerHealth health)
    {
        _announcedDrops = health.RowsDropped;
        _announcedAt = _time.GetTimestamp();
        try
        {
            Changed?.Invoke(health);
        }
        catch
        {
            // A listener's fault must not stop the writer; the state is on the board for whoever asks.
        }
    }
}
