using System.Numerics;
using System.Runtime.InteropServices;

namespace Causeway.Engine.Sampling;

/// <summary>The largest of many numbers without sorting them all: vocabularies have 150,000 tokens, and few of them matter.</summary>
internal static class LargestFirst
{
    /// <summary>The largest values and where they stand, best first; of equal ones those that stand first. Negative infinity does not count.</summary>
    /// <param name="best">As long as values are wanted; some tens to hundreds.</param>
    /// <returns>How many there were.</returns>
    public static int Find(ReadOnlySpan<float> values, Span<float> best, Span<int> places)
    {
        if (best.IsEmpty) return 0;
        var count = 0;
        var worst = float.NegativeInfinity;
        for (var at = 0; at < values.Length; at++)
        {
            if (count == best.Length) at = SkipUpTo(values, at, worst);
            if (at >= values.Length || !(values[at] > worst)) continue;
            if (count < best.Length) Insert(best, places, count++, values[at], at);
            else Insert(best, places, count - 1, values[at], at);
            if (count == best.Length) worst = best[^1];
        }
        return count;
    }

    /// <summary>
    /// Moves the largest weights to the front, in no order: as few as add up to <paramref name="mass"/>, and at most <paramref name="limit"/>. Of equal
    /// weights those with the lower ids are kept. Linear time on average.
    /// </summary>
    /// <returns>How many are kept.</returns>
    public static int Keep(Span<float> weights, Span<int> ids, int limit, double mass)
    {
        var (low, high, kept) = (0, weights.Length, 0.0);
        while (high - low > 16)
        {
            var pivot = MedianOfThree(weights[low], weights[(low + high) >>> 1], weights[high - 1]);
            var (greater, equal) = Partition(weights, ids, low, high, pivot);
            var above = kept;
            foreach (var weight in weights[low..greater]) above += weight;
            if (greater >= limit || above >= mass)
            {
                high = greater;
                continue;
            }
            if (equal >= limit || above + ((double)pivot * (equal - greater)) >= mass)
            {
                ids[greater..equal].Sort();
                return Count(weights, greater, equal, limit, mass, above);
            }
            (low, kept) = (equal, above + ((double)pivot * (equal - greater)));
        }
        SortFew(weights[low..high], ids[low..high]);
        return Count(weights, low, high, limit, mass, kept);
    }

    private static int Count(Span<float> weights, int from, int to, int limit, double mass, double kept)
    {
        var at = from;
        while (at < to && at < limit && kept < mass) kept += weights[at++];
        return at;
    }

    private static (int Greater, int Equal) Partition(Span<float> weights, Span<int> ids, int low, int high, float pivot)
    {
        var (greater, at, less) = (low, low, high);
        while (at < less)
        {
            if (weights[at] > pivot) Swap(weights, ids, greater++, at++);
            else if (weights[at] < pivot) Swap(weights, ids, at, --less);
            else at++;
        }
        return (greater, at);
    }

    private static void Swap(Span<float> weights, Span<int> ids, int a, int b)
    {
        (weights[a], weights[b]) = (weights[b], weights[a]);
        (ids[a], ids[b]) = (ids[b], ids[a]);
    }

    private static float MedianOfThree(float a, float b, float c) => MathF.Max(MathF.Min(a, b), MathF.Min(MathF.Max(a, b), c));

    private static void SortFew(Span<float> weights, Span<int> ids)
    {
        for (var i = 1; i < weights.Length; i++)
        {
            for (var j = i; j > 0 && (weights[j] > weights[j - 1] || (weights[j] == weights[j - 1] && ids[j] < ids[j - 1])); j--) Swap(weights, ids, j, j - 1);
        }
    }

    private static void Insert(Span<float> best, Span<int> places, int at, float value, int place)
    {
        for (; at > 0 && best[at - 1] < value; at--) (best[at], places[at]) = (best[at - 1], places[at - 1]);
        (best[at], places[at]) = (value, place);
    }

    // Nearly all values are below the worst of the best: they are passed over a register at a time.
    private static int SkipUpTo(ReadOnlySpan<float> values, int at, float worst)
    {
        var threshold = new Vector<float>(worst);
        ref var first = ref MemoryMarshal.GetReference(values);
        while (at + Vector<float>.Count <= values.Length && !Vector.GreaterThanAny(Vector.LoadUnsafe(ref first, (nuint)at), threshold)) at += Vector<float>.Count;
        return at;
    }
}
