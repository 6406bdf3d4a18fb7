using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// Some vectors times two unpacked panels, one after the other: a tile of 6 by 16 sums fills 12 of 16 registers. Meanwhile the weights that are unpacked
/// next are on their way from memory: <c>next</c>, so many bytes further with each column. AVX2.
/// </summary>
internal static unsafe class FloatTile
{
    /// <summary>Vectors of a tile; twice as many are <see cref="FloatWideTile{TFormat}.Twelve"/>'s.</summary>
    public const int Items = 6;

    /// <summary>y[6][stride] and y2[6][stride] of 6 vectors and two panels.</summary>
    /// <param name="w">[columns][16 rows]</param>
    /// <param name="x">[6][xStride]</param>
    public static void Six(float* w, float* v, float* x, nint xStride, int columns, float* y, float* y2, nint stride, byte* next, nint step)
    {
        Six(w, x, xStride, columns, y, stride, next, step);
        Six(v, x, xStride, columns, y2, stride, next, step);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Six(float* w, float* x, nint xStride, int columns, float* y, nint stride, byte* next, nint step)
    {
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        Vector256<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
        var x3 = x + (3 * xStride);
        for (nint i = 0; i < columns; i++)
        {
            Sse.Prefetch1(next);
            next += step;
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
    private static void Step(ref Vector256<float> a, ref Vector256<float> b, Vector256<float> low, Vector256<float> high, float x)
    {
        var wide = Vector256.Create(x);
        a = Vector256.FusedMultiplyAdd(low, wide, a);
        b = Vector256.FusedMultiplyAdd(high, wide, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> a, Vector256<float> b, float* y)
    {
        a.Store(y);
        b.Store(y + 8);
    }
}
