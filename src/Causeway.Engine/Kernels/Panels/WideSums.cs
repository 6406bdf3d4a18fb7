using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>The sums of integers of four rows of activations with a panel's 16 of weights: <see cref="Avx2Products"/> of 512 bits. AVX-512BW.</summary>
internal unsafe struct WideSums
{
    public Vector512<short> Row0, Row1, Row2, Row3;

    /// <param name="zeros">[4] pairs of 16-bit numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Start(int* zeros, out WideSums left, out WideSums right)
    {
        left.Row0 = right.Row0 = Vector512.Create(zeros[0]).AsInt16();
        left.Row1 = right.Row1 = Vector512.Create(zeros[1]).AsInt16();
        left.Row2 = right.Row2 = Vector512.Create(zeros[2]).AsInt16();
        left.Row3 = right.Row3 = Vector512.Create(zeros[3]).AsInt16();
    }

    /// <summary>Adds the products of four columns.</summary>
    /// <param name="l">[16 rows] of weights for the left sums.</param>
    /// <param name="r">[16] for the right ones.</param>
    /// <param name="a">[4 rows] of four bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref WideSums left, ref WideSums right, Vector512<byte> l, Vector512<byte> r, int* a)
    {
        Both(ref left.Row0, ref right.Row0, l, r, a[0]);
        Both(ref left.Row1, ref right.Row1, l, r, a[1]);
        Both(ref left.Row2, ref right.Row2, l, r, a[2]);
        Both(ref left.Row3, ref right.Row3, l, r, a[3]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Both(ref Vector512<short> left, ref Vector512<short> right, Vector512<byte> l, Vector512<byte> r, int quad)
    {
        var a = Vector512.Create(quad).AsSByte();
        left += Avx512BW.MultiplyAddAdjacent(l, a);
        right += Avx512BW.MultiplyAddAdjacent(r, a);
    }
}

/// <summary>The float sums of four rows of activations with a panel's 16 of weights. AVX-512BW.</summary>
internal unsafe struct WideFloats
{
    private Vector512<float> _row0, _row1, _row2, _row3;

    /// <param name="y">[4][16]</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(float* y, out WideFloats sums)
    {
        sums._row0 = Vector512.Load(y);
        sums._row1 = Vector512.Load(y + Panel.Rows);
        sums._row2 = Vector512.Load(y + (2 * Panel.Rows));
        sums._row3 = Vector512.Load(y + (3 * Panel.Rows));
    }

    /// <param name="y">[4][16]</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* y)
    {
        _row0.Store(y);
        _row1.Store(y + Panel.Rows);
        _row2.Store(y + (2 * Panel.Rows));
        _row3.Store(y + (3 * Panel.Rows));
    }

    /// <summary>Adds a block's sums times the scales of its weights, [16], and of its activations, [4].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(in WideSums sums, Vector512<float> weights, float* activations)
    {
        _row0 = Vector512.FusedMultiplyAdd(Float(sums.Row0), weights * activations[0], _row0);
        _row1 = Vector512.FusedMultiplyAdd(Float(sums.Row1), weights * activations[1], _row1);
        _row2 = Vector512.FusedMultiplyAdd(Float(sums.Row2), weights * activations[2], _row2);
        _row3 = Vector512.FusedMultiplyAdd(Float(sums.Row3), weights * activations[3], _row3);
    }

    /// <summary>Adds the minima, [16], times each row's share, [4].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Vector512<float> minima, float* shares)
    {
        _row0 = Vector512.FusedMultiplyAdd(minima, Vector512.Create(shares[0]), _row0);
        _row1 = Vector512.FusedMultiplyAdd(minima, Vector512.Create(shares[1]), _row1);
        _row2 = Vector512.FusedMultiplyAdd(minima, Vector512.Create(shares[2]), _row2);
        _row3 = Vector512.FusedMultiplyAdd(minima, Vector512.Create(shares[3]), _row3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Float(Vector512<short> pairs) =>
        Vector512.ConvertToSingle(Avx512BW.MultiplyAddAdjacent(pairs, Vector512<short>.One));
}
