namespace Causeway.Spec.Plans;

/// <summary>Bounds of one gateway process. The defaults are what the spec means when it says nothing.</summary>
public sealed record LimitsPlan
{
    /// <summary>Largest request body, in bytes.</summary>
    public long Body { get; init; } = 32L << 20;

    /// <summary>Exchanges in progress at once; the next one is refused with 429.</summary>
    public int ConcurrentRequests { get; init; } = 1000;

    /// <summary>From sending a request upstream to its first event (or whole answer's headers).</summary>
    public TimeSpan TimeToFirstToken { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest silence inside an upstream's answer, and longest wait for a client that does not read.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The whole exchange.</summary>
    public TimeSpan Total { get; init; } = TimeSpan.FromMinutes(10);
}
