namespace Causeway.Gateway.Resilience;

/// <summary>
/// Waits between repeats: decorrelated jitter, each between 100 ms and three times the one before, 5 s at most. A wait the upstream asks for is kept
/// where it is longer, up to a minute, and spread by a tenth so that all who were told the same do not come back together.
/// </summary>
internal static class Backoff
{
    private static readonly TimeSpan _shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _longestAsked = TimeSpan.FromMinutes(1);

    /// <returns>Null when the upstream asks for more than anybody should wait for.</returns>
    public static TimeSpan? Next(TimeSpan previous, int? askedSeconds, double random)
    {
        var ceiling = Math.Max(_shortest.TotalSeconds, previous.TotalSeconds) * 3;
        var seconds = Math.Min(_longest.TotalSeconds, _shortest.TotalSeconds + (random * (ceiling - _shortest.TotalSeconds)));
        if (askedSeconds is { } asked)
        {
            if (asked > _longestAsked.TotalSeconds) return null;
            seconds = Math.Max(seconds, asked * (1 + (random / 10)));
        }
        return TimeSpan.FromSeconds(seconds);
    }
}
