using Causeway.Engine.Kernels;
using CsCheck;

namespace Causeway.Engine.Tests.Kernels;

public sealed class SgemmTests
{
    private static readonly Gen<(int M, int N, int K, bool Left, bool Right, bool Add)> _shapes =
        Gen.Select(Gen.Int[1, 70], Gen.Int[1, 90], Gen.Int[1, 450], Gen.Bool, Gen.Bool, Gen.Bool);

    [Fact]
    public void A_product_of_any_shape_and_order_is_that_of_the_definition() => _shapes.Sample(Check, iter: 200);

    [Theory]
    [InlineData(5, 7, 2300)]
    [InlineData(4100, 5, 3)]
    [InlineData(5, 4100, 3)]
    public void A_product_that_is_packed_in_strips_is_that_of_the_definition(int m, int n, int k)
    {
        for (var order = 0; order < 8; order++) Check((m, n, k, (order & 1) != 0, (order & 2) != 0, (order & 4) != 0));
    }

    private static void Check((int M, int N, int K, bool Left, bool Right, bool Add) shape)
    {
        var (m, n, k, left, right, add) = shape;
        var random = new Random((m * 7919) + (n * 104729) + k);
        var (a, b, c) = (Draw(m * k), Draw(k * n), Draw(m * n));
        var expected = new double[m * n];
        for (var i = 0; i < m; i++)
            for (var j = 0; j < n; j++)
            {
                var sum = add ? c[(i * n) + j] : 0.0;
                for (var p = 0; p < k; p++) sum += (double)(left ? a[(p * m) + i] : a[(i * k) + p]) * (right ? b[(j * k) + p] : b[(p * n) + j]);
                expected[(i * n) + j] = sum;
            }
        Sgemm.Multiply(
            left ? MatrixView.Of(a, k, m).Transpose() : MatrixView.Of(a, m, k),
            right ? MatrixView.Of(b, n, k).Transpose() : MatrixView.Of(b, k, n), MatrixView.Of(c, m, n), add);
        for (var i = 0; i < c.Length; i++) Assert.Equal(expected[i], c[i], 1e-5 * Math.Sqrt(k) * 4);

        float[] Draw(int length) => [.. Enumerable.Range(0, length).Select(_ => (float)((2 * random.NextDouble()) - 1))];
    }
}
