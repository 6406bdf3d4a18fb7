using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels;

/// <summary>
/// The same inner products straight from the cache's 16 bits, for the few queries of a token that is decoded: a page that so few read is not worth being
/// written down as float32. Products are added in the same order. AVX2, and 512-bit vectors where there are some (<see cref="AttentionFromCacheWide"/>).
/// </summary>
/// <remarks>
/// The speed is that of memory. What comes later is asked for into the second-level cache some dozens of KiB ahead, and from there (at a sequence's
/// beginning from memory) into the first-level cache just before its turn: either alone was slower by a sixth.
/// Halves are widened in pairs, all even ones of a register and all odd ones: sums of values lie like that too, see <see cref="InOrder"/>.
/// </remarks>
internal static unsafe class AttentionFromCache
{
    /// <summary>2^56. Halves that are only shifted into place are 2^112 times too small as float32; half of that with the queries and half at the end keeps all numbers in range.</summary>
    public const float QueryFactor = 72057594037927936f;

    /// <summary>Dimensions whose sums lie together: first those of the even ones, then those of the odd ones.</summary>
    public const int SumBlock = 32;

    /// <summary>scores[2][stride] = 32 scores each, of two pages: eight sums are what two multipliers can be kept busy with.</summary>
    /// <param name="first">[headLength / 2][16][2] halves, and their values behind them, which are read later.</param>
    /// <param name="second">The next page's.</param>
    /// <param name="ahead">The block that is read after the two.</param>
    /// <param name="further">The one after that.</param>
    /// <param name="q">[2][headLength], scaled, and <see cref="QueryFactor"/> times as large.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ScoresOfTwo(ushort* first, ushort* second, ushort* ahead, ushort* further, float* q, nint headLength, float* scores, int stride)
    {
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default, t0 = default, t1 = default, t2 = default, t3 = default;
        var values = headLength * KvLayout.PageLength;
        for (nint d = 0; d < headLength; d += 2)
        {
            Sse.Prefetch0(ahead + (d * 16));
            Sse.Prefetch0(further + (d * 16));
            Sse.Prefetch1(first + values + (d * 16));
            Sse.Prefetch1(second + values + (d * 16));
            var (q0, q1, r0, r1) = (Vector256.Create(q[d]), Vector256.Create(q[d + 1]), Vector256.Create(q[d + headLength]), Vector256.Create(q[d + headLength + 1]));
            Step(first + (d * 16), q0, q1, r0, r1, ref s0, ref t0);
            Step(first + (d * 16) + 16, q0, q1, r0, r1, ref s1, ref t1);
            Step(second + (d * 16), q0, q1, r0, r1, ref s2, ref t2);
            Step(second + (d * 16) + 16, q0, q1, r0, r1, ref s3, ref t3);
        }
        var factor = Vector256.Create(QueryFactor);
        Store(s0 * factor, s1 * factor, scores);
        Store(s2 * factor, s3 * factor, scores + 16);
        Store(t0 * factor, t1 * factor, scores + stride);
        Store(t2 * factor, t3 * factor, scores + stride + 16);
    }

