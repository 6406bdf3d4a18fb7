using System.Numerics.Tensors;
using Causeway.Engine.Formats;

namespace Causeway.Engine.Kernels;

/// <summary>
/// A weight matrix [rows, columns] laid out for multiplication; <c>y = x Wᵀ</c> is the one thing the engine does with it. Immutable after packing;
/// one multiplication at a time per <see cref="WorkerPool"/>, any number of matrices.
/// </summary>
internal sealed class PackedMatrix(StoredTensor tensor) : IDisposable
{
    public int Rows => tensor.Rows;
    public int Columns => tensor.Columns;

    /// <summary>Multiplies a batch of vectors.</summary>
    /// <param name="x">[batch, columns]</param>
    /// <param name="y">[batch, rows], overwritten.</param>
    public void Multiply(ReadOnlySpan<float> x, Span<float> y, int batch, WorkerPool pool)
    {
        _ = pool;
        var weights = new float[Columns];
        for (var row = 0; row < Rows; row++)
        {
            tensor.ReadRow(row, weights);
            for (var item = 0; item < batch; item++)
                y[(item * Rows) + row] = TensorPrimitives.Dot(weights, x.Slice(item * Columns, Columns));
        }
    }

    public void Dispose()
    {
    }
}
