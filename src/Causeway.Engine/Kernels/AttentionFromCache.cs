using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels;

/// <summary>
/// The same inner products straight from the cache's 16 bits, for the few queries of a token that is decoded: a page that so few read is not worth being
/// written down as float32. Products are added in the same order. AVX2.
/// </summary>
/// <remarks>
/// The speed is that of memory. What comes later is asked for into the second-level cache some dozens of KiB ahead, and from there (at a sequence's
/// beginning from memory) into the first-level cache just before its turn: either alone was slower by a sixth.
/// </remarks>
internal static unsafe class AttentionFromCache
{
    /// <summary>2^56. Halves that are only shifted into place are 2^112 times too small as float32; half of that with the queries and half at the end keeps all numbers in range.</summary>
    public const float QueryFactor = 72057594037927936f;

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

    /// <summary>scores[4][stride] = 16 scores each.</summary>
    /// <param name="keys">[headLength / 2][16][2] halves, and their values behind them, which are read later.</param>
    /// <param name="ahead">The block that is read next.</param>
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
            var (low, high) = (Vector256.Load((int*)keys), Vector256.Load((int*)(keys + 16)));
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
    /// <param name="headLength">A multiple of 32.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumOfTwo(ushort* values, ushort* ahead, ushort* later, float* weights, nint stride, nint headLength, float* sums)
    {
        var scaled = stackalloc float[2 * KvLayout.PageLength];
        for (var i = 0; i < 2; i++) Scale(weights + (i * stride), scaled + (i * KvLayout.PageLength));
        for (nint at = 0; at < headLength; at += 32, values += 32, sums += 32)
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
                var (w, x) = (Vector256.Create(scaled[p]), Vector256.Create(scaled[p + 16]));
                Step(v, w, x, ref s0, ref t0);
                Step(v + 8, w, x, ref s1, ref t1);
                Step(v + 16, w, x, ref s2, ref t2);
                Step(v + 24, w, x, ref s3, ref t3);
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
    /// <param name="headLength">A multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumOfFour(ushort* values, ushort* ahead, ushort* later, float* weights, nint stride, nint headLength, float* sums)
    {
        var scaled = stackalloc float[4 * KvLayout.PageLength];
        for (var i = 0; i < 4; i++) Scale(weights + (i * stride), scaled + (i * KvLayout.PageLength));
        for (var end = sums + headLength; sums < end; sums += 16, values += 16)
        {
            Vector256<float> s0 = Vector256.Load(sums), t0 = Vector256.Load(sums + 8);
            Vector256<float> s1 = Vector256.Load(sums + headLength), t1 = Vector256.Load(sums + headLength + 8);
            Vector256<float> s2 = Vector256.Load(sums + (2 * headLength)), t2 = Vector256.Load(sums + (2 * headLength) + 8);
            Vector256<float> s3 = Vector256.Load(sums + (3 * headLength)), t3 = Vector256.Load(sums + (3 * headLength) + 8);
            for (nint p = 0; p < KvLayout.PageLength; p++, ahead += 16, later += 16)
            {
                Sse.Prefetch0(ahead);
                Sse.Prefetch1(later);
                var (v, w) = (Wide(values + (p * headLength)), Wide(values + (p * headLength) + 8));
                AttentionProducts.Step(v, w, scaled[p], ref s0, ref t0);
                AttentionProducts.Step(v, w, scaled[p + 16], ref s1, ref t1);
                AttentionProducts.Step(v, w, scaled[p + 32], ref s2, ref t2);
                AttentionProducts.Step(v, w, scaled[p + 48], ref s3, ref t3);
            }
            Store(s0, t0, sums);
            Store(s1, t1, sums + headLength);
            Store(s2, t2, sums + (2 * headLength));
            Store(s3, t3, sums + (3 * headLength));
        }
    }

    // Eight positions' halves of two dimensions, 2^112 times too small, for two queries.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(ushort* keys, Vector256<float> q0, Vector256<float> q1, Vector256<float> r0, Vector256<float> r1, ref Vector256<float> s, ref Vector256<float> t)
    {
        var bits = Vector256.Load((int*)keys);
        var even = Even(bits);
        s = Vector256.FusedMultiplyAdd(even, q0, s);
        t = Vector256.FusedMultiplyAdd(even, r0, t);
        var odd = Odd(bits);
        s = Vector256.FusedMultiplyAdd(odd, q1, s);
        t = Vector256.FusedMultiplyAdd(odd, r1, t);
    }

    // Eight halves of one position, 2^112 times too small, for two weights that are as much too large.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(ushort* values, Vector256<float> w, Vector256<float> x, ref Vector256<float> s, ref Vector256<float> t)
    {
        var wide = Wide(values);
        s = Vector256.FusedMultiplyAdd(wide, w, s);
        t = Vector256.FusedMultiplyAdd(wide, x, t);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Even(Vector256<int> pairs) => (((pairs << 16) >> 3) & Vector256.Create(KvConversion.Mask)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Odd(Vector256<int> pairs) => ((pairs >> 3) & Vector256.Create(KvConversion.Mask)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Wide(ushort* halves) =>
        ((Avx2.ConvertToVector256Int32((short*)halves) << 13) & Vector256.Create(KvConversion.Mask)).AsSingle();

    // A page's weights, as much too large as the values are too small.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scale(float* weights, float* into)
    {
        var factor = Vector256.Create(KvConversion.Factor);
        Store(Vector256.Load(weights) * factor, Vector256.Load(weights + 8) * factor, into);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> low, Vector256<float> high, float* into) => AttentionProducts.Store(low, high, into);
}
