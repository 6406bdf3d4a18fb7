using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// A tile of four rows of activations times an unpacked panel: the eight integer sums of a block stay in registers, which is what 16 registers allow;
/// the float sums are in the first-level cache. AVX2.
/// </summary>
internal static unsafe class IntegerTile<TFormat, TProducts> where TFormat : struct, IBlockFormat where TProducts : struct, IProducts
{
    private const int Rows = QuantizedBatch.TileRows;

    /// <summary>y[4][16 rows].</summary>
    /// <param name="ahead">What is unpacked next: asked for meanwhile.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Four(byte* panel, byte* record, int blocks, float* y, byte* ahead)
    {
        new Span<float>(y, Rows * Panel.Rows).Clear();
        for (var block = 0; block < blocks; block++)
        {
            for (var line = 0; line < BlockLayout<TFormat>.BlockBytes; line += 64) Sse.Prefetch1(ahead + line);
            ahead += BlockLayout<TFormat>.BlockBytes;
            Vector256<int> i0 = default, i1 = default, i2 = default, i3 = default, j0 = default, j1 = default, j2 = default, j3 = default;
            if (TFormat.Integers == BlockIntegers.Nibbles)
            {
                var zeros = QuantizedBatch.Zeros(record, Rows);
                i0 = j0 = TProducts.Start(zeros[0]);
                i1 = j1 = TProducts.Start(zeros[1]);
                i2 = j2 = TProducts.Start(zeros[2]);
                i3 = j3 = TProducts.Start(zeros[3]);
                var a = (int*)record;
                for (var w = panel; w < panel + UnpackedPanel<TFormat>.Scales; w += 64, a += Rows)
                {
                    var (left, right) = (Vector256.Load(w), Vector256.Load(w + 32));
                    Nibbles(left, right, a[0], ref i0, ref j0);
                    Nibbles(left, right, a[1], ref i1, ref j1);
                    Nibbles(left, right, a[2], ref i2, ref j2);
                    Nibbles(left, right, a[3], ref i3, ref j3);
                }
                (i0, i1, i2, i3) = (TProducts.End(i0), TProducts.End(i1), TProducts.End(i2), TProducts.End(i3));
                (j0, j1, j2, j3) = (TProducts.End(j0), TProducts.End(j1), TProducts.End(j2), TProducts.End(j3));
            }
            else if (TFormat.Integers == BlockIntegers.Signed)
            {
                var a = (int*)record;
                for (var w = panel; w < panel + UnpackedPanel<TFormat>.Scales; w += 64, a += Rows)
                {
                    var (left, right) = (Vector256.Load((sbyte*)w), Vector256.Load((sbyte*)w + 32));
                    var (leftSize, rightSize) = (Avx2.Abs(left), Avx2.Abs(right));
                    Signed(left, right, leftSize, rightSize, a[0], ref i0, ref j0);
                    Signed(left, right, leftSize, rightSize, a[1], ref i1, ref j1);
                    Signed(left, right, leftSize, rightSize, a[2], ref i2, ref j2);
                    Signed(left, right, leftSize, rightSize, a[3], ref i3, ref j3);
                }
            }
            else
            {
                for (var pair = 0; pair < 4; pair++)
                {
                    var w = panel + (pair * 128);
                    var a = (int*)record + (pair * 2 * Rows);
                    var zeros = QuantizedBatch.Zeros(record, Rows) + (pair * Rows);
                    var factors = Vector256.Load((short*)(panel + UnpackedPanel<TFormat>.Factors + (pair / 2 * 64)));
                    Sixes(w, a, zeros, factors, ref i0, ref i1, ref i2, ref i3);
                    factors = Vector256.Load((short*)(panel + UnpackedPanel<TFormat>.Factors + (pair / 2 * 64) + 32));
                    Sixes(w + 32, a, zeros, factors, ref j0, ref j1, ref j2, ref j3);
                }
            }
            Add(panel, record, y, i0, i1, i2, i3);
            Add(panel + 32, record, y + 8, j0, j1, j2, j3);
            panel += UnpackedPanel<TFormat>.BlockBytes;
            record += QuantizedBatch.RecordBytes(Rows, IntegerPanels.ZeroPairs<TFormat>());
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Nibbles(Vector256<byte> left, Vector256<byte> right, int quad, ref Vector256<int> i, ref Vector256<int> j)
    {
        var a = Vector256.Create(quad).AsSByte();
        i = TProducts.Add(i, left, a);
        j = TProducts.Add(j, right, a);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Signed(Vector256<sbyte> left, Vector256<sbyte> right, Vector256<byte> leftSize, Vector256<byte> rightSize, int quad,
        ref Vector256<int> i, ref Vector256<int> j)
    {
        var a = Vector256.Create(quad).AsSByte();
        i = TProducts.AddBytes(i, leftSize, Avx2.Sign(a, left));
        j = TProducts.AddBytes(j, rightSize, Avx2.Sign(a, right));
    }

    // Eight columns of eight rows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sixes(byte* w, int* a, int* zeros, Vector256<short> factors,
        ref Vector256<int> s0, ref Vector256<int> s1, ref Vector256<int> s2, ref Vector256<int> s3)
    {
        var (first, second) = (Vector256.Load(w), Vector256.Load(w + 64));
        s0 += Six(first, second, a[0], a[Rows], zeros[0], factors);
        s1 += Six(first, second, a[1], a[Rows + 1], zeros[1], factors);
        s2 += Six(first, second, a[2], a[Rows + 2], zeros[2], factors);
        s3 += Six(first, second, a[3], a[Rows + 3], zeros[3], factors);
    }

    /// <summary>Eight columns of one row of activations and eight rows of weights of six bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Six(Vector256<byte> first, Vector256<byte> second, int quad, int next, int zero, Vector256<short> factors)
    {
        var sum = Vector256.Create(zero).AsInt16() + Avx2.MultiplyAddAdjacent(first, Vector256.Create(quad).AsSByte());
        sum += Avx2.MultiplyAddAdjacent(second, Vector256.Create(next).AsSByte());
        return Avx2.MultiplyAddAdjacent(sum, factors);
    }

    // Eight rows of weights.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(byte* panel, byte* record, float* y, Vector256<int> s0, Vector256<int> s1, Vector256<int> s2, Vector256<int> s3)
    {
        var scales = new TileScales(QuantizedBatch.Scales(record, Rows), Vector256.Load((float*)(panel + UnpackedPanel<TFormat>.Scales)));
        if (TFormat.HasMinimum)
            scales.Add(QuantizedBatch.Shares(record, Rows), Vector256.Load((float*)(panel + UnpackedPanel<TFormat>.Minima)), y, s0, s1, s2, s3);
        else scales.Add(y, s0, s1, s2, s3);
    }
}
