using System.Numerics.Tensors;
using Causeway.Engine.Formats;

namespace Causeway.Engine.Kernels;

/// <summary>
/// A weight matrix [rows, columns] laid out for multiplication; <c>y = x Wᵀ</c> is the one thing the engine does with it. Immutable after packing;
/// one multiplication at a time per <see cref="WorkerPool"/>, any number of matrices.
/// </summary>
internal sealed class PackedMatrix : IDisposable
{
    private readonly StoredTensor[] _tensors;

    private PackedMatrix(StoredTensor[] tensors)
    {
        _tensors = tensors;
        Columns = tensors[0].Columns;
        Rows = tensors.Sum(tensor => tensor.Rows);
    }

    public int Rows { get; }
    public int Columns { get; }

    /// <summary>Bytes of memory outside the garbage collector's heap.</summary>
    public long Bytes => _tensors.Sum(tensor => (long)tensor.Rows * tensor.RowBytes);

    /// <summary>Packs tensors of the same columns, one below the other, as one matrix; the tensors are not needed afterwards.</summary>
    /// <param name="pool">Shares the work of packing.</param>
    public static PackedMatrix Pack(WorkerPool pool, params ReadOnlySpan<StoredTensor> stacked)
    {
        _ = pool;
        return new PackedMatrix(stacked.ToArray());
    }

    /// <summary>Multiplies a batch of vectors.</summary>
    /// <param name="x">[batch, columns]</param>
    /// <param name="y">[batch, rows], overwritten.</param>
    public void Multiply(ReadOnlySpan<float> x, Span<float> y, int batch, WorkerPool pool)
    {
        _ = pool;
        var weights = new float[Columns];
        for (var row = 0; row < Rows; row++)
        {
            ReadRow(row, weights);
            for (var item = 0; item < batch; item++)
                y[(item * Rows) + row] = TensorPrimitives.Dot<float>(weights, x.Slice(item * Columns, Columns));
        }
    }

    /// <summary>A row's numbers: the embedding of a token when the head is tied.</summary>
    public void ReadRow(int row, Span<float> into)
    {
        foreach (var tensor in _tensors)
        {
            if (row < tensor.Rows)
            {
                tensor.ReadRow(row, into);
                return;
            }
            row -= tensor.Rows;
        }
        throw new ArgumentOutOfRangeException(nameof(row));
    }

    public void Dispose()
    {
    }
}
