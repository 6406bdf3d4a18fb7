using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Causeway.Engine.Kernels;

/// <summary>
/// The inmost product, of one panel of rows and one panel of columns, all sums in registers: two vectors wide, as high as the registers allow.
/// </summary>
/// <param name="Rows">Height.</param>
/// <param name="Columns">Width.</param>
internal abstract unsafe record SgemmTile(int Rows, int Columns)
{
    /// <summary>Numbers in the largest tile.</summary>
    public const int Largest = 12 * 32;

    /// <summary>The tile for this processor's vectors.</summary>
    public static SgemmTile Best { get; } =
        Vector512.IsHardwareAccelerated ? new SgemmTile512() : Vector256.IsHardwareAccelerated ? new SgemmTile256() : new SgemmTile128();

    /// <param name="left">[depth, rows]</param>
    /// <param name="right">[depth, columns]</param>
    /// <param name="c">[rows, columns], rows so many numbers apart.</param>
    public abstract void Run(float* left, float* right, int depth, float* c, int stride, bool add);
}

/// <summary>12 x 32, for vectors of 512 bits.</summary>
internal sealed unsafe record SgemmTile512() : SgemmTile(12, 32)
{
    public override void Run(float* left, float* right, int depth, float* c, int stride, bool add) => Product(left, right, depth, c, stride, add);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Product(float* left, float* right, int depth, float* c, int stride, bool add)
    {
        Vector512<float> c0 = default, d0 = default;
        Vector512<float> c1 = default, d1 = default;
        Vector512<float> c2 = default, d2 = default;
        Vector512<float> c3 = default, d3 = default;
        Vector512<float> c4 = default, d4 = default;
        Vector512<float> c5 = default, d5 = default;
        Vector512<float> c6 = default, d6 = default;
        Vector512<float> c7 = default, d7 = default;
        Vector512<float> c8 = default, d8 = default;
        Vector512<float> c9 = default, d9 = default;
        Vector512<float> c10 = default, d10 = default;
        Vector512<float> c11 = default, d11 = default;
        for (var k = 0; k < depth; k++, left += 12, right += 32)
        {
            var (b, e) = (Vector512.Load(right), Vector512.Load(right + 16));
            (c0, d0) = Step(Vector512.Create(left[0]), b, e, c0, d0);
            (c1, d1) = Step(Vector512.Create(left[1]), b, e, c1, d1);
            (c2, d2) = Step(Vector512.Create(left[2]), b, e, c2, d2);
            (c3, d3) = Step(Vector512.Create(left[3]), b, e, c3, d3);
            (c4, d4) = Step(Vector512.Create(left[4]), b, e, c4, d4);
            (c5, d5) = Step(Vector512.Create(left[5]), b, e, c5, d5);
            (c6, d6) = Step(Vector512.Create(left[6]), b, e, c6, d6);
            (c7, d7) = Step(Vector512.Create(left[7]), b, e, c7, d7);
            (c8, d8) = Step(Vector512.Create(left[8]), b, e, c8, d8);
            (c9, d9) = Step(Vector512.Create(left[9]), b, e, c9, d9);
            (c10, d10) = Step(Vector512.Create(left[10]), b, e, c10, d10);
            (c11, d11) = Step(Vector512.Create(left[11]), b, e, c11, d11);
        }
        Store(c + ((long)0 * stride), c0, d0, add);
        Store(c + ((long)1 * stride), c1, d1, add);
        Store(c + ((long)2 * stride), c2, d2, add);
        Store(c + ((long)3 * stride), c3, d3, add);
        Store(c + ((long)4 * stride), c4, d4, add);
        Store(c + ((long)5 * stride), c5, d5, add);
        Store(c + ((long)6 * stride), c6, d6, add);
        Store(c + ((long)7 * stride), c7, d7, add);
        Store(c + ((long)8 * stride), c8, d8, add);
        Store(c + ((long)9 * stride), c9, d9, add);
        Store(c + ((long)10 * stride), c10, d10, add);
        Store(c + ((long)11 * stride), c11, d11, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> C, Vector512<float> D) Step(Vector512<float> a, Vector512<float> b, Vector512<float> e, Vector512<float> c, Vector512<float> d) =>
        (Vector512.FusedMultiplyAdd(a, b, c), Vector512.FusedMultiplyAdd(a, e, d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, Vector512<float> first, Vector512<float> second, bool add)
    {
        if (add) (first, second) = (first + Vector512.Load(c), second + Vector512.Load(c + 16));
        first.Store(c);
        second.Store(c + 16);
    }
}

/// <summary>6 x 16, for vectors of 256 bits.</summary>
internal sealed unsafe record SgemmTile256() : SgemmTile(6, 16)
{
    public override void Run(float* left, float* right, int depth, float* c, int stride, bool add) => Product(left, right, depth, c, stride, add);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Product(float* left, float* right, int depth, float* c, int stride, bool add)
    {
        Vector256<float> c0 = default, d0 = default;
        Vector256<float> c1 = default, d1 = default;
        Vector256<float> c2 = default, d2 = default;
        Vector256<float> c3 = default, d3 = default;
        Vector256<float> c4 = default, d4 = default;
        Vector256<float> c5 = default, d5 = default;
        for (var k = 0; k < depth; k++, left += 6, right += 16)
        {
            var (b, e) = (Vector256.Load(right), Vector256.Load(right + 8));
            (c0, d0) = Step(Vector256.Create(left[0]), b, e, c0, d0);
            (c1, d1) = Step(Vector256.Create(left[1]), b, e, c1, d1);
            (c2, d2) = Step(Vector256.Create(left[2]), b, e, c2, d2);
            (c3, d3) = Step(Vector256.Create(left[3]), b, e, c3, d3);
            (c4, d4) = Step(Vector256.Create(left[4]), b, e, c4, d4);
            (c5, d5) = Step(Vector256.Create(left[5]), b, e, c5, d5);
        }
        Store(c + ((long)0 * stride), c0, d0, add);
        Store(c + ((long)1 * stride), c1, d1, add);
        Store(c + ((long)2 * stride), c2, d2, add);
        Store(c + ((long)3 * stride), c3, d3, add);
        Store(c + ((long)4 * stride), c4, d4, add);
        Store(c + ((long)5 * stride), c5, d5, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> C, Vector256<float> D) Step(Vector256<float> a, Vector256<float> b, Vector256<float> e, Vector256<float> c, Vector256<float> d) =>
        (Vector256.FusedMultiplyAdd(a, b, c), Vector256.FusedMultiplyAdd(a, e, d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, Vector256<float> first, Vector256<float> second, bool add)
    {
        if (add) (first, second) = (first + Vector256.Load(c), second + Vector256.Load(c + 8));
        first.Store(c);
        second.Store(c + 8);
    }
}

/// <summary>6 x 8, for vectors of 128 bits.</summary>
internal sealed unsafe record SgemmTile128() : SgemmTile(6, 8)
{
    public override void Run(float* left, float* right, int depth, float* c, int stride, bool add) => Product(left, right, depth, c, stride, add);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Product(float* left, float* right, int depth, float* c, int stride, bool add)
    {
        Vector128<float> c0 = default, d0 = default;
        Vector128<float> c1 = default, d1 = default;
        Vector128<float> c2 = default, d2 = default;
        Vector128<float> c3 = default, d3 = default;
        Vector128<float> c4 = default, d4 = default;
        Vector128<float> c5 = default, d5 = default;
        for (var k = 0; k < depth; k++, left += 6, right += 8)
        {
            var (b, e) = (Vector128.Load(right), Vector128.Load(right + 4));
            (c0, d0) = Step(Vector128.Create(left[0]), b, e, c0, d0);
            (c1, d1) = Step(Vector128.Create(left[1]), b, e, c1, d1);
            (c2, d2) = Step(Vector128.Create(left[2]), b, e, c2, d2);
            (c3, d3) = Step(Vector128.Create(left[3]), b, e, c3, d3);
            (c4, d4) = Step(Vector128.Create(left[4]), b, e, c4, d4);
            (c5, d5) = Step(Vector128.Create(left[5]), b, e, c5, d5);
        }
        Store(c + ((long)0 * stride), c0, d0, add);
        Store(c + ((long)1 * stride), c1, d1, add);
        Store(c + ((long)2 * stride), c2, d2, add);
        Store(c + ((long)3 * stride), c3, d3, add);
        Store(c + ((long)4 * stride), c4, d4, add);
        Store(c + ((long)5 * stride), c5, d5, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<float> C, Vector128<float> D) Step(Vector128<float> a, Vector128<float> b, Vector128<float> e, Vector128<float> c, Vector128<float> d) =>
        (Vector128.FusedMultiplyAdd(a, b, c), Vector128.FusedMultiplyAdd(a, e, d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, Vector128<float> first, Vector128<float> second, bool add)
    {
        if (add) (first, second) = (first + Vector128.Load(c), second + Vector128.Load(c + 4));
        first.Store(c);
        second.Store(c + 4);
    }
}
