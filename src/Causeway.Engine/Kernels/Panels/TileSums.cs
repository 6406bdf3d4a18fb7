using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// The sums of integers of four rows of activations with eight of weights. A tile has two of these, which is as many sums as 16 registers allow; one
/// struct for both would be more than the compiler keeps in registers. AVX2.
/// </summary>
internal unsafe struct TileSums<TProducts> where TProducts : struct, IProducts
{
    private Vector256<int> _s0, _s1, _s2, _s3;

    /// <param name="zeros">[4]</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Start(int* zeros, out TileSums<TProducts> left, out TileSums<TProducts> right)
    {
        left._s0 = right._s0 = TProducts.Start(zeros[0]);
        left._s1 = right._s1 = TProducts.Start(zeros[1]);
        left._s2 = right._s2 = TProducts.Start(zeros[2]);
        left._s3 = right._s3 = TProducts.Start(zeros[3]);
    }

    /// <summary>Adds the products of four columns.</summary>
    /// <param name="l">Eight rows of weights for the left sums.</param>
    /// <param name="r">Eight for the right ones.</param>
    /// <param name="a">[4 rows] of four bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref TileSums<TProducts> left, ref TileSums<TProducts> right, Vector256<byte> l, Vector256<byte> r, int* a)
    {
        var (a0, a1) = (Vector256.Create(a[0]).AsSByte(), Vector256.Create(a[1]).AsSByte());
        left._s0 = TProducts.Add(left._s0, l, a0);
        right._s0 = TProducts.Add(right._s0, r, a0);
        left._s1 = TProducts.Add(left._s1, l, a1);
        right._s1 = TProducts.Add(right._s1, r, a1);
        var (a2, a3) = (Vector256.Create(a[2]).AsSByte(), Vector256.Create(a[3]).AsSByte());
        left._s2 = TProducts.Add(left._s2, l, a2);
        right._s2 = TProducts.Add(right._s2, r, a2);
        left._s3 = TProducts.Add(left._s3, l, a3);
        right._s3 = TProducts.Add(right._s3, r, a3);
    }

    /// <summary>y[4][16], of which eight are meant, += the sums times the scales.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void End(byte* record, Vector256<float> scales, float* y) =>
        new TileScales(QuantizedBatch.Scales(record, QuantizedBatch.TileRows), scales)
            .Add(y, TProducts.End(_s0), TProducts.End(_s1), TProducts.End(_s2), TProducts.End(_s3));

    /// <summary>The same, and besides the minima times each row's share.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void End(byte* record, Vector256<float> scales, Vector256<float> minima, float* y) =>
        new TileScales(QuantizedBatch.Scales(record, QuantizedBatch.TileRows), scales)
            .Add(QuantizedBatch.Shares(record, QuantizedBatch.TileRows), minima, y, TProducts.End(_s0), TProducts.End(_s1), TProducts.End(_s2), TProducts.End(_s3));
}
