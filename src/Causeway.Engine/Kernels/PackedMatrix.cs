using System.Runtime.InteropServices;
using Causeway.Engine.Formats;
using Causeway.Engine.Kernels.Panels;

namespace Causeway.Engine.Kernels;

/// <summary>
/// A weight matrix [rows, columns] laid out for multiplication; <c>y = x Wᵀ</c> is the one thing the engine does with it. Immutable after packing;
/// one multiplication at a time per <see cref="WorkerPool"/>, any number of matrices. A row's result does not depend on the number of threads.
/// Block-quantised weights are multiplied with activations of eight bits (<see cref="QuantizedBatch"/>), all others in float32.
/// </summary>
internal sealed unsafe class PackedMatrix : IDisposable
{
    private readonly PanelStore[] _parts;

    private PackedMatrix(PanelStore[] parts)
    {
        _parts = parts;
        Columns = parts[0].Columns;
        Rows = checked(parts.Sum(part => part.Rows));
    }

    public int Rows { get; }
    public int Columns { get; }

    /// <summary>Bytes of memory outside the garbage collector's heap.</summary>
    public long Bytes => _parts.Sum(part => part.Bytes);

    /// <summary>
    /// Packs tensors of the same columns, one below the other, as one matrix; the tensors are not needed afterwards. Neighbours of one type become
    /// one multiplication.
    /// </summary>
    /// <param name="pool">Shares the work of packing.</param>
    public static PackedMatrix Pack(WorkerPool pool, params ReadOnlySpan<StoredTensor> stacked)
    {
        var columns = stacked[0].Columns;
        var parts = new List<(TensorType Type, List<StoredTensor> Tensors)>();
        foreach (var tensor in stacked)
        {
            if (tensor.Columns != columns) throw new ArgumentException("Stacked tensors have the same columns.", nameof(stacked));
            var type = TypeOf(tensor, pool);
            if (parts.Count == 0 || parts[^1].Type != type) parts.Add((type, []));
            parts[^1].Tensors.Add(tensor);
        }
        return new PackedMatrix([.. parts.Select(part => PackPart(part.Type, part.Tensors, pool))]);
    }

    /// <summary>Multiplies a batch of vectors.</summary>
    /// <param name="x">[batch, columns]</param>
    /// <param name="y">[batch, rows], overwritten.</param>
    public void Multiply(ReadOnlySpan<float> x, Span<float> y, int batch, WorkerPool pool)
    {
        if (batch == 0) return;
        fixed (float* from = x[..checked(batch * Columns)], into = y[..checked(batch * Rows)])
        {
            var at = into;
            foreach (var part in _parts)
            {
                part.Multiply(from, at, Rows, batch, pool);
                at += part.Rows;
            }
        }
    }

    /// <summary>A row's numbers: the embedding of a token when the head is tied.</summary>
    public void ReadRow(int row, Span<float> into)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
        var part = 0;
        while (row >= _parts[part].Rows) row -= _parts[part++].Rows;
        _parts[part].ReadRow(row, into[..Columns]);
    }

    public void Dispose()
    {
        foreach (var part in _parts) part.Dispose();
    }

    // F32 holds what F16's packed form cannot.
    private static TensorType TypeOf(StoredTensor tensor, WorkerPool pool) =>
        tensor.Type == TensorType.F16 && !IsHeld(tensor, pool) ? TensorType.F32 : tensor.Type;

    private static PanelStore PackPart(TensorType type, List<StoredTensor> tensors, WorkerPool pool)
    {
        var panels = PanelStore.Create(type, checked(tensors.Sum(tensor => tensor.Rows)), tensors[0].Columns);
        pool.Run(panels.Panels, panel => PackPanel(panels, panel, tensors, type));
        return panels;
    }

    private static bool IsHeld(StoredTensor tensor, WorkerPool pool)
    {
        var holds = true;
        pool.Run(Panel.Count(tensor.Rows), panel =>
        {
            for (var row = panel * Panel.Rows; row < Math.Min(tensor.Rows, (panel + 1) * Panel.Rows); row++)
            {
                if (!F16Format.Holds(MemoryMarshal.Cast<byte, Half>(tensor.Row(row)))) Volatile.Write(ref holds, false);
            }
        });
        return holds;
    }

    private static void PackPanel(PanelStore panels, int panel, List<StoredTensor> tensors, TensorType type)
    {
        var last = Math.Min(panels.Rows, (panel + 1) * Panel.Rows);
        for (var row = panel * Panel.Rows; row < last; row++)
        {
            var (at, inTensor) = (0, row);
            while (inTensor >= tensors[at].Rows) inTensor -= tensors[at++].Rows;
            if (tensors[at].Type == type)
            {
                panels.PackRow(row, tensors[at].Row(inTensor));
                continue;
            }
            var numbers = new float[panels.Columns];
            tensors[at].ReadRow(inTensor, numbers);
            panels.PackRow(row, MemoryMarshal.AsBytes<float>(numbers));
        }
    }
}
