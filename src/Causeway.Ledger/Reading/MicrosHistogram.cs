using System.Numerics;

namespace Causeway.Ledger.Reading;

/// <summary>
/// Counts of times in buckets that widen with the time, 128 to each doubling: percentiles within 1% (1/128) in bounded memory, so that
/// a summary over millions of rows needs neither to sort nor to hold them.
/// </summary>
internal sealed class MicrosHistogram
{
    private const int Precision = 7;
    private const int PerDoubling = 1 << Precision;

    private int[] _counts = new int[PerDoubling];
    private long _total;

    internal void Add(long micros)
    {
        var bucket = Bucket(Math.Max(0, micros));
        if (bucket >= _counts.Length)
            Array.Resize(ref _counts, bucket + PerDoubling);
        _counts[bucket]++;
        _total++;
    }

    internal Percentiles Percentiles() => new(At(0.50), At(0.95));

    /// <summary>The nearest-rank percentile, as the highest value of its bucket.</summary>
    private long? At(double fraction)
    {
        if (_total == 0)
            return null;
        var rank = (long)Math.Ceiling(fraction * _total);
        var bucket = 0;
        for (var seen = (long)_counts[0]; seen < rank; seen += _counts[bucket])
            bucket++;
        return Highest(bucket);
    }

    private static int Bucket(long value)
    {
        // Below PerDoubling every value has its own bucket; above, the leading 8 bits choose it.
        var shift = Math.Max(0, BitOperations.Log2((ulong)value | 1) - Precision);
        return shift * PerDoubling + (int)(value >> shift);
    }

    private static long Highest(int bucket)
    {
        var shift = Math.Max(0, bucket / PerDoubling - 1);
        return ((bucket - (long)shift * PerDoubling + 1) << shift) - 1;
    }
}
