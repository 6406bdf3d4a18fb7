using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Causeway.Engine.Formats;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>The packed weights of one matrix and the kernels of their type.</summary>
/// <param name="rows">As the matrix has; the last panel is filled up with zeros.</param>
/// <param name="panelBytes">A multiple of 64.</param>
internal abstract unsafe class PanelStore(int rows, int columns, long panelBytes) : IDisposable
{
    /// <summary>Up to here a batch reads the packed weights directly; above, they are unpacked once for all of it.</summary>
    protected const int SmallBatch = 8;

    private readonly NativeBuffer _memory = new(checked((panelBytes * Panel.Count(rows)) + Panel.StreamBytes));

    public int Rows => rows;
    public int Columns => columns;
    public long Bytes => _memory.Bytes;
    public int Panels => Panel.Count(rows);

    /// <summary>Packs a row of the matrix; rows may be packed by several threads at once as long as no two are of the same panel.</summary>
    public abstract void PackRow(int row, ReadOnlySpan<byte> stored);

    public abstract void ReadRow(int row, Span<float> into);

    /// <param name="x">[batch, columns]</param>
    /// <param name="y">[batch, stride], of which this matrix writes the first <see cref="Rows"/> of each row.</param>
    public abstract void Multiply(float* x, float* y, long stride, int batch, WorkerPool pool);

    public void Dispose() => _memory.Dispose();

    public static PanelStore Create(TensorType type, int rows, int columns) => type switch
    {
        TensorType.F32 => new FloatPanels<F32Format>(rows, columns),
        TensorType.F16 => new FloatPanels<F16Format>(rows, columns),
        TensorType.BF16 => new FloatPanels<BF16Format>(rows, columns),
        TensorType.Q8_0 => new IntegerPanels<Q8Format>(rows, columns),
        TensorType.Q4_0 => new IntegerPanels<Q4Format>(rows, columns),
        TensorType.Q4_K => new IntegerPanels<Q4KFormat>(rows, columns),
        TensorType.Q6_K => new IntegerPanels<Q6KFormat>(rows, columns),
        _ => throw new NotSupportedException($"Matrices of {type} cannot be multiplied."),
    };

    protected byte* At(int panel) => _memory.Start + (panel * panelBytes);

    /// <summary>Copies the rows of a panel that the matrix has; the others are padding.</summary>
    /// <param name="from">[items][16]</param>
    /// <param name="y">[items][stride], at the panel's first row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected void Scatter(int panel, float* from, int items, float* y, long stride)
    {
        var count = Math.Min(Panel.Rows, Rows - (panel * Panel.Rows));
        for (var item = 0; item < items; item++, from += Panel.Rows, y += stride)
        {
            if (count < Panel.Rows)
            {
                new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(y, count));
                continue;
            }
            Vector256.Load(from).Store(y);
            Vector256.Load(from + 8).Store(y + 8);
        }
    }
}
