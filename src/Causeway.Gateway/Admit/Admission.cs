namespace Causeway.Gateway.Admit;

/// <summary>What one process lets in at once: exchanges in progress, and bytes of request bodies held in memory. Thread-safe.</summary>
internal sealed class Admission
{
    // Enough for sixteen bodies of the default limit; a larger limit always fits twice.
    private const long BodyMemory = 512L << 20;

    private int _inProgress;
    private long _bodyBytes;

    public int InProgress => Volatile.Read(ref _inProgress);

    /// <summary>Takes a place if fewer than <paramref name="limit"/> are taken. Give it back with <see cref="Leave"/>.</summary>
    public bool TryEnter(int limit)
    {
        if (Interlocked.Increment(ref _inProgress) <= limit) return true;
        Interlocked.Decrement(ref _inProgress);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _inProgress);

    /// <summary>Takes memory for a body. Give it back with <see cref="ReleaseBody"/>.</summary>
    public bool TryReserveBody(long bytes, long bodyLimit)
    {
        if (Interlocked.Add(ref _bodyBytes, bytes) <= Math.Max(BodyMemory, 2 * bodyLimit)) return true;
        Interlocked.Add(ref _bodyBytes, -bytes);
        return false;
    }

    public void ReleaseBody(long bytes) => Interlocked.Add(ref _bodyBytes, -bytes);
}
