using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// A tile of four rows of activations times an unpacked panel: the integer sums of a block stay in registers, the float sums in the first-level cache. AVX2.
/// </summary>
internal static unsafe class IntegerTile<TFormat, TProducts> where TFormat : struct, IBlockFormat where TProducts : struct, IProducts
{
    private const int Rows = QuantizedBatch.TileRows;

    /// <summary>y[4][16 rows] += the products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Four(byte* panel, byte* record, int blocks, float* y)
    {
        for (var block = 0; block < blocks; block++)
        {
            var zeros = QuantizedBatch.Zeros(record, Rows);
            var a = (int*)record;
            TileSums<TProducts>.Start(zeros, out var left, out var right);
            Part(panel, a, ref left, ref right);
            if (TFormat.Integers == BlockIntegers.Sixes)
            {
                End(panel, 0, record, left, right, y);
                TileSums<TProducts>.Start(zeros + Rows, out left, out right);
            }
            Part(panel + 256, a + (4 * Rows), ref left, ref right);
            End(panel, IntegerPanels.ScaledParts<TFormat>() - 1, record, left, right, y);
            panel += UnpackedPanel<TFormat>.BlockBytes;
            record += QuantizedBatch.RecordBytes(Rows, IntegerPanels.ScaledParts<TFormat>());
        }
    }

    // Sixteen columns.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Part(byte* w, int* a, ref TileSums<TProducts> left, ref TileSums<TProducts> right)
    {
        TileSums<TProducts>.Add(ref left, ref right, Vector256.Load(w), Vector256.Load(w + 32), a);
        TileSums<TProducts>.Add(ref left, ref right, Vector256.Load(w + 64), Vector256.Load(w + 96), a + Rows);
        TileSums<TProducts>.Add(ref left, ref right, Vector256.Load(w + 128), Vector256.Load(w + 160), a + (2 * Rows));
        TileSums<TProducts>.Add(ref left, ref right, Vector256.Load(w + 192), Vector256.Load(w + 224), a + (3 * Rows));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void End(byte* panel, int part, byte* record, in TileSums<TProducts> left, in TileSums<TProducts> right, float* y)
    {
        var scales = (float*)(panel + UnpackedPanel<TFormat>.Scales) + (part * Panel.Rows);
        if (TFormat.HasMinimum)
        {
            var minima = (float*)(panel + UnpackedPanel<TFormat>.Minima);
            left.End(record, Vector256.Load(scales), Vector256.Load(minima), y);
            right.End(record, Vector256.Load(scales + 8), Vector256.Load(minima + 8), y + 8);
            return;
        }
        left.End(record, Vector256.Load(scales), y);
        right.End(record, Vector256.Load(scales + 8), y + 8);
    }
}
