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

    [Fact]
    public void Four_products_at_a_time_are_two_and_two()
    {
        Assert.SkipUnless(Avx2.IsSupported, "The products of bytes are those of AVX2.");
        Compare<Q8Format>(TensorType.Q8_0);
        Compare<Q4Format>(TensorType.Q4_0);
        Compare<Q4KFormat>(TensorType.Q4_K);
        Compare<Q6KFormat>(TensorType.Q6_K);
    }

    [Theory]
    [InlineData(-16256, 16256)]
    [InlineData(7, -9)]
    public void A_sum_starts_with_both_numbers_of_a_pair(short first, short second)
    {
        Assert.SkipUnless(Avx2.IsSupported, "The products of bytes are those of AVX2.");
        var pair = (ushort)first | (second << 16);
        Assert.Equal(Vector256.Create(first + second), VnniProducts.End(VnniProducts.Start(pair)));
        Assert.Equal(Vector256.Create(first + second), Avx2Products.End(Avx2Products.Start(pair)));
    }

    private static void Compare<TFormat>(TensorType type) where TFormat : struct, IBlockFormat
    {
        using var pool = new WorkerPool(1);
        using var matrix = new RandomMatrix(type, Panel.Rows, Columns, seed: 3);
        using var panel = new NativeBuffer(BlockLayout<TFormat>.PanelBytes(Columns) + Panel.PrefetchBytes);
        for (var row = 0; row < Panel.Rows; row++) TFormat.Pack(matrix.Tensor.Row(row), row, panel.Start);
        var x = Numbers.Gaussian(new Random(4), 5 * Columns);
        var batch = new QuantizedBatch(5, Columns, TFormat.Zero, IntegerPanels.ZeroPairs<TFormat>(), pool);
        fixed (float* from = x)
            for (var tile = 0; tile < batch.AllTiles; tile++) batch.Quantize(from, Columns, tile);

        Assert.Equal(Multiply<TFormat, Avx2Products>(panel.Start, batch), Multiply<TFormat, SpelledOut>(panel.Start, batch));
    }

    private static float[] Multiply<TFormat, TProducts>(byte* panel, QuantizedBatch x) where TFormat : struct, IBlockFormat where TProducts : struct, IProducts
    {
        var y = new float[9 * Panel.Rows];
        using var unpacked = new NativeBuffer((long)x.Blocks * UnpackedPanel<TFormat>.BlockBytes);
        UnpackedPanel<TFormat>.Unpack(panel, x.Blocks, unpacked.Start);
        fixed (float* into = y)
        {
            IntegerTile<TFormat, TProducts>.Four(unpacked.Start, x.Tile(0), x.Blocks, into, panel);
            IntegerGemv<TFormat, TProducts>.One(panel, x.Single(4), x.Blocks, into + (4 * Panel.Rows));
            PackedTile<TFormat, TProducts>.Four(panel, x.Tile(0), x.Blocks, into + (5 * Panel.Rows));
        }
        Assert.Equal(y[..(4 * Panel.Rows)], y[(5 * Panel.Rows)..]);
        return y;
    }

    /// <summary>vpdpbusd as Intel's manual defines it (volume 2C), without saturation.</summary>
    private readonly struct SpelledOut : IProducts
    {
        public static Vector256<int> Start(int pair) => VnniProducts.Start(pair);

        public static Vector256<int> Add(Vector256<int> sum, Vector256<byte> weights, Vector256<sbyte> activations)
        {
            for (var i = 0; i < 32; i++) sum = sum.WithElement(i / 4, sum[i / 4] + (weights[i] * activations[i]));
            return sum;
        }

        public static Vector256<int> End(Vector256<int> sum) => VnniProducts.End(sum);

        public static Vector256<int> AddBytes(Vector256<int> sum, Vector256<byte> weights, Vector256<sbyte> activations) => Add(sum, weights, activations);
    }
}
