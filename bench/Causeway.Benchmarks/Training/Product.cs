using Causeway.Engine.Kernels;

namespace Causeway.Benchmarks.Training;

/// <summary>One product of matrices: c[m, n] = a[m, k] · b[k, n].</summary>
/// <param name="Left">The left operand is stored transposed.</param>
/// <param name="Right">The right operand is stored transposed.</param>
internal sealed record Product(int M, int N, int K, bool Left, bool Right)
{
    /// <summary>The products of a linear layer: output, gradient of the input, gradient of the weight.</summary>
    public static IReadOnlyList<(string Name, bool Left, bool Right)> Kinds { get; } = [("NT", false, true), ("NN", false, false), ("TN", true, false)];

    public double Operations => 2.0 * M * N * K;

    public void Multiply(float[] a, float[] b, float[] c) => Sgemm.Multiply(
        Left ? MatrixView.Of(a, K, M).Transpose() : MatrixView.Of(a, M, K),
        Right ? MatrixView.Of(b, N, K).Transpose() : MatrixView.Of(b, K, N),
        MatrixView.Of(c, M, N), add: false);
}