    /// <summary>scores[4][stride] = 16 scores each, of one page.</summary>
    /// <param name="keys">[headLength / 2][16][2] halves, and their values behind them, which are read later.</param>
    /// <param name="ahead">A block that is read soon.</param>
    /// <param name="q">[4][headLength], scaled, and <see cref="QueryFactor"/> times as large.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ScoresOfFour(ushort* keys, ushort* ahead, float* q, nint headLength, float* scores, nint stride)
    {
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default, t0 = default, t1 = default, t2 = default, t3 = default;
        var values = headLength * KvLayout.PageLength;
        for (var end = q + headLength; q < end; q += 2, keys += 32, ahead += 32)
        {
            Sse.Prefetch0(ahead);
            Sse.Prefetch1(keys + values);
            var (low, high) = (Vector256.Load((short*)keys), Vector256.Load((short*)(keys + 16)));
            var (k, l) = (Even(low), Even(high));
            AttentionProducts.Step(k, l, q[0], ref s0, ref t0);
            AttentionProducts.Step(k, l, q[headLength], ref s1, ref t1);
            AttentionProducts.Step(k, l, q[2 * headLength], ref s2, ref t2);
            AttentionProducts.Step(k, l, q[3 * headLength], ref s3, ref t3);
            (k, l) = (Odd(low), Odd(high));
            AttentionProducts.Step(k, l, q[1], ref s0, ref t0);
            AttentionProducts.Step(k, l, q[headLength + 1], ref s1, ref t1);
            AttentionProducts.Step(k, l, q[(2 * headLength) + 1], ref s2, ref t2);
            AttentionProducts.Step(k, l, q[(3 * headLength) + 1], ref s3, ref t3);
        }
        var factor = Vector256.Create(QueryFactor);
        Store(s0 * factor, t0 * factor, scores);
        Store(s1 * factor, t1 * factor, scores + stride);
        Store(s2 * factor, t2 * factor, scores + (2 * stride));
        Store(s3 * factor, t3 * factor, scores + (3 * stride));
    }

    /// <summary>sums[2][headLength] += weights[2][stride] times the page's 16 values.</summary>
    /// <param name="values">[16][headLength] halves.</param>
    /// <param name="ahead">The block that is read next.</param>
    /// <param name="later">One that is read some blocks after that.</param>
    /// <param name="weights"><see cref="KvConversion.Factor"/> times as large.</param>
    /// <param name="headLength">A multiple of <see cref="SumBlock"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumOfTwo(ushort* values, ushort* ahead, ushort* later, float* weights, nint stride, nint headLength, float* sums)
    {
        for (nint at = 0; at < headLength; at += SumBlock, values += SumBlock, sums += SumBlock)
        {
            Vector256<float> s0 = Vector256.Load(sums), s1 = Vector256.Load(sums + 8), s2 = Vector256.Load(sums + 16), s3 = Vector256.Load(sums + 24);
            var other = sums + headLength;
            Vector256<float> t0 = Vector256.Load(other), t1 = Vector256.Load(other + 8), t2 = Vector256.Load(other + 16), t3 = Vector256.Load(other + 24);
            // Line after line, so that the processor's own prefetchers help, although the values themselves are read in columns.
            for (nint p = 0; p < KvLayout.PageLength; p++, ahead += 32, later += 32)
            {
                Sse.Prefetch0(ahead);
                Sse.Prefetch1(later);
                var v = values + (p * headLength);
                var (w, x) = (Vector256.Create(weights[p]), Vector256.Create(weights[p + stride]));
                Weighted(v, w, x, ref s0, ref s2, ref t0, ref t2);
                Weighted(v + 16, w, x, ref s1, ref s3, ref t1, ref t3);
            }
            Store(s0, s1, sums);
            Store(s2, s3, sums + 16);
            Store(t0, t1, other);
            Store(t2, t3, other + 16);
        }
    }

