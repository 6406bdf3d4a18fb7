using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Causeway.Engine.Kernels.Panels;

namespace Causeway.Engine.Kernels;

/// <summary>
/// Some rows of one sequence at one KV head: its queries (rows times query heads of the group) read the pages together, a stretch of positions at a
/// time, and keep a running greatest score, sum and weighted values.
/// </summary>
internal readonly unsafe struct AttentionPiece(KvPages pages, AttentionShape shape, int* table, int kvHead, int firstPosition, int rows)
{
    /// <summary>Queries that share the reading of a page, at most (unless the group alone has more heads).</summary>
    public const int Queries = 64;

    // Pages of a stretch: their scores stay in the first-level cache between softmax and values.
    private const int StretchPages = 8;
    private const int Stretch = StretchPages * KvLayout.PageLength;

    // A token's queries at one head. More of them read a page faster once it is float32.
    private const int QueriesFromCache = 8;

    // Queries that are multiplied with a page in float32 at a time.
    private static int Together => Panel.Wide ? 8 : 4;

    // Finite, so that differences are numbers; the first real score makes whatever it weighed vanish.
    private const float Masked = -1e30f;

    private int HeadLength => pages.Layout.HeadLength;
    private int Group => shape.Heads / pages.Layout.KvHeads;
    private int LastPage => (firstPosition + rows - 1) / KvLayout.PageLength;

    /// <param name="q">The group's queries of the first row; the next row's are <paramref name="stride"/> further.</param>
    /// <param name="output">Likewise.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(float* q, int stride, float* output, int outputStride)
    {
        var count = rows * Group;
        var padded = (count + Together - 1) / Together * Together;
        var length = HeadLength;
        var queries = (float*)ThreadScratch.Get(((2L * padded * length) + ((long)padded * (Stretch + 2)) + (2 * KvLayout.PageLength * length)) * sizeof(float));
        var sums = queries + (padded * length);
        var scores = sums + (padded * length);
        var page = scores + (padded * Stretch);
        var greatest = page + (2 * KvLayout.PageLength * length);
        var total = greatest + padded;
        new Span<float>(queries, 2 * padded * length).Clear();
        new Span<float>(greatest, padded).Fill(Masked);
        new Span<float>(total, padded).Clear();
        var fromCache = ReadsCache(count);
        for (var i = 0; i < count; i++)
        {
            var from = new ReadOnlySpan<float>(q + ((long)(i / Group) * stride) + (i % Group * length), length);
            TensorPrimitives.Multiply(from, shape.Scale * (fromCache ? AttentionFromCache.QueryFactor : 1), new Span<float>(queries + (i * length), length));
        }
        var start = shape.Window > 0 ? Math.Max(0, firstPosition - shape.Window + 1) : 0;
        for (var first = start / Stretch * StretchPages; first <= LastPage; first += StretchPages)
        {
            var end = Math.Min(first + StretchPages, LastPage + 1);
            if (fromCache) ScoreFromCache(first, end, queries, scores, count);
            else Score(first, end, queries, page, scores, count);
            Weigh(first, end, scores, greatest, total, sums, count);
            if (fromCache) SumFromCache(first, end, scores, sums, count);
            else Sum(first, end, scores, page, sums, count);
        }
        for (var i = 0; i < count; i++)
        {
            var into = output + ((long)(i / Group) * outputStride) + (i % Group * length);
            if (fromCache) AttentionFromCache.InOrder(sums + (i * length), length, 1 / total[i], into);
            else TensorPrimitives.Multiply(new ReadOnlySpan<float>(sums + (i * length), length), 1 / total[i], new Span<float>(into, length));
        }
    }

    private bool ReadsCache(int count) => Avx2.IsSupported && count <= QueriesFromCache && HeadLength % AttentionFromCache.SumBlock == 0;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ScoreFromCache(int first, int end, float* queries, float* scores, int count)
    {
        for (var at = first; at < end; at += 2)
        {
            // A stretch has an even number of pages: behind an odd one is room for the scores that nobody asked for.
            ushort* one = Keys(at), two = Keys(Math.Min(at + 1, end - 1));
            // Behind the last keys the first values are read.
            var ahead = at + 2 < end ? Keys(at + 2) : Values(first);
            var further = at + 2 < end ? Keys(Math.Min(at + 3, end - 1)) : Values(Math.Min(first + 1, end - 1));
            var into = scores + ((at - first) * KvLayout.PageLength);
            if (count <= 2 && Panel.Wide) AttentionFromCacheWide.ScoresOfTwo(one, two, ahead, further, queries, HeadLength, into, Stretch);
            else if (count <= 2) AttentionFromCache.ScoresOfTwo(one, two, ahead, further, queries, HeadLength, into, Stretch);
            else for (var i = 0; i < count; i += 4) ScoreFour(one, two, ahead, further, queries + (i * HeadLength), into + (i * Stretch));
        }
    }

    private void ScoreFour(ushort* one, ushort* two, ushort* ahead, ushort* further, float* queries, float* scores)
    {
        if (Panel.Wide)
        {
            AttentionFromCacheWide.ScoresOfFour(one, two, ahead, further, queries, HeadLength, scores, Stretch);
            return;
        }
        AttentionFromCache.ScoresOfFour(one, ahead, queries, HeadLength, scores, Stretch);
        if (two != one) AttentionFromCache.ScoresOfFour(two, further, queries, HeadLength, scores + KvLayout.PageLength, Stretch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumFromCache(int first, int end, float* scores, float* sums, int count)
    {
        for (var at = first; at < end; at++)
        {
            var weights = scores + ((at - first) * KvLayout.PageLength);
            ushort* values = Values(at), ahead = Values(Math.Min(at + 1, end - 1)), later = KeysOfNextStretch(at);
            if (count <= 2 && Panel.Wide && HeadLength % AttentionFromCacheWide.Lengths == 0)
                AttentionFromCacheWide.SumOfTwo(values, ahead, later, weights, Stretch, HeadLength, sums);
            else if (count <= 2) AttentionFromCache.SumOfTwo(values, ahead, later, weights, Stretch, HeadLength, sums);
            else for (var i = 0; i < count; i += 4) SumFour(values, ahead, later, weights + (i * Stretch), sums + (i * HeadLength));
        }
    }

    private void SumFour(ushort* values, ushort* ahead, ushort* later, float* weights, float* sums)
    {
        if (Panel.Wide) AttentionFromCacheWide.SumOfFour(values, ahead, later, weights, Stretch, HeadLength, sums);
        else AttentionFromCache.SumOfFour(values, ahead, later, weights, Stretch, HeadLength, sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Score(int first, int end, float* queries, float* page, float* scores, int count)
    {
        var second = page + (KvLayout.PageLength * HeadLength);
        for (var at = first; at < end; at += 2)
        {
            var pair = at + 1 < end;
            KvConversion.Keys(Keys(at), HeadLength, page, pair ? Keys(at + 1) : Values(first));
            if (pair) KvConversion.Keys(Keys(at + 1), HeadLength, second, at + 2 < end ? Keys(at + 2) : Values(first));
            var into = scores + ((at - first) * KvLayout.PageLength);
            for (var i = FirstSeeing(at); i < count; i += Together)
            {
                float* q = queries + (i * HeadLength), to = into + (i * Stretch);
                // Behind an odd page is room for scores here too.
                if (Panel.Wide) AttentionProducts.ScoresOfEight(page, pair ? second : page, q, HeadLength, to, Stretch);
                else ScoreFour(page, q, to);
                if (pair && !Panel.Wide) ScoreFour(second, q, to + KvLayout.PageLength);
            }
        }
    }

    private void ScoreFour(float* page, float* queries, float* scores)
    {
        if (Avx2.IsSupported) AttentionProducts.ScoresOfFour(page, queries, HeadLength, scores, Stretch);
        else AttentionProducts.ScoresPortable(page, queries, HeadLength, scores, Stretch);
    }

    // Exponentials of the scores, and what was summed before shrunk to the new greatest.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Weigh(int first, int end, float* scores, float* greatest, float* total, float* sums, int count)
    {
        var positions = (end - first) * KvLayout.PageLength;
        var factor = ReadsCache(count) ? KvConversion.Factor : 1;
        for (var i = 0; i < count; i++)
        {
            var row = new Span<float>(scores + (i * Stretch), positions);
            var position = firstPosition + (i / Group);
            var from = shape.Window > 0 ? Math.Max(0, position - shape.Window + 1 - (first * KvLayout.PageLength)) : 0;
            var to = position + 1 - (first * KvLayout.PageLength);
            if (to <= 0 || from >= positions)
            {
                row.Clear();
                continue;
            }
            // Whole pages that come later weigh nothing without having been computed.
            var seen = Math.Min(positions, KvLayout.PagesFor(to) * KvLayout.PageLength);
            row[seen..].Clear();
            if (from > 0) row[..from].Fill(Masked);
            if (to < seen) row[to..seen].Fill(Masked);
            var most = MathF.Max(greatest[i], AttentionProducts.Greatest(scores + (i * Stretch), seen));
            var shrink = MathF.Exp(greatest[i] - most);
            greatest[i] = most;
            total[i] = (total[i] * shrink) + AttentionProducts.Exponentials(scores + (i * Stretch), seen, most, factor);
            if (shrink == 1) continue;
            var sum = new Span<float>(sums + (i * HeadLength), HeadLength);
            TensorPrimitives.Multiply(sum, shrink, sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sum(int first, int end, float* scores, float* page, float* sums, int count)
    {
        for (var at = first; at < end; at++)
        {
            KvConversion.Values(Values(at), HeadLength, page, Values(Math.Min(at + 1, end - 1)), KeysOfNextStretch(at));
            var weights = scores + ((at - first) * KvLayout.PageLength);
            for (var i = FirstSeeing(at); i < count; i += Together)
            {
                float* from = weights + (i * Stretch), into = sums + (i * HeadLength);
                if (Panel.Wide && HeadLength % 32 == 0)
                {
                    AttentionProducts.SumOfEight(page, from, Stretch, HeadLength, into);
                    continue;
                }
                for (var left = Math.Min(i + Together, count) - i; left > 0; left -= 4, from += 4 * Stretch, into += 4 * HeadLength)
                {
                    if (Avx2.IsSupported && HeadLength % 16 == 0) AttentionProducts.SumOfFour(page, from, Stretch, HeadLength, into);
                    else AttentionProducts.SumPortable(page, from, Stretch, HeadLength, into, Math.Min(4, left));
                }
            }
        }
    }

    private ushort* Keys(int at) => pages.Page(table[at]) + pages.Layout.HeadOffset(kvHead);
    private ushort* Values(int at) => Keys(at) + pages.Layout.BlockElements;

    // They are asked for while the page's values are read; a page's values while its keys are.
    private ushort* KeysOfNextStretch(int at) => Keys(Math.Min(at + StretchPages, LastPage));

    // The first of the queries that are computed together of which one at least sees a page.
    private int FirstSeeing(int page) => Math.Max(0, ((page * KvLayout.PageLength) - firstPosition) * Group) / Together * Together;
}
