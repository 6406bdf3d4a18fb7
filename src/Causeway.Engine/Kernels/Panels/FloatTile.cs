using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// Many vectors times two unpacked panels. Where there are 512-bit vectors a tile of 12 by 32 sums fills 24 of 32 registers, else four tiles of 6 by 16
/// fill 12 of 16 each. Meanwhile the weights that are unpacked next are on their way from memory: <c>next</c>, so many bytes further with each column.
/// AVX2.
/// </summary>
internal static unsafe class FloatTile
{
    /// <summary>Items of <see cref="Six"/>; twice as many are <see cref="Twelve"/>'s.</summary>
    public const int Items = 6;

    /// <summary>y[12][stride] and y2[12][stride] of 12 vectors and two panels.</summary>
    /// <param name="w">[columns][16 rows]</param>
    /// <param name="x">[12][xStride]</param>
    public static void Twelve(float* w, float* v, float* x, nint xStride, int columns, float* y, float* y2, nint stride, byte* next, nint step)
    {
        if (Panel.Wide)
        {
            WideTwelve(w, v, x, xStride, columns, y, y2, stride, next, step);
            return;
        }
        Six(w, v, x, xStride, columns, y, y2, stride, next, step);
        Six(w, v, x + (Items * xStride), xStride, columns, y + (Items * stride), y2 + (Items * stride), stride, next, step);
    }

    /// <summary>The same of 6 vectors.</summary>
    public static void Six(float* w, float* v, float* x, nint xStride, int columns, float* y, float* y2, nint stride, byte* next, nint step)
    {
        if (Panel.Wide)
        {
            WideSix(w, v, x, xStride, columns, y, y2, stride, next, step);
            return;
        }
        NarrowSix(w, x, xStride, columns, y, stride, next, step);
        NarrowSix(v, x, xStride, columns, y2, stride, next, step);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void WideTwelve(float* w, float* v, float* x, nint xStride, int columns, float* y, float* y2, nint stride, byte* next, nint step)
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        Vector512<float> a6 = default, a7 = default, a8 = default, a9 = default, a10 = default, a11 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
        Vector512<float> b6 = default, b7 = default, b8 = default, b9 = default, b10 = default, b11 = default;
        float* x3 = x + (3 * xStride), x6 = x3 + (3 * xStride), x9 = x6 + (3 * xStride);
        for (nint i = 0; i < columns; i++)
        {
            Fetch(ref next, step);
            var (left, right) = (Vector512.Load(w), Vector512.Load(v));
            w += Panel.Rows;
            v += Panel.Rows;
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void WideSix(float* w, float* v, float* x, nint xStride, int columns, float* y, float* y2, nint stride, byte* next, nint step)
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
        float* x3 = x + (3 * xStride);
        for (nint i = 0; i < columns; i++)
        {
            Fetch(ref next, step);
            var (left, right) = (Vector512.Load(w), Vector512.Load(v));
            w += Panel.Rows;
            v += Panel.Rows;
            Step(ref a0, ref b0, left, right, x[i]);
            Step(ref a1, ref b1, left, right, x[i + xStride]);
            Step(ref a2, ref b2, left, right, x[i + (2 * xStride)]);
            Step(ref a3, ref b3, left, right, x3[i]);
            Step(ref a4, ref b4, left, right, x3[i + xStride]);
            Step(ref a5, ref b5, left, right, x3[i + (2 * xStride)]);
        }
        Store(a0, b0, y, y2, 0);
        Store(a1, b1, y, y2, stride);
        Store(a2, b2, y, y2, 2 * stride);
        Store(a3, b3, y, y2, 3 * stride);
        Store(a4, b4, y, y2, 4 * stride);
        Store(a5, b5, y, y2, 5 * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void NarrowSix(float* w, float* x, nint xStride, int columns, float* y, nint stride, byte* next, nint step)
    {
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        Vector256<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
        var x3 = x + (3 * xStride);
        for (nint i = 0; i < columns; i++)
        {
            Fetch(ref next, step);
            var (low, high) = (Vector256.Load(w), Vector256.Load(w + 8));
            w += Panel.Rows;
            Step(ref a0, ref b0, low, high, x[i]);
            Step(ref a1, ref b1, low, high, x[i + xStride]);
            Step(ref a2, ref b2, low, high, x[i + (2 * xStride)]);
            Step(ref a3, ref b3, low, high, x3[i]);
            Step(ref a4, ref b4, low, high, x3[i + xStride]);
            Step(ref a5, ref b5, low, high, x3[i + (2 * xStride)]);
        }
        Store(a0, b0, y);
        Store(a1, b1, y + stride);
        Store(a2, b2, y + (2 * stride));
        Store(a3, b3, y + (3 * stride));
        Store(a4, b4, y + (4 * stride));
        Store(a5, b5, y + (5 * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(ref byte* next, nint step)
    {
        Sse.Prefetch1(next);
        next += step;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(ref Vector256<float> a, ref Vector256<float> b, Vector256<float> low, Vector256<float> high, float x)
    {
        var wide = Vector256.Create(x);
        a = Vector256.FusedMultiplyAdd(low, wide, a);
        b = Vector256.FusedMultiplyAdd(high, wide, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(ref Vector512<float> a, ref Vector512<float> b, Vector512<float> left, Vector512<float> right, float x)
    {
        var wide = Vector512.Create(x);
        a = Vector512.FusedMultiplyAdd(left, wide, a);
        b = Vector512.FusedMultiplyAdd(right, wide, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> a, Vector256<float> b, float* y)
    {
        a.Store(y);
        b.Store(y + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> a, Vector512<float> b, float* y, float* y2, nint at)
    {
        a.Store(y + at);
        b.Store(y2 + at);
    }
}
