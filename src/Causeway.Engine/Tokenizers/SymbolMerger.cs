using System.Buffers;

namespace Causeway.Engine.Tokenizers;

/// <summary>
/// Byte-pair merging (Sennrich et al. 2016, arXiv:1508.07909): while two neighbours merge, the pair of the lowest rank does, the leftmost of equals
/// first. Short words look for it one by one; long ones keep a heap, O(n log n), so that a megabyte without a space is no attack.
/// </summary>
internal static class SymbolMerger
{
    private const int ShortWord = 48;

    /// <summary>Merges in place.</summary>
    /// <returns>How many symbols are left, at the start of the span.</returns>
    public static int Merge(Span<int> symbols, MergeTable merges) =>
        symbols.Length <= ShortWord ? MergeShort(symbols, merges) : MergeLong(symbols, merges);

    internal static int MergeShort(Span<int> symbols, MergeTable merges)
    {
        var count = symbols.Length;
        Span<(int Rank, int Result)> pairs = stackalloc (int, int)[Math.Max(0, count - 1)];
        for (var i = 0; i < count - 1; i++) pairs[i] = merges.Find(symbols[i], symbols[i + 1]);
        while (count > 1)
        {
            var best = 0;
            for (var i = 1; i < count - 1; i++)
                if (pairs[i].Rank < pairs[best].Rank) best = i;
            if (pairs[best].Rank == MergeTable.Never) break;

            symbols[best] = pairs[best].Result;
            symbols[(best + 2)..count].CopyTo(symbols[(best + 1)..]);
            pairs[(best + 1)..(count - 1)].CopyTo(pairs[best..]);
            count--;
            if (best > 0) pairs[best - 1] = merges.Find(symbols[best - 1], symbols[best]);
            if (best < count - 1) pairs[best] = merges.Find(symbols[best], symbols[best + 1]);
        }
        return count;
    }

    internal static int MergeLong(Span<int> symbols, MergeTable merges)
    {
        var count = symbols.Length;
        var links = ArrayPool<int>.Shared.Rent(count * 3);
        try
        {
            var chain = new SymbolChain(symbols, links.AsSpan(0, count), links.AsSpan(count, count), links.AsSpan(count * 2, count));
            var queue = new PriorityQueue<int, ulong>(count);
            for (var at = 0; at < count - 1; at++) Offer(ref chain, queue, merges, at);
            while (queue.TryDequeue(out var at, out var priority))
            {
                if (!chain.IsCurrent(at, (int)(priority >> 32))) continue;
                chain.MergeAt(at, merges.Find(symbols[at], symbols[chain.Next(at)]).Result);
                if (chain.Previous(at) is >= 0 and var before) Offer(ref chain, queue, merges, before);
                Offer(ref chain, queue, merges, at);
            }
            return chain.Compact();
        }
        finally
        {
            ArrayPool<int>.Shared.Return(links);
        }
    }

    private static void Offer(ref SymbolChain chain, PriorityQueue<int, ulong> queue, MergeTable merges, int at)
    {
        var rank = chain.Next(at) < chain.Count ? merges.Find(chain.Symbol(at), chain.Symbol(chain.Next(at))).Rank : MergeTable.Never;
        chain.SetRank(at, rank);
        if (rank != MergeTable.Never) queue.Enqueue(at, ((ulong)rank << 32) | (uint)at);
    }
}
