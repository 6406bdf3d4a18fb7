using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels;

/// <summary>
/// The inner products of attention over one page of 16 positions. Products are added in order, however many queries come at once: a row's result does
/// not depend on what it is batched with.
/// </summary>
internal static unsafe class AttentionProducts
{
    /// <summary>2^56. Halves stand 2^112 times too small in <see cref="ScoresOfTwo"/>; half of that with the queries and half at the end keeps all numbers in range.</summary>
    public const float QueryFactor = 72057594037927936f;

    /// <summary>scores[4][stride] = 16 scores each. AVX2.</summary>
    /// <param name="keys">[headLength][16]</param>
    /// <param name="q">[4][headLength], scaled.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ScoresOfFour(float* keys, float* q, nint headLength, float* scores, int stride)
    {
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default, t0 = default, t1 = default, t2 = default, t3 = default;
        for (var end = q + headLength; q < end; q++, keys += 16)
        {
            var (k, l) = (Vector256.Load(keys), Vector256.Load(keys + 8));
            Step(k, l, q[0], ref s0, ref t0);
            Step(k, l, q[headLength], ref s1, ref t1);
            Step(k, l, q[2 * headLength], ref s2, ref t2);
            Step(k, l, q[3 * headLength], ref s3, ref t3);
        }
        Store(s0, t0, scores);
        Store(s1, t1, scores + stride);
        Store(s2, t2, scores + (2 * stride));
        Store(s3, t3, scores + (3 * stride));
    }

    /// <summary>
    /// The same for two queries and two pages, straight from the cache: a token of a model whose KV heads serve one or two query heads. Nobody else needs
    /// the page as float32, and eight sums are what two multipliers can be kept busy with. AVX2.
    /// </summary>
    /// <remarks>
    /// What comes later is asked for from memory into the second-level cache some dozens of KiB ahead, and from there (at a sequence's beginning from
    /// memory) into the first-level cache just before its turn: either alone was slower by a sixth.
    /// </remarks>
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

    /// <summary>The same for four, anywhere.</summary>
    public static void ScoresPortable(float* keys, float* q, int headLength, float* scores, int stride)
    {
        for (var i = 0; i < 4; i++)
        {
            Vector128<float> a = default, b = default, c = default, e = default;
            for (var d = 0; d < headLength; d++)
            {
                var wide = Vector128.Create(q[d + (i * headLength)]);
                a = Vector128.MultiplyAddEstimate(Vector128.Load(keys + (d * 16)), wide, a);
                b = Vector128.MultiplyAddEstimate(Vector128.Load(keys + (d * 16) + 4), wide, b);
                c = Vector128.MultiplyAddEstimate(Vector128.Load(keys + (d * 16) + 8), wide, c);
                e = Vector128.MultiplyAddEstimate(Vector128.Load(keys + (d * 16) + 12), wide, e);
            }
            a.Store(scores + (i * stride));
            b.Store(scores + (i * stride) + 4);
            c.Store(scores + (i * stride) + 8);
            e.Store(scores + (i * stride) + 12);
        }
    }

    /// <summary>x = exp(x - greatest), in place; returns the sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Exponentials(Span<float> x, float greatest)
    {
        if (!Vector256.IsHardwareAccelerated)
        {
            TensorPrimitives.Subtract(x, greatest, x);
            TensorPrimitives.Exp<float>(x, x);
            return TensorPrimitives.Sum<float>(x);
        }
        var (sum, most) = (Vector256<float>.Zero, Vector256.Create(greatest));
        for (var i = 0; i < x.Length; i += 8)
        {
            var power = Vector256.Exp(Vector256.Create<float>(x[i..]) - most);
            power.CopyTo(x[i..]);
            sum += power;
        }
        return Vector256.Sum(sum);
    }

