using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// Few vectors times panels of floats, straight from memory. AVX-512. The vectors have been multiplied with the format's factor. Every sum adds its
/// products in the order of the columns, as <see cref="FloatTile"/> does too: a vector's result does not depend on what it is batched with.
/// </summary>
internal static unsafe class FloatGemv<TFormat> where TFormat : struct, IFloatFormat
{
    /// <summary>y[16 rows] of one vector and one panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void One(byte* panel, float* x, int pairs, float* y)
    {
        var s = Vector512<float>.Zero;
        for (var end = x + (2 * pairs); x < end; x += 2)
        {
            Prefetch(panel);
            s = Vector512.FusedMultiplyAdd(TFormat.Even(panel), Vector512.Create(x[0]), s);
            s = Vector512.FusedMultiplyAdd(TFormat.Odd(panel), Vector512.Create(x[1]), s);
            panel += TFormat.PairBytes;
        }
        s.Store(y);
    }

    /// <summary>y[64 rows] of one vector and four panels: four independent sums hide the latency of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FourPanels(byte* panel, long panelBytes, float* x, int pairs, float* y)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
        byte* p1 = panel + panelBytes, p2 = p1 + panelBytes, p3 = p2 + panelBytes;
        for (var end = x + (2 * pairs); x < end; x += 2)
        {
            Prefetch(panel);
            Prefetch(p1);
            Prefetch(p2);
            Prefetch(p3);
            var (even, odd) = (Vector512.Create(x[0]), Vector512.Create(x[1]));
            s0 = Vector512.FusedMultiplyAdd(TFormat.Even(panel), even, s0);
            s1 = Vector512.FusedMultiplyAdd(TFormat.Even(p1), even, s1);
            s2 = Vector512.FusedMultiplyAdd(TFormat.Even(p2), even, s2);
            s3 = Vector512.FusedMultiplyAdd(TFormat.Even(p3), even, s3);
            s0 = Vector512.FusedMultiplyAdd(TFormat.Odd(panel), odd, s0);
            s1 = Vector512.FusedMultiplyAdd(TFormat.Odd(p1), odd, s1);
            s2 = Vector512.FusedMultiplyAdd(TFormat.Odd(p2), odd, s2);
            s3 = Vector512.FusedMultiplyAdd(TFormat.Odd(p3), odd, s3);
            panel += TFormat.PairBytes;
            p1 += TFormat.PairBytes;
            p2 += TFormat.PairBytes;
            p3 += TFormat.PairBytes;
        }
        s0.Store(y);
        s1.Store(y + 16);
        s2.Store(y + 32);
        s3.Store(y + 48);
    }

    /// <summary>y[4][stride] of four vectors, xStride apart, and one panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FourVectors(byte* panel, float* x, long xStride, int pairs, float* y, long stride)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
        float* x1 = x + xStride, x2 = x1 + xStride, x3 = x2 + xStride;
        for (var i = 0; i < 2 * pairs; i += 2)
        {
            Prefetch(panel);
            var (even, odd) = (TFormat.Even(panel), TFormat.Odd(panel));
            panel += TFormat.PairBytes;
            s0 = Vector512.FusedMultiplyAdd(even, Vector512.Create(x[i]), s0);
            s1 = Vector512.FusedMultiplyAdd(even, Vector512.Create(x1[i]), s1);
            s2 = Vector512.FusedMultiplyAdd(even, Vector512.Create(x2[i]), s2);
            s3 = Vector512.FusedMultiplyAdd(even, Vector512.Create(x3[i]), s3);
            s0 = Vector512.FusedMultiplyAdd(odd, Vector512.Create(x[i + 1]), s0);
            s1 = Vector512.FusedMultiplyAdd(odd, Vector512.Create(x1[i + 1]), s1);
            s2 = Vector512.FusedMultiplyAdd(odd, Vector512.Create(x2[i + 1]), s2);
            s3 = Vector512.FusedMultiplyAdd(odd, Vector512.Create(x3[i + 1]), s3);
        }
        s0.Store(y);
        s1.Store(y + stride);
        s2.Store(y + (2 * stride));
        s3.Store(y + (3 * stride));
    }

    /// <summary>A panel as float32, [pairs][2][16 rows], short of the format's factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Unpack(byte* panel, int pairs, float* into)
    {
        for (var pair = 0; pair < pairs; pair++)
        {
            Panel.Prefetch(panel);
            TFormat.Even(panel).Store(into);
            TFormat.Odd(panel).Store(into + 16);
            panel += TFormat.PairBytes;
            into += 32;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(byte* pair)
    {
        Panel.Prefetch(pair);
        if (TFormat.PairBytes > 64) Panel.Prefetch(pair + 64);
    }
}
