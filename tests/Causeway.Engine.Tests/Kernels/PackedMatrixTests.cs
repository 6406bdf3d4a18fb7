using Causeway.Engine.Formats;
using Causeway.Engine.Kernels;

namespace Causeway.Engine.Tests.Kernels;

public sealed class PackedMatrixTests
{
    [Theory]
    [MemberData(nameof(Matrices))]
    public void Every_batch_gives_what_the_definition_says(TensorType type, int rows, int columns)
    {
        using var pool = new WorkerPool(3);
        using var matrix = new RandomMatrix(type, rows, columns, seed: rows + columns);
        using var packed = PackedMatrix.Pack(pool, matrix.Tensor);
        var weights = matrix.Tensor.ReadAll();
        foreach (var batch in (int[])[1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 30])
        {
            var x = Numbers.Gaussian(new Random(batch), batch * columns);
            x[0] *= 50;
            var y = new float[batch * rows];
            packed.Multiply(x, y, batch, pool);
            Check(weights, columns, x, y, batch, IsQuantized(type));
        }
    }

    [Fact]
    public void Stacked_tensors_of_several_types_are_one_matrix()
    {
        using var pool = new WorkerPool(2);
        using var q = new RandomMatrix(TensorType.Q4_K, 40, 256, 1);
        using var k = new RandomMatrix(TensorType.Q4_K, 20, 256, 2);
        using var v = new RandomMatrix(TensorType.Q6_K, 20, 256, 3);
        using var packed = PackedMatrix.Pack(pool, q.Tensor, k.Tensor, v.Tensor);
        Assert.Equal(80, packed.Rows);
        float[] weights = [.. q.Tensor.ReadAll(), .. k.Tensor.ReadAll(), .. v.Tensor.ReadAll()];
        foreach (var batch in (int[])[1, 6, 20])
        {
            var x = Numbers.Gaussian(new Random(batch), batch * 256);
            var y = new float[batch * 80];
            packed.Multiply(x, y, batch, pool);
            Check(weights, 256, x, y, batch, quantized: true);
        }
        var row = new float[256];
        packed.ReadRow(65, row);
        for (var i = 0; i < row.Length; i++) Assert.Equal(weights[(65 * 256) + i], row[i], 1e-6);
    }

    [Theory]
    [MemberData(nameof(Matrices))]
    public void A_row_reads_back_as_it_was_stored(TensorType type, int rows, int columns)
    {
        using var pool = new WorkerPool(2);
        using var matrix = new RandomMatrix(type, rows, columns, seed: 5);
        using var packed = PackedMatrix.Pack(pool, matrix.Tensor);
        var (expected, read) = (new float[columns], new float[columns]);
        foreach (var row in (int[])[0, rows / 2, rows - 1])
        {
            matrix.Tensor.ReadRow(row, expected);
            packed.ReadRow(row, read);
            for (var i = 0; i < columns; i++) Assert.Equal(expected[i], read[i], Math.Abs(expected[i]) * 1e-6);
        }
    }

    [Theory]
    [InlineData(TensorType.Q8_0)]
    [InlineData(TensorType.BF16)]
    public void A_result_does_not_depend_on_the_number_of_threads(TensorType type)
    {
        using var one = new WorkerPool(1);
        using var four = new WorkerPool(4);
        using var matrix = new RandomMatrix(type, 200, 512, seed: 9);
        using var packed = PackedMatrix.Pack(four, matrix.Tensor);
        foreach (var batch in (int[])[1, 6, 40])
        {
            var x = Numbers.Gaussian(new Random(batch), batch * 512);
            var (a, b) = (new float[batch * 200], new float[batch * 200]);
            packed.Multiply(x, a, batch, one);
            packed.Multiply(x, b, batch, four);
            Assert.Equal(a, b);
        }
    }

    [Theory]
    [InlineData(TensorType.F32, 100, 270)]
    [InlineData(TensorType.F16, 100, 270)]
    [InlineData(TensorType.BF16, 100, 270)]
    [InlineData(TensorType.Q8_0, 100, 96)]
    [InlineData(TensorType.Q8_0, 20, 1120)]
    [InlineData(TensorType.Q4_0, 100, 96)]
    [InlineData(TensorType.Q4_0, 20, 1120)]
    [InlineData(TensorType.Q4_K, 100, 512)]
    [InlineData(TensorType.Q4_K, 20, 1280)]
    [InlineData(TensorType.Q6_K, 100, 512)]
    [InlineData(TensorType.Q6_K, 20, 1280)]
    public void A_vectors_result_does_not_depend_on_what_it_is_batched_with(TensorType type, int rows, int columns)
    {
        using var pool = new WorkerPool(2);
        using var matrix = new RandomMatrix(type, rows, columns, seed: 9);
        using var packed = PackedMatrix.Pack(pool, matrix.Tensor);
        const int Most = 212;
        var x = Numbers.Gaussian(new Random(11), Most * columns);
        var alone = new float[Most * rows];
        for (var i = 0; i < Most; i++) packed.Multiply(x.AsSpan(i * columns, columns), alone.AsSpan(i * rows, rows), 1, pool);
        foreach (var batch in (int[])[2, 3, 4, 5, 7, 8, 9, 12, 18, 19, 31, Most])
        {
            var together = new float[batch * rows];
            packed.Multiply(x.AsSpan(0, batch * columns), together, batch, pool);
            Assert.Equal(alone[..together.Length], together);
        }
    }

