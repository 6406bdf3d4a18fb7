using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels;

/// <summary><see cref="AttentionFromCache"/> with 512-bit vectors: the same sums in the same order, and parameters as there.</summary>
internal static unsafe class AttentionFromCacheWide
{
    /// <summary>Heads whose length is a multiple of it are summed here.</summary>
    public const int Lengths = 64;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ScoresOfTwo(ushort* first, ushort* second, ushort* ahead, ushort* further, float* q, nint headLength, float* scores, int stride)
    {
        Vector512<float> s0 = default, s1 = default, t0 = default, t1 = default;
        var values = headLength * KvLayout.PageLength;
        for (nint d = 0; d < headLength; d += 2)
        {
            Sse.Prefetch0(ahead + (d * 16));
            Sse.Prefetch0(further + (d * 16));
            Sse.Prefetch1(first + values + (d * 16));
            Sse.Prefetch1(second + values + (d * 16));
            var (a, b) = (Vector512.Load((short*)first + (d * 16)), Vector512.Load((short*)second + (d * 16)));
            AttentionProducts.Step(Even(a), Even(b), q[d], ref s0, ref s1);
            AttentionProducts.Step(Even(a), Even(b), q[d + headLength], ref t0, ref t1);
            AttentionProducts.Step(Odd(a), Odd(b), q[d + 1], ref s0, ref s1);
            AttentionProducts.Step(Odd(a), Odd(b), q[d + headLength + 1], ref t0, ref t1);
        }
        Store(s0, s1, scores);
        Store(t0, t1, scores + stride);
    }

    /// <summary>scores[4][stride] = 32 scores each, of two pages.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ScoresOfFour(ushort* first, ushort* second, ushort* ahead, ushort* further, float* q, nint headLength, float* scores, nint stride)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, t0 = default, t1 = default, t2 = default, t3 = default;
        var values = headLength * KvLayout.PageLength;
        for (nint d = 0; d < headLength; d += 2)
        {
            Sse.Prefetch0(ahead + (d * 16));
            Sse.Prefetch0(further + (d * 16));
            Sse.Prefetch1(first + values + (d * 16));
            Sse.Prefetch1(second + values + (d * 16));
            var (a, b) = (Vector512.Load((short*)first + (d * 16)), Vector512.Load((short*)second + (d * 16)));
            var (k, l) = (Even(a), Even(b));
            AttentionProducts.Step(k, l, q[d], ref s0, ref t0);
            AttentionProducts.Step(k, l, q[d + headLength], ref s1, ref t1);
            AttentionProducts.Step(k, l, q[d + (2 * headLength)], ref s2, ref t2);
            AttentionProducts.Step(k, l, q[d + (3 * headLength)], ref s3, ref t3);
            (k, l) = (Odd(a), Odd(b));
            AttentionProducts.Step(k, l, q[d + 1], ref s0, ref t0);
            AttentionProducts.Step(k, l, q[d + headLength + 1], ref s1, ref t1);
            AttentionProducts.Step(k, l, q[d + (2 * headLength) + 1], ref s2, ref t2);
            AttentionProducts.Step(k, l, q[d + (3 * headLength) + 1], ref s3, ref t3);
        }
        Store(s0, t0, scores);
        Store(s1, t1, scores + stride);
        Store(s2, t2, scores + (2 * stride));
        Store(s3, t3, scores + (3 * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumOfTwo(ushort* values, ushort* ahead, ushort* later, float* weights, nint stride, nint headLength, float* sums)
    {
        for (nint at = 0; at < headLength; at += Lengths, values += Lengths, sums += Lengths)
        {
            Vector512<float> s0 = Vector512.Load(sums), s1 = Vector512.Load(sums + 16), s2 = Vector512.Load(sums + 32), s3 = Vector512.Load(sums + 48);
            var other = sums + headLength;
            Vector512<float> t0 = Vector512.Load(other), t1 = Vector512.Load(other + 16), t2 = Vector512.Load(other + 32), t3 = Vector512.Load(other + 48);
            for (nint p = 0; p < KvLayout.PageLength; p++, ahead += 64, later += 64)
            {
                Sse.Prefetch0(ahead);
                Sse.Prefetch0(ahead + 32);
                Sse.Prefetch1(later);
                Sse.Prefetch1(later + 32);
                var pairs = (short*)values + (p * headLength);
                var (a, b) = (Vector512.Load(pairs), Vector512.Load(pairs + 32));
                var (w, x) = (weights[p], weights[p + stride]);
                AttentionProducts.Step(Even(a), Odd(a), w, ref s0, ref s1);
                AttentionProducts.Step(Even(a), Odd(a), x, ref t0, ref t1);
                AttentionProducts.Step(Even(b), Odd(b), w, ref s2, ref s3);
                AttentionProducts.Step(Even(b), Odd(b), x, ref t2, ref t3);
            }
            AttentionProducts.StoreFour(s0, s1, s2, s3, sums, 16);
            AttentionProducts.StoreFour(t0, t1, t2, t3, other, 16);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumOfFour(ushort* values, ushort* ahead, ushort* later, float* weights, nint stride, nint headLength, float* sums)
    {
        for (nint at = 0; at < headLength; at += 32, values += 32, sums += 32)
        {
            float* b = sums + headLength, c = b + headLength, d = c + headLength;
            Vector512<float> s0 = Vector512.Load(sums), s1 = Vector512.Load(b), s2 = Vector512.Load(c), s3 = Vector512.Load(d);
            Vector512<float> t0 = Vector512.Load(sums + 16), t1 = Vector512.Load(b + 16), t2 = Vector512.Load(c + 16), t3 = Vector512.Load(d + 16);
            for (nint p = 0; p < KvLayout.PageLength; p++, ahead += 32, later += 32)
            {
                Sse.Prefetch0(ahead);
                Sse.Prefetch1(later);
                var pairs = Vector512.Load((short*)values + (p * headLength));
                var (even, odd) = (Even(pairs), Odd(pairs));
                AttentionProducts.Step(even, odd, weights[p], ref s0, ref t0);
                AttentionProducts.Step(even, odd, weights[p + stride], ref s1, ref t1);
                AttentionProducts.Step(even, odd, weights[p + (2 * stride)], ref s2, ref t2);
                AttentionProducts.Step(even, odd, weights[p + (3 * stride)], ref s3, ref t3);
            }
            AttentionProducts.StoreFour(s0, s1, s2, s3, sums, headLength);
            AttentionProducts.StoreFour(t0, t1, t2, t3, sums + 16, headLength);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Even(Vector512<short> pairs) =>
        (Avx512BW.MultiplyAddAdjacent(pairs, Vector512.Create(1 << 13).AsInt16()) & Vector512.Create(KvConversion.Mask)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Odd(Vector512<short> pairs) => ((pairs.AsInt32() >> 3) & Vector512.Create(KvConversion.Mask)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> first, Vector512<float> second, float* scores)
    {
        var factor = Vector512.Create(AttentionFromCache.QueryFactor);
        (first * factor).Store(scores);
        (second * factor).Store(scores + 16);
    }
}
