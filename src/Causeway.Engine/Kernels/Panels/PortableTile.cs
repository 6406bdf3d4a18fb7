using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>The products where there is no AVX2: from a block unpacked into the first-level cache, by 128-bit registers; ARM's SDOT multiplies four bytes at once.</summary>
internal static unsafe class PortableTile
{
    /// <summary>sums[batch][16 rows] += the products of all rows of activations with one block of integers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block<TFormat>(byte* panel, int block, in QuantizedBatch x, float* sums) where TFormat : struct, IBlockFormat
    {
        var quads = stackalloc byte[Panel.Rows * Panel.BlockColumns];
        var numbers = stackalloc float[3 * Panel.Rows];
        Unpack<TFormat>(BlockLayout<TFormat>.Block(panel, block), quads);
        for (var lane = 0; lane < Panel.Rows; lane++)
        {
            (numbers[lane], numbers[16 + lane], numbers[32 + lane]) =
                TFormat.Read(BlockLayout<TFormat>.Group(panel, block), BlockLayout<TFormat>.Block(panel, block), lane);
        }
        var zeros = IntegerPanels.ScaledParts<TFormat>();
        for (var item = 0; item < x.Batch; item++)
        {
            var whole = item / QuantizedBatch.TileRows < x.Tiles;
            var (rows, row) = whole ? (QuantizedBatch.TileRows, item % QuantizedBatch.TileRows) : (1, 0);
            var record = x.Tile(item / QuantizedBatch.TileRows) + ((long)block * QuantizedBatch.RecordBytes(rows, zeros));
            var (scale, share) = (QuantizedBatch.Scales(record, rows)[row], QuantizedBatch.Shares(record, rows)[row]);
            Integers<TFormat>(quads, record + (4 * row), 4 * rows, scale, share, numbers, sums + (item * Panel.Rows));
        }
    }

    /// <summary>A block's integers as [8 quads][16 rows][4 columns].</summary>
    public static void Unpack<TFormat>(byte* block, byte* quads) where TFormat : struct, IBlockFormat
    {
        for (var at = 0; at < 8; at++)
        {
            TFormat.Quads(block + (at / 2 * TFormat.ChunkBytes) + (at % 2 * 16), out Vector128<byte> q0, out var q1, out var q2, out var q3);
            var into = quads + (at / 4 * 256) + (at % 4 * 16);
            q0.Store(into);
            q1.Store(into + 64);
            q2.Store(into + 128);
            q3.Store(into + 192);
        }
    }

    // numbers: [16 rows] scales of the first part, of the second, and minima.
    private static void Integers<TFormat>(byte* quads, byte* a, int step, float scale, float share, float* numbers, float* sums)
        where TFormat : struct, IBlockFormat
    {
        for (var rows = 0; rows < Panel.Rows; rows += 4)
        {
            var sum = Vector128.Load(sums + rows);
            for (var part = 0; part < 2; part++)
            {
                var integers = Vector128<int>.Zero;
                for (var quad = part * 4; quad < (part + 1) * 4; quad++)
                {
                    var w = Vector128.Load((int*)quads + (quad * Panel.Rows) + rows);
                    integers = AddQuad(integers, w, Vector128.Create((sbyte)TFormat.Zero), a + (quad * step));
                }
                sum = Vector128.MultiplyAddEstimate(Vector128.ConvertToSingle(integers), Vector128.Load(numbers + (part * 16) + rows) * scale, sum);
            }
            if (TFormat.HasMinimum) sum = Vector128.MultiplyAddEstimate(Vector128.Load(numbers + 32 + rows), Vector128.Create(share), sum);
            sum.Store(sums + rows);
        }
    }

    // sums[4 rows] += the products of [4 rows][4 columns] weights with four activations.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> AddQuad(Vector128<int> sums, Vector128<int> weights, Vector128<sbyte> zero, byte* activations)
    {
        if (Dp.IsSupported) return Dp.DotProduct(sums, weights.AsSByte() + zero, Vector128.Create(*(int*)activations).AsSByte());
        var w = (weights.AsSByte() + zero).AsInt32();
        var q = (sbyte*)activations;
        sums += ((w << 24) >> 24) * Vector128.Create((int)q[0]);
        sums += ((w << 16) >> 24) * Vector128.Create((int)q[1]);
        sums += ((w << 8) >> 24) * Vector128.Create((int)q[2]);
        return sums + ((w >> 24) * Vector128.Create((int)q[3]));
    }

    /// <summary>sums[16 rows] += one item's products with a block of floats.</summary>
    /// <param name="weights">[columns][16 rows]</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Floats(float* weights, float* x, int columns, float* sums)
    {
        Vector128<float> a = Vector128.Load(sums), b = Vector128.Load(sums + 4), c = Vector128.Load(sums + 8), d = Vector128.Load(sums + 12);
        for (var i = 0; i < columns; i++)
        {
            var wide = Vector128.Create(x[i]);
            a = Vector128.MultiplyAddEstimate(Vector128.Load(weights), wide, a);
            b = Vector128.MultiplyAddEstimate(Vector128.Load(weights + 4), wide, b);
            c = Vector128.MultiplyAddEstimate(Vector128.Load(weights + 8), wide, c);
            d = Vector128.MultiplyAddEstimate(Vector128.Load(weights + 12), wide, d);
            weights += 16;
        }
        a.Store(sums);
        b.Store(sums + 4);
        c.Store(sums + 8);
        d.Store(sums + 12);
    }
}
