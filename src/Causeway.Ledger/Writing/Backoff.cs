namespace Causeway.Ledger.Writing;

/// <summary>When to try a refusing store again: after 1, 2, 4, then every 5 seconds. One thread.</summary>
internal sealed class Backoff(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private TimeSpan _wait;
    private long _since;

    internal bool IsOver => time.GetElapsedTime(_since) >= _wait;

    internal void Failed()
    {
        _wait = _wait == TimeSpan.Zero ? First : _wait * 2 < Longest ? _wait * 2 : Longest;
        _since = time.GetTimestamp();
    }

    internal void Succeeded() => _wait = TimeSpan.Zero;
}
