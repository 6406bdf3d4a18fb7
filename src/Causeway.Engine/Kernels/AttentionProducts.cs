using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Causeway.Engine.Kernels;

/// <summary>
/// The inner products of attention over one page of 16 positions in float32. Products are added in order, however many queries come at once: a row's result does
/// not depend on what it is batched with.
/// </summary>
internal static unsafe class AttentionProducts
{
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

    /// <summary>The same, anywhere.</summary>
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
        if (!Vector256.IsHardwareAccelerated) return ExponentialsOf128(x, greatest);
        var (sum, most) = (Vector256<float>.Zero, Vector256.Create(greatest));
        for (var i = 0; i < x.Length; i += 8)
        {
            var power = Vector256.Exp(Vector256.Create<float>(x[i..]) - most);
            power.CopyTo(x[i..]);
            sum += power;
        }
        return Vector256.Sum(sum);
    }

    // Not a sum over the whole span at once: its order would depend on how many masked positions follow.
    private static float ExponentialsOf128(Span<float> x, float greatest)
    {
        var (sum, most) = (Vector128<float>.Zero, Vector128.Create(greatest));
        for (var i = 0; i < x.Length; i += 4)
        {
            var power = Vector128.Exp(Vector128.Create<float>(x[i..]) - most);
            power.CopyTo(x[i..]);
            sum += power;
        }
        return Vector128.Sum(sum);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Step(Vector256<float> low, Vector256<float> high, float x, ref Vector256<float> s, ref Vector256<float> t)
    {
        var wide = Vector256.Create(x);
        s = Vector256.FusedMultiplyAdd(low, wide, s);
        t = Vector256.FusedMultiplyAdd(high, wide, t);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> low, Vector256<float> high, float* into)
    {
        low.Store(into);
        high.Store(into + 8);
    }
}
