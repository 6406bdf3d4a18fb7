using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// Few tiles of four rows of activations times a packed panel: writing the panel down unpacked would cost as much as multiplying it. The integers' sums
/// and the order of the floats' are those of <see cref="IntegerTile{TFormat, TProducts}"/>. AVX2.
/// </summary>
internal static unsafe class PackedTile<TFormat, TProducts> where TFormat : struct, IBlockFormat where TProducts : struct, IProducts
{
    private const int Rows = QuantizedBatch.TileRows;

    /// <summary>y[tiles][4][16 rows] += the products.</summary>
    /// <param name="record">Of the first tile.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Some(byte* panel, byte* record, int tiles, int blocks, float* y)
    {
        var recordBytes = QuantizedBatch.RecordBytes(Rows, IntegerPanels.ScaledParts<TFormat>());
        for (var first = 0; first < blocks; first += TFormat.GroupBlocks)
        {
            var group = panel;
            panel += TFormat.GroupBytes;
            for (var inGroup = 0; inGroup < TFormat.GroupBlocks; inGroup++)
            {
                for (var line = 0; line < BlockLayout<TFormat>.BlockBytes; line += 64) Panel.Prefetch(panel + line);
                var tile = record;
                var into = y;
                for (var left = tiles; left > 0; left--)
                {
                    Block(group, panel, tile, into);
                    tile += (long)blocks * recordBytes;
                    into += Rows * Panel.Rows;
                }
                panel += BlockLayout<TFormat>.BlockBytes;
                record += recordBytes;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block(byte* group, byte* block, byte* record, float* y)
    {
        var zeros = QuantizedBatch.Zeros(record, Rows);
        var a = (int*)record;
        TileSums<TProducts>.Start(zeros, out var left, out var right);
        Part(block, a, ref left, ref right);
        if (TFormat.Integers == BlockIntegers.Sixes)
        {
            End(group, block, 0, record, left, right, y);
            TileSums<TProducts>.Start(zeros + Rows, out left, out right);
        }
        Part(block + (2 * TFormat.ChunkBytes), a + (4 * Rows), ref left, ref right);
        End(group, block, 1, record, left, right, y);
    }

    // Sixteen columns.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Part(byte* chunks, int* a, ref TileSums<TProducts> left, ref TileSums<TProducts> right)
    {
        TFormat.Quads(chunks, out Vector256<byte> l0, out var l1, out var l2, out var l3);
        TFormat.Quads(chunks + TFormat.ChunkBytes, out Vector256<byte> r0, out var r1, out var r2, out var r3);
        TileSums<TProducts>.Add(ref left, ref right, l0, r0, a);
        TileSums<TProducts>.Add(ref left, ref right, l1, r1, a + Rows);
        TileSums<TProducts>.Add(ref left, ref right, l2, r2, a + (2 * Rows));
        TileSums<TProducts>.Add(ref left, ref right, l3, r3, a + (3 * Rows));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void End(byte* group, byte* block, int part, byte* record, in TileSums<TProducts> left, in TileSums<TProducts> right, float* y)
    {
        if (TFormat.HasMinimum)
        {
            left.End(record, TFormat.Scale(group, block, part, 0), TFormat.Minimum(group, block, 0), y);
            right.End(record, TFormat.Scale(group, block, part, 1), TFormat.Minimum(group, block, 1), y + 8);
            return;
        }
        left.End(record, TFormat.Scale(group, block, part, 0), y);
        right.End(record, TFormat.Scale(group, block, part, 1), y + 8);
    }
}
