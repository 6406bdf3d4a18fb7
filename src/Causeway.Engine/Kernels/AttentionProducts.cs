using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Causeway.Engine.Kernels.Panels;

namespace Causeway.Engine.Kernels;

/// <summary>
/// The inner products of attention over one page of 16 positions. Products are added in order, however many queries come at once: a row's result does
/// not depend on what it is batched with.
/// </summary>
internal static unsafe class AttentionProducts
{
    /// <summary>scores[8][stride] = 16 scores each.</summary>
    /// <param name="keys">[headLength][16]</param>
    /// <param name="q">[8][headLength], scaled.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ScoresOfEight(float* keys, float* q, nint headLength, float* scores, int stride)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        var q4 = q + (4 * headLength);
        for (nint d = 0; d < headLength; d++)
        {
            var k = Vector512.Load(keys + (d * 16));
            s0 = Vector512.FusedMultiplyAdd(k, Vector512.Create(q[d]), s0);
            s1 = Vector512.FusedMultiplyAdd(k, Vector512.Create(q[d + headLength]), s1);
            s2 = Vector512.FusedMultiplyAdd(k, Vector512.Create(q[d + (2 * headLength)]), s2);
            s3 = Vector512.FusedMultiplyAdd(k, Vector512.Create(q[d + (3 * headLength)]), s3);
            s4 = Vector512.FusedMultiplyAdd(k, Vector512.Create(q4[d]), s4);
            s5 = Vector512.FusedMultiplyAdd(k, Vector512.Create(q4[d + headLength]), s5);
            s6 = Vector512.FusedMultiplyAdd(k, Vector512.Create(q4[d + (2 * headLength)]), s6);
            s7 = Vector512.FusedMultiplyAdd(k, Vector512.Create(q4[d + (3 * headLength)]), s7);
        }
        s0.Store(scores);
        s1.Store(scores + stride);
        s2.Store(scores + (2 * stride));
        s3.Store(scores + (3 * stride));
        s4.Store(scores + (4 * stride));
        s5.Store(scores + (5 * stride));
        s6.Store(scores + (6 * stride));
        s7.Store(scores + (7 * stride));
    }

    /// <summary>The same for two: a token of a model whose KV heads serve one or two query heads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ScoresOfTwo(float* keys, float* q, nint headLength, float* scores, int stride)
    {
        Vector512<float> a = default, b = default;
        for (nint d = 0; d < headLength; d++)
        {
            var k = Vector512.Load(keys + (d * 16));
            a = Vector512.FusedMultiplyAdd(k, Vector512.Create(q[d]), a);
            b = Vector512.FusedMultiplyAdd(k, Vector512.Create(q[d + headLength]), b);
        }
        a.Store(scores);
        b.Store(scores + stride);
    }

    /// <summary>The same for eight, anywhere.</summary>
    public static void ScoresPortable(float* keys, float* q, int headLength, float* scores, int stride)
    {
        for (var i = 0; i < 8; i++)
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
        if (!Panel.Wide)
        {
            TensorPrimitives.Subtract(x, greatest, x);
            TensorPrimitives.Exp<float>(x, x);
            return TensorPrimitives.Sum<float>(x);
        }
        var (sum, most) = (Vector512<float>.Zero, Vector512.Create(greatest));
        for (var i = 0; i < x.Length; i += 16)
        {
            var power = Vector512.Exp(Vector512.Create<float>(x[i..]) - most);
            power.CopyTo(x[i..]);
            sum += power;
        }
        return Vector512.Sum(sum);
    }

    /// <summary>sums[8][headLength] += weights[8][stride] times the page's 16 values.</summary>
    /// <param name="values">[16][headLength]</param>
    /// <param name="headLength">A multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumOfEight(float* values, float* weights, nint stride, nint headLength, float* sums)
    {
        var w4 = weights + (4 * stride);
        for (nint d = 0; d < headLength; d += 16)
        {
            var at = sums + d;
            var at4 = at + (4 * headLength);
            Vector512<float> s0 = Vector512.Load(at), s1 = Vector512.Load(at + headLength);
            Vector512<float> s2 = Vector512.Load(at + (2 * headLength)), s3 = Vector512.Load(at + (3 * headLength));
            Vector512<float> s4 = Vector512.Load(at4), s5 = Vector512.Load(at4 + headLength);
            Vector512<float> s6 = Vector512.Load(at4 + (2 * headLength)), s7 = Vector512.Load(at4 + (3 * headLength));
            for (nint p = 0; p < KvLayout.PageLength; p++)
            {
                var v = Vector512.Load(values + (p * headLength) + d);
                s0 = Vector512.FusedMultiplyAdd(v, Vector512.Create(weights[p]), s0);
                s1 = Vector512.FusedMultiplyAdd(v, Vector512.Create(weights[p + stride]), s1);
                s2 = Vector512.FusedMultiplyAdd(v, Vector512.Create(weights[p + (2 * stride)]), s2);
                s3 = Vector512.FusedMultiplyAdd(v, Vector512.Create(weights[p + (3 * stride)]), s3);
                s4 = Vector512.FusedMultiplyAdd(v, Vector512.Create(w4[p]), s4);
                s5 = Vector512.FusedMultiplyAdd(v, Vector512.Create(w4[p + stride]), s5);
                s6 = Vector512.FusedMultiplyAdd(v, Vector512.Create(w4[p + (2 * stride)]), s6);
                s7 = Vector512.FusedMultiplyAdd(v, Vector512.Create(w4[p + (3 * stride)]), s7);
            }
            s0.Store(at);
            s1.Store(at + headLength);
            s2.Store(at + (2 * headLength));
            s3.Store(at + (3 * headLength));
            s4.Store(at4);
            s5.Store(at4 + headLength);
            s6.Store(at4 + (2 * headLength));
            s7.Store(at4 + (3 * headLength));
        }
    }

    /// <summary>The same for two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumOfTwo(float* values, float* weights, nint stride, nint headLength, float* sums)
    {
        for (nint d = 0; d < headLength; d += 16)
        {
            Vector512<float> a = Vector512.Load(sums + d), b = Vector512.Load(sums + headLength + d);
            for (nint p = 0; p < KvLayout.PageLength; p++)
            {
                var v = Vector512.Load(values + (p * headLength) + d);
                a = Vector512.FusedMultiplyAdd(v, Vector512.Create(weights[p]), a);
                b = Vector512.FusedMultiplyAdd(v, Vector512.Create(weights[p + stride]), b);
            }
            a.Store(sums + d);
            b.Store(sums + headLength + d);
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
}
