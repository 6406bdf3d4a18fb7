using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// Few vectors times panels of floats, straight from memory. AVX2. The vectors have been multiplied with the format's factor. Every sum adds its
/// products in the order of the columns, as <see cref="FloatTile"/> does too: a vector's result does not depend on what it is batched with.
/// </summary>
internal static unsafe class FloatGemv<TFormat> where TFormat : struct, IFloatFormat
{
    /// <summary>y[16 rows] of one vector and one panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void One(byte* panel, float* x, int pairs, float* y)
    {
        Vector256<float> low = default, high = default;
        for (var end = x + (2 * pairs); x < end; x += 2)
        {
            Stream(panel, Panel.StreamBytes);
            Step(panel, Vector256.Create(x[0]), Vector256.Create(x[1]), ref low, ref high);
            panel += TFormat.PairBytes;
        }
        low.Store(y);
        high.Store(y + 8);
    }

    /// <summary>y[64 rows] of one vector and four panels: eight independent sums hide the latency of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FourPanels(byte* panel, long panelBytes, float* x, int pairs, float* y)
    {
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default, t0 = default, t1 = default, t2 = default, t3 = default;
        byte* p1 = panel + panelBytes, p2 = p1 + panelBytes, p3 = p2 + panelBytes;
        for (var end = x + (2 * pairs); x < end; x += 2)
        {
            Stream(panel, Panel.StreamBytesOfFour);
            Stream(p1, Panel.StreamBytesOfFour);
            Stream(p2, Panel.StreamBytesOfFour);
            Stream(p3, Panel.StreamBytesOfFour);
            var (even, odd) = (Vector256.Create(x[0]), Vector256.Create(x[1]));
            Step(panel, even, odd, ref s0, ref t0);
            Step(p1, even, odd, ref s1, ref t1);
            Step(p2, even, odd, ref s2, ref t2);
            Step(p3, even, odd, ref s3, ref t3);
            panel += TFormat.PairBytes;
            p1 += TFormat.PairBytes;
            p2 += TFormat.PairBytes;
            p3 += TFormat.PairBytes;
        }
        Store(s0, t0, y);
        Store(s1, t1, y + 16);
        Store(s2, t2, y + 32);
        Store(s3, t3, y + 48);
    }

    /// <summary>y[4][16] of four vectors, xStride apart, and one panel.</summary>
    /// <param name="ahead">Where <see cref="Panel.Prefetch"/> begins; <paramref name="step"/> bytes further with each pair.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FourVectors(byte* panel, float* x, long xStride, int pairs, float* y, byte* ahead, nint step)
    {
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default, t0 = default, t1 = default, t2 = default, t3 = default;
        float* x1 = x + xStride, x2 = x1 + xStride, x3 = x2 + xStride;
        for (nint i = 0; i < 2 * pairs; i += 2)
        {
            Prefetch(ahead);
            ahead += step;
            var (low, high) = (TFormat.Even(panel, 0), TFormat.Even(panel, 1));
            Both(low, high, x[i], ref s0, ref t0);
            Both(low, high, x1[i], ref s1, ref t1);
            Both(low, high, x2[i], ref s2, ref t2);
            Both(low, high, x3[i], ref s3, ref t3);
            (low, high) = (TFormat.Odd(panel, 0), TFormat.Odd(panel, 1));
            Both(low, high, x[i + 1], ref s0, ref t0);
            Both(low, high, x1[i + 1], ref s1, ref t1);
            Both(low, high, x2[i + 1], ref s2, ref t2);
            Both(low, high, x3[i + 1], ref s3, ref t3);
            panel += TFormat.PairBytes;
        }
        Store(s0, t0, y);
        Store(s1, t1, y + 16);
        Store(s2, t2, y + 32);
        Store(s3, t3, y + 48);
    }

    /// <summary>A panel as float32, [pairs][2][16 rows], short of the format's factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Unpack(byte* panel, int pairs, float* into)
    {
        for (var pair = 0; pair < pairs; pair++)
        {
            Prefetch(panel);
            Store(TFormat.Even(panel, 0), TFormat.Even(panel, 1), into);
            Store(TFormat.Odd(panel, 0), TFormat.Odd(panel, 1), into + 16);
            panel += TFormat.PairBytes;
            into += 32;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(byte* pair)
    {
        Panel.Prefetch(pair);
        if (TFormat.PairBytes > 64) Panel.Prefetch(pair + 64);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Stream(byte* pair, int ahead)
    {
        Panel.Stream(pair, ahead);
        if (TFormat.PairBytes > 64) Panel.Stream(pair + 64, ahead);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(byte* pair, Vector256<float> even, Vector256<float> odd, ref Vector256<float> low, ref Vector256<float> high)
    {
        low = Vector256.FusedMultiplyAdd(TFormat.Even(pair, 0), even, low);
        high = Vector256.FusedMultiplyAdd(TFormat.Even(pair, 1), even, high);
        low = Vector256.FusedMultiplyAdd(TFormat.Odd(pair, 0), odd, low);
        high = Vector256.FusedMultiplyAdd(TFormat.Odd(pair, 1), odd, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Both(Vector256<float> low, Vector256<float> high, float x, ref Vector256<float> s, ref Vector256<float> t)
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