    /// <summary>sums[4][headLength] += weights[4][stride] times the page's 16 values.</summary>
    /// <param name="values">[16][headLength] halves.</param>
    /// <param name="ahead">The block that is read next.</param>
    /// <param name="later">One that is read some blocks after that.</param>
    /// <param name="weights"><see cref="KvConversion.Factor"/> times as large.</param>
    /// <param name="headLength">A multiple of <see cref="SumBlock"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumOfFour(ushort* values, ushort* ahead, ushort* later, float* weights, nint stride, nint headLength, float* sums)
    {
        // The evens of a block's second half lie behind those of its first.
        for (nint at = 0; at < headLength; at += 16, values += 16, sums += at % SumBlock == 0 ? 24 : 8)
        {
            float* b = sums + headLength, c = b + headLength, d = c + headLength;
            Vector256<float> s0 = Vector256.Load(sums), s1 = Vector256.Load(b), s2 = Vector256.Load(c), s3 = Vector256.Load(d);
            Vector256<float> t0 = Vector256.Load(sums + 16), t1 = Vector256.Load(b + 16), t2 = Vector256.Load(c + 16), t3 = Vector256.Load(d + 16);
            for (nint p = 0; p < KvLayout.PageLength; p++, ahead += 16, later += 16)
            {
                Sse.Prefetch0(ahead);
                Sse.Prefetch1(later);
                var pairs = Vector256.Load((short*)(values + (p * headLength)));
                var (even, odd) = (Even(pairs), Odd(pairs));
                AttentionProducts.Step(even, odd, weights[p], ref s0, ref t0);
                AttentionProducts.Step(even, odd, weights[p + stride], ref s1, ref t1);
                AttentionProducts.Step(even, odd, weights[p + (2 * stride)], ref s2, ref t2);
                AttentionProducts.Step(even, odd, weights[p + (3 * stride)], ref s3, ref t3);
            }
            StoreApart(s0, t0, sums);
            StoreApart(s1, t1, b);
            StoreApart(s2, t2, c);
            StoreApart(s3, t3, d);
        }
    }

    /// <summary>Sums in the order of their dimensions, times a factor.</summary>
    /// <param name="sums">[headLength], in blocks.</param>
    /// <param name="headLength">A multiple of <see cref="SumBlock"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InOrder(float* sums, nint headLength, float factor, float* into)
    {
        var wide = Vector128.Create(factor);
        for (var end = sums + headLength; sums < end; sums += SumBlock, into += SumBlock)
        {
            for (var i = 0; i < SumBlock / 2; i += 4)
            {
                var (even, odd) = (Vector128.Load(sums + i) * wide, Vector128.Load(sums + (SumBlock / 2) + i) * wide);
                Sse.UnpackLow(even, odd).Store(into + (2 * i));
                Sse.UnpackHigh(even, odd).Store(into + (2 * i) + 4);
            }
        }
    }

    // Eight positions' halves of two dimensions, 2^112 times too small, for two queries.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(ushort* keys, Vector256<float> q0, Vector256<float> q1, Vector256<float> r0, Vector256<float> r1, ref Vector256<float> s, ref Vector256<float> t)
    {
        var pairs = Vector256.Load((short*)keys);
        var even = Even(pairs);
        s = Vector256.FusedMultiplyAdd(even, q0, s);
        t = Vector256.FusedMultiplyAdd(even, r0, t);
        var odd = Odd(pairs);
        s = Vector256.FusedMultiplyAdd(odd, q1, s);
        t = Vector256.FusedMultiplyAdd(odd, r1, t);
    }

    // Sixteen halves of one position for two weights.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Weighted(
        ushort* values, Vector256<float> w, Vector256<float> x, ref Vector256<float> even, ref Vector256<float> odd, ref Vector256<float> otherEven, ref Vector256<float> otherOdd)
    {
        var pairs = Vector256.Load((short*)values);
        var (e, o) = (Even(pairs), Odd(pairs));
        even = Vector256.FusedMultiplyAdd(e, w, even);
        odd = Vector256.FusedMultiplyAdd(o, w, odd);
        otherEven = Vector256.FusedMultiplyAdd(e, x, otherEven);
        otherOdd = Vector256.FusedMultiplyAdd(o, x, otherOdd);
    }

    // Times 2^13: moved to the left by thirteen places, the sign before it, in one instruction.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Even(Vector256<short> pairs) =>
        (Avx2.MultiplyAddAdjacent(pairs, Vector256.Create(1 << 13).AsInt16()) & Vector256.Create(KvConversion.Mask)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Odd(Vector256<short> pairs) => ((pairs.AsInt32() >> 3) & Vector256.Create(KvConversion.Mask)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> low, Vector256<float> high, float* into) => AttentionProducts.Store(low, high, into);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreApart(Vector256<float> even, Vector256<float> odd, float* into)
    {
        even.Store(into);
        odd.Store(into + (SumBlock / 2));
    }
}