    /// <summary>sums[4][headLength] += weights[4][stride] times the page's 16 values. AVX2.</summary>
    /// <param name="values">[16][headLength]</param>
    /// <param name="headLength">A multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumOfFour(float* values, float* weights, nint stride, nint headLength, float* sums)
    {
        for (var end = sums + headLength; sums < end; sums += 16, values += 16)
        {
            Vector256<float> s0 = Vector256.Load(sums), t0 = Vector256.Load(sums + 8);
            Vector256<float> s1 = Vector256.Load(sums + headLength), t1 = Vector256.Load(sums + headLength + 8);
            Vector256<float> s2 = Vector256.Load(sums + (2 * headLength)), t2 = Vector256.Load(sums + (2 * headLength) + 8);
            Vector256<float> s3 = Vector256.Load(sums + (3 * headLength)), t3 = Vector256.Load(sums + (3 * headLength) + 8);
            for (nint p = 0; p < KvLayout.PageLength; p++)
            {
                var (v, w) = (Vector256.Load(values + (p * headLength)), Vector256.Load(values + (p * headLength) + 8));
                Step(v, w, weights[p], ref s0, ref t0);
                Step(v, w, weights[p + stride], ref s1, ref t1);
                Step(v, w, weights[p + (2 * stride)], ref s2, ref t2);
                Step(v, w, weights[p + (3 * stride)], ref s3, ref t3);
            }
            Store(s0, t0, sums);
            Store(s1, t1, sums + headLength);
            Store(s2, t2, sums + (2 * headLength));
            Store(s3, t3, sums + (3 * headLength));
        }
    }

    /// <summary>The same for two, straight from the cache. AVX2.</summary>
    /// <param name="values">[16][headLength] halves.</param>
    /// <param name="ahead">The block that is read next.</param>
    /// <param name="later">One that is read some blocks after that.</param>
    /// <param name="headLength">A multiple of 32.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumOfTwo(ushort* values, ushort* ahead, ushort* later, float* weights, nint stride, nint headLength, float* sums)
    {
        var scaled = stackalloc float[2 * KvLayout.PageLength];
        var factor = Vector256.Create(KvConversion.Factor);
        Store(Vector256.Load(weights) * factor, Vector256.Load(weights + 8) * factor, scaled);
        Store(Vector256.Load(weights + stride) * factor, Vector256.Load(weights + stride + 8) * factor, scaled + 16);
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

    /// <summary>The same for so many, anywhere, with heads of any length.</summary>
    public static void SumPortable(float* values, float* weights, int stride, int headLength, float* sums, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var into = new Span<float>(sums + (i * headLength), headLength);
            for (var p = 0; p < KvLayout.PageLength; p++)
            {
                var weight = weights[(i * stride) + p];
                if (weight != 0) TensorPrimitives.MultiplyAdd(new ReadOnlySpan<float>(values + (p * headLength), headLength), weight, into, into);
            }
        }
    }

    // Eight positions' halves of two dimensions, 2^112 times too small, for two queries.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(ushort* keys, Vector256<float> q0, Vector256<float> q1, Vector256<float> r0, Vector256<float> r1, ref Vector256<float> s, ref Vector256<float> t)
    {
        var bits = Vector256.Load((int*)keys);
        var even = (((bits << 16) >> 3) & Vector256.Create(KvConversion.Mask)).AsSingle();
        s = Vector256.FusedMultiplyAdd(even, q0, s);
        t = Vector256.FusedMultiplyAdd(even, r0, t);
        var odd = ((bits >> 3) & Vector256.Create(KvConversion.Mask)).AsSingle();
        s = Vector256.FusedMultiplyAdd(odd, q1, s);
        t = Vector256.FusedMultiplyAdd(odd, r1, t);
    }

    // Eight halves of one position, 2^112 times too small, for two weights that are as much too large.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(ushort* values, Vector256<float> w, Vector256<float> x, ref Vector256<float> s, ref Vector256<float> t)
    {
        var wide = ((Avx2.ConvertToVector256Int32((short*)values) << 13) & Vector256.Create(KvConversion.Mask)).AsSingle();
        s = Vector256.FusedMultiplyAdd(wide, w, s);
        t = Vector256.FusedMultiplyAdd(wide, x, t);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(Vector256<float> low, Vector256<float> high, float x, ref Vector256<float> s, ref Vector256<float> t)
    {
        var wide = Vector256.Create(x);
        s = Vector256.FusedMultiplyAdd(low, wide, s);
        t = Vector256.FusedMultiplyAdd(high, wide, t);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> low, Vector256<float> high, float* into)
    {
        low.Store(into);
        high.Store(into + 8);
    }
}
