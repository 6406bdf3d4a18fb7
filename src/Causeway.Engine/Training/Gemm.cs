using System.Numerics.Tensors;

namespace Causeway.Engine.Training;

/// <summary>
/// The three products of a linear layer's forward and backward pass, on row-major matrices. The letters say which operand is transposed (BLAS).
/// Rows are shared out between threads whole, so that a result does not depend on how many there are.
/// </summary>
internal static class Gemm
{
    /// <summary>c[m, n] = a[m, k] · b[n, k]ᵀ: a layer's output.</summary>
    public static void NT(float[] a, float[] b, float[] c, int m, int n, int k) =>
        Parallel.For(0, m, i =>
        {
            var row = a.AsSpan(i * k, k);
            for (var j = 0; j < n; j++) c[(i * n) + j] = TensorPrimitives.Dot(row, b.AsSpan(j * k, k));
        });

    /// <summary>c[m, n] += a[m, k] · b[k, n]: the gradient of a layer's input.</summary>
    public static void AddNN(float[] a, float[] b, float[] c, int m, int n, int k) =>
        Parallel.For(0, m, i =>
        {
            var into = c.AsSpan(i * n, n);
            for (var p = 0; p < k; p++) TensorPrimitives.MultiplyAdd(b.AsSpan(p * n, n), a[(i * k) + p], into, into);
        });

    /// <summary>c[m, n] += a[k, m]ᵀ · b[k, n]: the gradient of a layer's weight.</summary>
    public static void AddTN(float[] a, float[] b, float[] c, int m, int n, int k) =>
        Parallel.For(0, m, i =>
        {
            var into = c.AsSpan(i * n, n);
            for (var p = 0; p < k; p++) TensorPrimitives.MultiplyAdd(b.AsSpan(p * n, n), a[(p * m) + i], into, into);
        });
}
