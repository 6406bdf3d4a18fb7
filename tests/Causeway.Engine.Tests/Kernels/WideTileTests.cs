using Causeway.Engine.Formats;
using Causeway.Engine.Kernels;
using Causeway.Engine.Kernels.Panels;

namespace Causeway.Engine.Tests.Kernels;

/// <summary>That 512-bit integers give what 256-bit ones give, bit for bit, on any processor that has them, wherever they are used.</summary>
public sealed unsafe class WideTileTests
{
    private const int Most = 37;

    // Panels without a partner and one that is not full; columns of one unpacking and of several, the last one short.
    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(85)]
    public void Wide_vectors_give_what_narrow_ones_give(int rows)
    {
        Assert.SkipUnless(Panel.Wide, "The wide integers are those of AVX-512BW.");
        foreach (var columns in (int[])[256, 1280])
        {
            Compare<Q4Format>(TensorType.Q4_0, rows, columns);
            Compare<Q4KFormat>(TensorType.Q4_K, rows, columns);
            Compare<Q6KFormat>(TensorType.Q6_K, rows, columns);
            Compare<Q8Format>(TensorType.Q8_0, rows, columns);
        }
    }

    [Fact]
    public void Wide_integers_are_not_used_without_AVX_512() => Assert.True(Panel.Wide || !Panel.WideIntegers);

    private static void Compare<TFormat>(TensorType type, int rows, int columns) where TFormat : struct, IBlockFormat
    {
        using var matrix = new RandomMatrix(type, rows, columns, seed: rows);
        using var narrow = new IntegerPanels<TFormat>(rows, columns) { Wide = false };
        using var wide = new IntegerPanels<TFormat>(rows, columns) { Wide = true };
        for (var row = 0; row < rows; row++)
        {
            narrow.PackRow(row, matrix.Tensor.Row(row));
            wide.PackRow(row, matrix.Tensor.Row(row));
        }
        using var pool = new WorkerPool(2);
        var x = Numbers.Gaussian(new Random(4), Most * columns);
        // Numbers as great as they get, of one sign and of both.
        for (var i = 0; i < columns; i++) (x[i], x[columns + i]) = (-1, i % 3 == 0 ? -2 : 2);
        foreach (var batch in (int[])[9, 18, 19, 21, Most]) Assert.Equal(Multiply(narrow, x, batch, pool), Multiply(wide, x, batch, pool));
    }

    private static float[] Multiply(PanelStore panels, float[] x, int batch, WorkerPool pool)
    {
        var y = new float[batch * panels.Rows];
        fixed (float* from = x, into = y) panels.Multiply(from, into, panels.Rows, batch, pool);
        return y;
    }
}
