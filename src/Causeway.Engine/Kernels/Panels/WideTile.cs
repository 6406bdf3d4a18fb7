using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// A tile of four rows of activations times two unpacked panels of nibbles or numbers of six bits, with vectors of 512 bits, of which a panel's quad is
/// one: 32 registers hold the integer sums of a block and the float sums too. A loaded vector is multiplied four times and a broadcast one twice, so
/// that multiplications are what this waits for. Sums and their order are those of <see cref="IntegerTile{TFormat, TProducts}"/> with
/// <see cref="Avx2Products"/>. Only where <see cref="Panel.Wide"/>.
/// </summary>
internal static unsafe class WideTile<TFormat> where TFormat : struct, IBlockFormat
{
    private const int Rows = QuantizedBatch.TileRows;

    /// <summary>y[4][16 rows] and y2[4][16 rows] += the products of the left panel and the right one, which may be the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Four(byte* left, byte* right, byte* record, int blocks, float* y, float* y2)
    {
        WideFloats.Load(y, out var f);
        WideFloats.Load(y2, out var g);
        for (var block = 0; block < blocks; block++)
        {
            var zeros = QuantizedBatch.Zeros(record, Rows);
            var a = (int*)record;
            WideSums.Start(zeros, out var s, out var t);
            Part(left, right, a, ref s, ref t);
            if (TFormat.Integers == BlockIntegers.Sixes)
            {
                End(left, 0, record, s, ref f);
                End(right, 0, record, t, ref g);
                WideSums.Start(zeros + Rows, out s, out t);
            }
            Part(left + 256, right + 256, a + (4 * Rows), ref s, ref t);
            End(left, IntegerPanels.ScaledParts<TFormat>() - 1, record, s, ref f);
            End(right, IntegerPanels.ScaledParts<TFormat>() - 1, record, t, ref g);
            left += UnpackedPanel<TFormat>.BlockBytes;
            right += UnpackedPanel<TFormat>.BlockBytes;
            record += QuantizedBatch.RecordBytes(Rows, IntegerPanels.ScaledParts<TFormat>());
        }
        f.Store(y);
        g.Store(y2);
    }

    // Sixteen columns.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Part(byte* left, byte* right, int* a, ref WideSums s, ref WideSums t)
    {
        WideSums.Add(ref s, ref t, Vector512.Load(left), Vector512.Load(right), a);
        WideSums.Add(ref s, ref t, Vector512.Load(left + 64), Vector512.Load(right + 64), a + Rows);
        WideSums.Add(ref s, ref t, Vector512.Load(left + 128), Vector512.Load(right + 128), a + (2 * Rows));
        WideSums.Add(ref s, ref t, Vector512.Load(left + 192), Vector512.Load(right + 192), a + (3 * Rows));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void End(byte* panel, int part, byte* record, in WideSums sums, ref WideFloats into)
    {
        into.Add(sums, Vector512.Load((float*)(panel + UnpackedPanel<TFormat>.Scales) + (part * Panel.Rows)), QuantizedBatch.Scales(record, Rows));
        if (TFormat.HasMinimum) into.Add(Vector512.Load((float*)(panel + UnpackedPanel<TFormat>.Minima)), QuantizedBatch.Shares(record, Rows));
    }
}
