using Causeway.Engine.Kernels;

namespace Causeway.Engine.Training;

/// <summary>The three products of a linear layer's forward and backward pass, on row-major matrices. The letters say which operand is transposed (BLAS).</summary>
internal static class Gemm
{
    /// <summary>c[m, n] = a[m, k] · b[n, k]ᵀ: a layer's output.</summary>
    public static void NT(float[] a, float[] b, float[] c, int m, int n, int k) =>
        Sgemm.Multiply(MatrixView.Of(a, m, k), MatrixView.Of(b, n, k).Transpose(), MatrixView.Of(c, m, n), add: false);

    /// <summary>c[m, n] += a[m, k] · b[k, n]: the gradient of a layer's input.</summary>
    public static void AddNN(float[] a, float[] b, float[] c, int m, int n, int k) =>
        Sgemm.Multiply(MatrixView.Of(a, m, k), MatrixView.Of(b, k, n), MatrixView.Of(c, m, n), add: true);

    /// <summary>c[m, n] += a[k, m]ᵀ · b[k, n]: the gradient of a layer's weight.</summary>
    public static void AddTN(float[] a, float[] b, float[] c, int m, int n, int k) =>
        Sgemm.Multiply(MatrixView.Of(a, k, m).Transpose(), MatrixView.Of(b, k, n), MatrixView.Of(c, m, n), add: true);
}
