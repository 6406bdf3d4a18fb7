using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// One vector times one panel, straight from the packed integers: this is what decoding waits for, so its only aim is to keep memory busy. AVX2.
/// A block's sum is exact and blocks are added in order, here and in <see cref="IntegerTile{TFormat, TProducts}"/>: a vector's result does not depend
/// on what it is batched with.
/// </summary>
internal static unsafe class IntegerGemv<TFormat, TProducts> where TFormat : struct, IBlockFormat where TProducts : struct, IProducts
{
    /// <summary>y[16 rows] of a tile of one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void One(byte* panel, byte* record, int blocks, float* y)
    {
        Vector256<float> f = default, g = default;
        for (var first = 0; first < blocks; first += TFormat.GroupBlocks)
        {
            var group = panel;
            panel += TFormat.GroupBytes;
            for (var i = 0; i < TFormat.GroupBlocks; i++)
            {
                for (var line = 0; line < BlockLayout<TFormat>.BlockBytes; line += 64) Panel.Stream(panel + line);
                var zeros = QuantizedBatch.Zeros(record, 1);
                var a = (int*)record;
                var scale = *QuantizedBatch.Scales(record, 1);
                Vector256<int> low, high;
                low = high = TProducts.Start(zeros[0]);
                Part(panel, a, ref low, ref high);
                if (TFormat.Integers == BlockIntegers.Sixes)
                {
                    f = Vector256.FusedMultiplyAdd(TProducts.End(low), TFormat.Scale(group, panel, 0, 0) * scale, f);
                    g = Vector256.FusedMultiplyAdd(TProducts.End(high), TFormat.Scale(group, panel, 0, 1) * scale, g);
                    low = high = TProducts.Start(zeros[1]);
                }
                Part(panel + (2 * TFormat.ChunkBytes), a + 4, ref low, ref high);
                f = Vector256.FusedMultiplyAdd(TProducts.End(low), TFormat.Scale(group, panel, 1, 0) * scale, f);
                g = Vector256.FusedMultiplyAdd(TProducts.End(high), TFormat.Scale(group, panel, 1, 1) * scale, g);
                if (TFormat.HasMinimum)
                {
                    var share = Vector256.Create(*QuantizedBatch.Shares(record, 1));
                    f = Vector256.FusedMultiplyAdd(TFormat.Minimum(group, panel, 0), share, f);
                    g = Vector256.FusedMultiplyAdd(TFormat.Minimum(group, panel, 1), share, g);
                }
                panel += BlockLayout<TFormat>.BlockBytes;
                record += QuantizedBatch.RecordBytes(1, IntegerPanels.ScaledParts<TFormat>());
            }
        }
        f.Store(y);
        g.Store(y + 8);
    }

    // Sixteen columns.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Part(byte* chunks, int* a, ref Vector256<int> low, ref Vector256<int> high)
    {
        Chunk(chunks, a, ref low);
        Chunk(chunks + TFormat.ChunkBytes, a, ref high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Chunk(byte* chunk, int* a, ref Vector256<int> sum)
    {
        TFormat.Quads(chunk, out Vector256<byte> q0, out var q1, out var q2, out var q3);
        sum = TProducts.Add(sum, q0, Vector256.Create(a[0]).AsSByte());
        sum = TProducts.Add(sum, q1, Vector256.Create(a[1]).AsSByte());
        sum = TProducts.Add(sum, q2, Vector256.Create(a[2]).AsSByte());
        sum = TProducts.Add(sum, q3, Vector256.Create(a[3]).AsSByte());
    }
}