    [Theory]
    [InlineData(TensorType.F32)]
    [InlineData(TensorType.F16)]
    [InlineData(TensorType.BF16)]
    public void Batches_write_their_own_results_and_nothing_else(TensorType type)
    {
        using var pool = new WorkerPool(3);
        // Panels that have no partner, and one that is not whole.
        foreach (var rows in (int[])[16, 48, 80, 144, 150])
        {
            using var matrix = new RandomMatrix(type, rows, 40, seed: rows);
            using var packed = PackedMatrix.Pack(pool, matrix.Tensor);
            var weights = matrix.Tensor.ReadAll();
            foreach (var batch in (int[])[1, 3, 8, 11, 200])
            {
                var x = Numbers.Gaussian(new Random(batch), batch * 40);
                var y = new float[(batch + 1) * rows];
                Array.Fill(y, float.NaN);
                packed.Multiply(x, y, batch, pool);
                Check(weights, 40, x, y, batch, quantized: false);
                Assert.All(y[(batch * rows)..], value => Assert.True(float.IsNaN(value)));
            }
        }
    }

    [Fact]
    public void Great_half_floats_are_exact_too()
    {
        using var pool = new WorkerPool(1);
        using var matrix = new RandomMatrix(TensorType.F16, 16, 8, seed: 1, greatest: 60_000);
        using var packed = PackedMatrix.Pack(pool, matrix.Tensor);
        var (expected, read) = (new float[8], new float[8]);
        matrix.Tensor.ReadRow(3, expected);
        packed.ReadRow(3, read);
        Assert.Equal(expected, read);
    }

    [Fact]
    public void Zeros_and_vanishing_activations_give_zeros_not_NaN()
    {
        using var pool = new WorkerPool(1);
        using var matrix = new RandomMatrix(TensorType.Q8_0, 16, 64, seed: 1);
        using var packed = PackedMatrix.Pack(pool, matrix.Tensor);
        var y = new float[16];
        packed.Multiply(Enumerable.Repeat(1e-42f, 64).ToArray(), y, 1, pool);
        Assert.All(y, value => Assert.Equal(0, value));
    }

    public static TheoryData<TensorType, int, int> Matrices()
    {
        var data = new TheoryData<TensorType, int, int>();
        foreach (var type in (TensorType[])[TensorType.F32, TensorType.F16, TensorType.BF16])
        {
            data.Add(type, 1, 1);
            data.Add(type, 17, 33);
            data.Add(type, 100, 270);
        }
        foreach (var type in (TensorType[])[TensorType.Q8_0, TensorType.Q4_0])
        {
            data.Add(type, 1, 32);
            data.Add(type, 50, 96);
            data.Add(type, 35, 1120);
        }
        foreach (var type in (TensorType[])[TensorType.Q4_K, TensorType.Q6_K])
        {
            data.Add(type, 3, 256);
            data.Add(type, 50, 768);
            data.Add(type, 17, 1280);
        }
        return data;
    }

    private static bool IsQuantized(TensorType type) => type is not (TensorType.F32 or TensorType.F16 or TensorType.BF16);

    /// <summary>
    /// Sums of floats may be off by a few units of their last place; integer kernels besides by the rounding of the activations, which is at most
    /// half a step of their block of 32: its greatest number / 127 / 2.
    /// </summary>
    private static void Check(float[] weights, int columns, float[] x, float[] y, int batch, bool quantized)
    {
        var rows = weights.Length / columns;
        for (var item = 0; item < batch; item++)
        {
            for (var row = 0; row < rows; row++)
            {
                double sum = 0, bound = 1e-30;
                for (var from = 0; from < columns; from += 32)
                {
                    double greatest = 0, absolute = 0;
                    for (var i = from; i < Math.Min(columns, from + 32); i++)
                    {
                        double weight = weights[(row * columns) + i], activation = x[(item * columns) + i];
                        sum += weight * activation;
                        greatest = Math.Max(greatest, Math.Abs(activation));
                        absolute += Math.Abs(weight);
                        bound += 1e-6 * Math.Abs(weight * activation);
                    }
                    if (quantized) bound += greatest / 127 / 1.999 * absolute;
                }
                Assert.Equal(sum, y[(item * rows) + row], bound);
            }
        }
    }
}
