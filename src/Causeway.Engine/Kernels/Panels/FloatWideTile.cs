using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// Many vectors times two packed panels with vectors of 512 bits, of which a panel's column is one: a tile of 12 by 32 sums fills 24 of 32 registers.
/// Weights become floats as they are multiplied, on what the processor does not multiply with. Meanwhile those of the next panels are on their way from
/// memory: <c>next</c>, so many bytes further with each pair. In the order of <see cref="FloatGemv{TFormat}"/>. Only where <see cref="Panel.Wide"/>.
/// </summary>
internal static unsafe class FloatWideTile<TFormat> where TFormat : struct, IFloatFormat
{
    /// <summary>y[12][stride] and y2[12][stride] of 12 vectors and two panels.</summary>
    /// <param name="x">[12][xStride]</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Twelve(byte* w, byte* v, float* x, nint xStride, int pairs, float* y, float* y2, nint stride, byte* next, nint step)
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        Vector512<float> a6 = default, a7 = default, a8 = default, a9 = default, a10 = default, a11 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
        Vector512<float> b6 = default, b7 = default, b8 = default, b9 = default, b10 = default, b11 = default;
        float* x3 = x + (3 * xStride), x6 = x3 + (3 * xStride), x9 = x6 + (3 * xStride);
        for (nint i = 0; i < 2 * pairs; i += 2)
        {
            Sse.Prefetch1(next);
            next += step;
            var (left, right) = (TFormat.WideEven(w), TFormat.WideEven(v));
            Step(ref a0, ref b0, left, right, x[i]);
            Step(ref a1, ref b1, left, right, x[i + xStride]);
            Step(ref a2, ref b2, left, right, x[i + (2 * xStride)]);
            Step(ref a3, ref b3, left, right, x3[i]);
            Step(ref a4, ref b4, left, right, x3[i + xStride]);
            Step(ref a5, ref b5, left, right, x3[i + (2 * xStride)]);
            Step(ref a6, ref b6, left, right, x6[i]);
            Step(ref a7, ref b7, left, right, x6[i + xStride]);
            Step(ref a8, ref b8, left, right, x6[i + (2 * xStride)]);
            Step(ref a9, ref b9, left, right, x9[i]);
            Step(ref a10, ref b10, left, right, x9[i + xStride]);
            Step(ref a11, ref b11, left, right, x9[i + (2 * xStride)]);
            (left, right) = (TFormat.WideOdd(w), TFormat.WideOdd(v));
            w += TFormat.PairBytes;
            v += TFormat.PairBytes;
            Step(ref a0, ref b0, left, right, x[i + 1]);
            Step(ref a1, ref b1, left, right, x[i + xStride + 1]);
            Step(ref a2, ref b2, left, right, x[i + (2 * xStride) + 1]);
            Step(ref a3, ref b3, left, right, x3[i + 1]);
            Step(ref a4, ref b4, left, right, x3[i + xStride + 1]);
            Step(ref a5, ref b5, left, right, x3[i + (2 * xStride) + 1]);
            Step(ref a6, ref b6, left, right, x6[i + 1]);
            Step(ref a7, ref b7, left, right, x6[i + xStride + 1]);
            Step(ref a8, ref b8, left, right, x6[i + (2 * xStride) + 1]);
            Step(ref a9, ref b9, left, right, x9[i + 1]);
            Step(ref a10, ref b10, left, right, x9[i + xStride + 1]);
            Step(ref a11, ref b11, left, right, x9[i + (2 * xStride) + 1]);
        }
        Store(a0, b0, y, y2, 0);
        Store(a1, b1, y, y2, stride);
        Store(a2, b2, y, y2, 2 * stride);
        Store(a3, b3, y, y2, 3 * stride);
        Store(a4, b4, y, y2, 4 * stride);
        Store(a5, b5, y, y2, 5 * stride);
        Store(a6, b6, y, y2, 6 * stride);
        Store(a7, b7, y, y2, 7 * stride);
        Store(a8, b8, y, y2, 8 * stride);
        Store(a9, b9, y, y2, 9 * stride);
        Store(a10, b10, y, y2, 10 * stride);
        Store(a11, b11, y, y2, 11 * stride);
    }

    /// <summary>The same of 6 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Six(byte* w, byte* v, float* x, nint xStride, int pairs, float* y, float* y2, nint stride, byte* next, nint step)
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
        var x3 = x + (3 * xStride);
        for (nint i = 0; i < 2 * pairs; i += 2)
        {
            Sse.Prefetch1(next);
            next += step;
            var (left, right) = (TFormat.WideEven(w), TFormat.WideEven(v));
            Step(ref a0, ref b0, left, right, x[i]);
            Step(ref a1, ref b1, left, right, x[i + xStride]);
            Step(ref a2, ref b2, left, right, x[i + (2 * xStride)]);
            Step(ref a3, ref b3, left, right, x3[i]);
            Step(ref a4, ref b4, left, right, x3[i + xStride]);
            Step(ref a5, ref b5, left, right, x3[i + (2 * xStride)]);
            (left, right) = (TFormat.WideOdd(w), TFormat.WideOdd(v));
            w += TFormat.PairBytes;
            v += TFormat.PairBytes;
            Step(ref a0, ref b0, left, right, x[i + 1]);
            Step(ref a1, ref b1, left, right, x[i + xStride + 1]);
            Step(ref a2, ref b2, left, right, x[i + (2 * xStride) + 1]);
            Step(ref a3, ref b3, left, right, x3[i + 1]);
            Step(ref a4, ref b4, left, right, x3[i + xStride + 1]);
            Step(ref a5, ref b5, left, right, x3[i + (2 * xStride) + 1]);
        }
        Store(a0, b0, y, y2, 0);
        Store(a1, b1, y, y2, stride);
        Store(a2, b2, y, y2, 2 * stride);
        Store(a3, b3, y, y2, 3 * stride);
        Store(a4, b4, y, y2, 4 * stride);
        Store(a5, b5, y, y2, 5 * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(ref Vector512<float> a, ref Vector512<float> b, Vector512<float> left, Vector512<float> right, float x)
    {
        var wide = Vector512.Create(x);
        a = Vector512.FusedMultiplyAdd(left, wide, a);
        b = Vector512.FusedMultiplyAdd(right, wide, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> a, Vector512<float> b, float* y, float* y2, nint at)
    {
        a.Store(y + at);
        b.Store(y2 + at);
    }
}
