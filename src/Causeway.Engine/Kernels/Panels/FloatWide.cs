using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// Several vectors times panels of floats with vectors of 512 bits, of which a panel's column is one. Twice the multiplications of 256 bits: from four
/// vectors on those are what the sums wait for, not memory. In the order of <see cref="FloatGemv{TFormat}"/>. Only where <see cref="Panel.Wide"/>.
/// </summary>
internal static unsafe class FloatWide<TFormat> where TFormat : struct, IFloatFormat
{
    /// <summary>y[4][16] and y2[4][16] of four vectors, xStride apart, and two panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FourVectors(byte* panel, byte* other, float* x, long xStride, int pairs, float* y, float* y2)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, t0 = default, t1 = default, t2 = default, t3 = default;
        float* x1 = x + xStride, x2 = x1 + xStride, x3 = x2 + xStride;
        for (nint i = 0; i < 2 * pairs; i += 2)
        {
            FloatGemv<TFormat>.Prefetch(panel);
            FloatGemv<TFormat>.Prefetch(other);
            var (s, t) = (TFormat.WideEven(panel), TFormat.WideEven(other));
            Both(s, t, x[i], ref s0, ref t0);
            Both(s, t, x1[i], ref s1, ref t1);
            Both(s, t, x2[i], ref s2, ref t2);
            Both(s, t, x3[i], ref s3, ref t3);
            (s, t) = (TFormat.WideOdd(panel), TFormat.WideOdd(other));
            Both(s, t, x[i + 1], ref s0, ref t0);
            Both(s, t, x1[i + 1], ref s1, ref t1);
            Both(s, t, x2[i + 1], ref s2, ref t2);
            Both(s, t, x3[i + 1], ref s3, ref t3);
            panel += TFormat.PairBytes;
            other += TFormat.PairBytes;
        }
        Store(s0, t0, y, y2, 0);
        Store(s1, t1, y, y2, 1);
        Store(s2, t2, y, y2, 2);
        Store(s3, t3, y, y2, 3);
    }

    /// <summary>y[8][16] and y2[8][16] of eight vectors, xStride apart, and two panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void EightVectors(byte* panel, byte* other, float* x, long xStride, int pairs, float* y, float* y2)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        Vector512<float> t0 = default, t1 = default, t2 = default, t3 = default, t4 = default, t5 = default, t6 = default, t7 = default;
        float* x1 = x + xStride, x2 = x1 + xStride, x3 = x2 + xStride, x4 = x3 + xStride, x5 = x4 + xStride, x6 = x5 + xStride, x7 = x6 + xStride;
        for (nint i = 0; i < 2 * pairs; i += 2)
        {
            FloatGemv<TFormat>.Prefetch(panel);
            FloatGemv<TFormat>.Prefetch(other);
            var (s, t) = (TFormat.WideEven(panel), TFormat.WideEven(other));
            Both(s, t, x[i], ref s0, ref t0);
            Both(s, t, x1[i], ref s1, ref t1);
            Both(s, t, x2[i], ref s2, ref t2);
            Both(s, t, x3[i], ref s3, ref t3);
            Both(s, t, x4[i], ref s4, ref t4);
            Both(s, t, x5[i], ref s5, ref t5);
            Both(s, t, x6[i], ref s6, ref t6);
            Both(s, t, x7[i], ref s7, ref t7);
            (s, t) = (TFormat.WideOdd(panel), TFormat.WideOdd(other));
            Both(s, t, x[i + 1], ref s0, ref t0);
            Both(s, t, x1[i + 1], ref s1, ref t1);
            Both(s, t, x2[i + 1], ref s2, ref t2);
            Both(s, t, x3[i + 1], ref s3, ref t3);
            Both(s, t, x4[i + 1], ref s4, ref t4);
            Both(s, t, x5[i + 1], ref s5, ref t5);
            Both(s, t, x6[i + 1], ref s6, ref t6);
            Both(s, t, x7[i + 1], ref s7, ref t7);
            panel += TFormat.PairBytes;
            other += TFormat.PairBytes;
        }
        Store(s0, t0, y, y2, 0);
        Store(s1, t1, y, y2, 1);
        Store(s2, t2, y, y2, 2);
        Store(s3, t3, y, y2, 3);
        Store(s4, t4, y, y2, 4);
        Store(s5, t5, y, y2, 5);
        Store(s6, t6, y, y2, 6);
        Store(s7, t7, y, y2, 7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Both(Vector512<float> left, Vector512<float> right, float x, ref Vector512<float> s, ref Vector512<float> t)
    {
        var wide = Vector512.Create(x);
        s = Vector512.FusedMultiplyAdd(left, wide, s);
        t = Vector512.FusedMultiplyAdd(right, wide, t);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> s, Vector512<float> t, float* y, float* y2, int item)
    {
        s.Store(y + (item * Panel.Rows));
        t.Store(y2 + (item * Panel.Rows));
    }
}
