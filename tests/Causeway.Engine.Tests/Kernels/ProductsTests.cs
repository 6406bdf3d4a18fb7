using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Causeway.Engine.Formats;
using Causeway.Engine.Kernels;
using Causeway.Engine.Kernels.Panels;

namespace Causeway.Engine.Tests.Kernels;

/// <summary>That AVX-VNNI's instruction gives what AVX2's two give, with the instruction spelled out where the processor has none.</summary>
public sealed unsafe class ProductsTests
{
    private const int Columns = 512;
    private const int Batch = 9;

    [Fact]
    public void Four_products_at_a_time_are_two_and_two()
    {
        Assert.SkipUnless(Avx2.IsSupported, "The products of bytes are those of AVX2.");
        Compare<Q8Format, Avx2ByteProducts>(TensorType.Q8_0);
        Compare<Q4Format, Avx2Products>(TensorType.Q4_0);
        Compare<Q4KFormat, Avx2Products>(TensorType.Q4_K);
        Compare<Q6KFormat, Avx2Products>(TensorType.Q6_K);
    }

    // What 32 columns of bytes can come to at most, before and after 128 is taken from each of them.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(32 * 255 * 127)]
    [InlineData(-32 * 255 * 127)]
    public void A_sum_that_starts_with_the_offset_ends_as_a_float(int sum) =>
        Assert.Equal(Vector256.Create((float)sum), VnniProducts.End(VnniProducts.Start(VnniProducts.Offset) + Vector256.Create(sum)));

    [Theory]
    [InlineData(-16256, 16256)]
    [InlineData(7, -9)]
    public void A_sum_starts_with_both_numbers_of_a_pair(short first, short second)
    {
        Assert.SkipUnless(Avx2.IsSupported, "The products of bytes are those of AVX2.");
        var pair = (ushort)first | (second << 16);
        Assert.Equal(Vector256.Create((float)(first + second)), Avx2Products.End(Avx2Products.Start(pair)));
    }

    // Sixteen columns of numbers of six bits, all as far from their zero as they get: eight products to a sum of 16 bits.
    [Theory]
    [InlineData(0, 127)]
    [InlineData(0, -127)]
    [InlineData(63, 127)]
    [InlineData(63, -127)]
    public void The_greatest_sums_of_sixteen_columns_fit_pairs(byte weight, sbyte activation)
    {
        Assert.SkipUnless(Avx2.IsSupported, "The products of bytes are those of AVX2.");
        var half = -32 * 8 * activation;
        var sum = Avx2Products.Start((ushort)(short)half | (half << 16));
        for (var quad = 0; quad < 4; quad++) sum = Avx2Products.Add(sum, Vector256.Create(weight), Vector256.Create(activation));
        Assert.Equal(Vector256.Create((weight - 32f) * activation * 16), Avx2Products.End(sum));
    }

    private static void Compare<TFormat, TProducts>(TensorType type) where TFormat : struct, IBlockFormat where TProducts : struct, IProducts
    {
        using var matrix = new RandomMatrix(type, Panel.Rows, Columns, seed: 3);
        using var panel = new NativeBuffer(BlockLayout<TFormat>.PanelBytes(Columns) + Panel.PrefetchBytes);
        for (var row = 0; row < Panel.Rows; row++) TFormat.Pack(matrix.Tensor.Row(row), row, panel.Start);
        var x = Numbers.Gaussian(new Random(4), Batch * Columns);
        // Numbers as great as they get, of one sign and of both.
        for (var i = 0; i < Columns; i++) (x[i], x[Columns + i]) = (1, i % 3 == 0 ? -2 : 2);

        Assert.Equal(Multiply<TFormat, TProducts>(panel.Start, x), Multiply<TFormat, SpelledOut>(panel.Start, x));
    }

    // Nine rows: two whole tiles and a row of its own.
    private static float[] Multiply<TFormat, TProducts>(byte* panel, float[] x) where TFormat : struct, IBlockFormat where TProducts : struct, IProducts
    {
        using var pool = new WorkerPool(1);
        var batch = new QuantizedBatch(Batch, Columns, TFormat.Zero, IntegerPanels.ScaledParts<TFormat>(), TProducts.Pairs, pool);
        fixed (float* from = x)
            for (var tile = 0; tile < batch.AllTiles; tile++) batch.Quantize(from, Columns, tile);

        const int Tile = QuantizedBatch.TileRows * Panel.Rows;
        var (y, packed) = (new float[Batch * Panel.Rows], new float[2 * Tile]);
        using var unpacked = new NativeBuffer((long)batch.Blocks * UnpackedPanel<TFormat>.BlockBytes);
        UnpackedPanel<TFormat>.Unpack(panel, batch.Blocks, unpacked.Start);
        fixed (float* into = y, of = packed)
        {
            for (var tile = 0; tile < 2; tile++) IntegerTile<TFormat, TProducts>.Four(unpacked.Start, batch.Tile(tile), batch.Blocks, into + (tile * Tile));
            IntegerGemv<TFormat, TProducts>.One(panel, batch.Tile(2), batch.Blocks, into + (2 * Tile));
            PackedTile<TFormat, TProducts>.Some(panel, batch.Tile(0), batch.Tiles, batch.Blocks, of);
        }
        Assert.Equal(y[..(2 * Tile)], packed);
        return y;
    }

    /// <summary>vpdpbusd as Intel's manual defines it (volume 2C), without saturation.</summary>
    private readonly struct SpelledOut : IProducts
    {
        public static bool Pairs => VnniProducts.Pairs;

        public static Vector256<int> Start(int zero) => VnniProducts.Start(zero);

        public static Vector256<int> Add(Vector256<int> sum, Vector256<byte> weights, Vector256<sbyte> activations)
        {
            for (var i = 0; i < 32; i++) sum = sum.WithElement(i / 4, sum[i / 4] + (weights[i] * activations[i]));
            return sum;
        }

        public static Vector256<float> End(Vector256<int> sum) => VnniProducts.End(sum);
    }
}
