using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// A tile of four rows of activations times a packed panel: for one tile alone, where writing the panel down unpacked would cost as much as multiplying
/// it. The integers' sums and the order of the floats' are those of <see cref="IntegerTile{TFormat, TProducts}"/>. AVX2.
/// </summary>
internal static unsafe class PackedTile<TFormat, TProducts> where TFormat : struct, IBlockFormat where TProducts : struct, IProducts
{
    private const int Rows = QuantizedBatch.TileRows;

    /// <summary>y[4][16 rows].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Four(byte* panel, byte* record, int blocks, float* y)
    {
        new Span<float>(y, Rows * Panel.Rows).Clear();
        for (var first = 0; first < blocks; first += TFormat.GroupBlocks)
        {
            var group = panel;
            panel += TFormat.GroupBytes;
            for (var inGroup = 0; inGroup < TFormat.GroupBlocks; inGroup++)
            {
                for (var line = 0; line < BlockLayout<TFormat>.BlockBytes; line += 64) Panel.Prefetch(panel + line);
                Vector256<int> i0 = default, i1 = default, i2 = default, i3 = default, j0 = default, j1 = default, j2 = default, j3 = default;
                var zeros = QuantizedBatch.Zeros(record, Rows);
                if (TFormat.Integers == BlockIntegers.Nibbles)
                {
                    i0 = j0 = TProducts.Start(zeros[0]);
                    i1 = j1 = TProducts.Start(zeros[1]);
                    i2 = j2 = TProducts.Start(zeros[2]);
                    i3 = j3 = TProducts.Start(zeros[3]);
                }
                for (var part = 0; part < 2; part++)
                {
                    TFormat.Quads(panel + Panel.Chunk(part, 0, TFormat.ChunkBytes), out Vector256<byte> l0, out var l1, out var l2, out var l3);
                    TFormat.Quads(panel + Panel.Chunk(part, 1, TFormat.ChunkBytes), out Vector256<byte> r0, out var r1, out var r2, out var r3);
                    var a = (int*)record + (part * 4 * Rows);
                    if (TFormat.Integers == BlockIntegers.Sixes)
                    {
                        var (left, right) = (TFormat.Factors(panel, part, 0), TFormat.Factors(panel, part, 1));
                        var z = zeros + (2 * part * Rows);
                        Sixes(l0, l1, a, z, left, ref i0, ref i1, ref i2, ref i3);
                        Sixes(r0, r1, a, z, right, ref j0, ref j1, ref j2, ref j3);
                        Sixes(l2, l3, a + (2 * Rows), z + Rows, left, ref i0, ref i1, ref i2, ref i3);
                        Sixes(r2, r3, a + (2 * Rows), z + Rows, right, ref j0, ref j1, ref j2, ref j3);
                        continue;
                    }
                    Quad(l0, r0, a, ref i0, ref i1, ref i2, ref i3, ref j0, ref j1, ref j2, ref j3);
                    Quad(l1, r1, a + Rows, ref i0, ref i1, ref i2, ref i3, ref j0, ref j1, ref j2, ref j3);
                    Quad(l2, r2, a + (2 * Rows), ref i0, ref i1, ref i2, ref i3, ref j0, ref j1, ref j2, ref j3);
                    Quad(l3, r3, a + (3 * Rows), ref i0, ref i1, ref i2, ref i3, ref j0, ref j1, ref j2, ref j3);
                }
                if (TFormat.Integers == BlockIntegers.Nibbles)
                {
                    (i0, i1, i2, i3) = (TProducts.End(i0), TProducts.End(i1), TProducts.End(i2), TProducts.End(i3));
                    (j0, j1, j2, j3) = (TProducts.End(j0), TProducts.End(j1), TProducts.End(j2), TProducts.End(j3));
                }
                Add(group, panel, 0, record, y, i0, i1, i2, i3);
                Add(group, panel, 1, record, y + 8, j0, j1, j2, j3);
                panel += BlockLayout<TFormat>.BlockBytes;
                record += QuantizedBatch.RecordBytes(Rows, IntegerPanels.ZeroPairs<TFormat>());
            }
        }
    }

    // Four columns of all sixteen rows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quad(Vector256<byte> left, Vector256<byte> right, int* a,
        ref Vector256<int> i0, ref Vector256<int> i1, ref Vector256<int> i2, ref Vector256<int> i3,
        ref Vector256<int> j0, ref Vector256<int> j1, ref Vector256<int> j2, ref Vector256<int> j3)
    {
        if (TFormat.Integers == BlockIntegers.Nibbles)
        {
            IntegerTile<TFormat, TProducts>.Nibbles(left, right, a[0], ref i0, ref j0);
            IntegerTile<TFormat, TProducts>.Nibbles(left, right, a[1], ref i1, ref j1);
            IntegerTile<TFormat, TProducts>.Nibbles(left, right, a[2], ref i2, ref j2);
            IntegerTile<TFormat, TProducts>.Nibbles(left, right, a[3], ref i3, ref j3);
            return;
        }
        var (l, r) = (left.AsSByte(), right.AsSByte());
        var (leftSize, rightSize) = (Avx2.Abs(l), Avx2.Abs(r));
        IntegerTile<TFormat, TProducts>.Signed(l, r, leftSize, rightSize, a[0], ref i0, ref j0);
        IntegerTile<TFormat, TProducts>.Signed(l, r, leftSize, rightSize, a[1], ref i1, ref j1);
        IntegerTile<TFormat, TProducts>.Signed(l, r, leftSize, rightSize, a[2], ref i2, ref j2);
        IntegerTile<TFormat, TProducts>.Signed(l, r, leftSize, rightSize, a[3], ref i3, ref j3);
    }

    // Eight columns of eight rows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sixes(Vector256<byte> first, Vector256<byte> second, int* a, int* zeros, Vector256<short> factors,
        ref Vector256<int> s0, ref Vector256<int> s1, ref Vector256<int> s2, ref Vector256<int> s3)
    {
        s0 += IntegerTile<TFormat, TProducts>.Six(first, second, a[0], a[Rows], zeros[0], factors);
        s1 += IntegerTile<TFormat, TProducts>.Six(first, second, a[1], a[Rows + 1], zeros[1], factors);
        s2 += IntegerTile<TFormat, TProducts>.Six(first, second, a[2], a[Rows + 2], zeros[2], factors);
        s3 += IntegerTile<TFormat, TProducts>.Six(first, second, a[3], a[Rows + 3], zeros[3], factors);
    }

    // Eight rows of weights.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(byte* group, byte* block, int half, byte* record, float* y,
        Vector256<int> s0, Vector256<int> s1, Vector256<int> s2, Vector256<int> s3)
    {
        var scales = new TileScales(QuantizedBatch.Scales(record, Rows), TFormat.Scale(group, block, half));
        if (TFormat.HasMinimum) scales.Add(QuantizedBatch.Shares(record, Rows), TFormat.Minimum(group, block, half), y, s0, s1, s2, s3);
        else scales.Add(y, s0, s1, s2, s3);
    }
}
