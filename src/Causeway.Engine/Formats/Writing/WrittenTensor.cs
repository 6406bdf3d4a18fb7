using System.Collections.Immutable;

namespace Causeway.Engine.Formats.Writing;

/// <summary>A tensor that is made a row at a time while it is written, so that a model of any size needs the memory of a few rows.</summary>
/// <param name="Shape">Row-major, the outermost dimension first.</param>
/// <param name="ReadRow">Fills one row with numbers; rows are asked for in order.</param>
internal sealed record WrittenTensor(string Name, TensorType Type, ImmutableArray<int> Shape, WrittenTensor.RowReader ReadRow)
{
    private const int PieceBytes = 1 << 20;

    public delegate void RowReader(int row, Span<float> into);

    public int Columns => Shape.IsEmpty ? 1 : Shape[^1];
    public int Rows => Shape.IsEmpty ? 1 : Shape[..^1].Aggregate(1, (product, length) => checked(product * length));
    public long Bytes => (long)Rows * Type.RowBytes(Columns);

    public static WrittenTensor Of(string name, int[] shape, float[] values, TensorType type)
    {
        var columns = shape[^1];
        return new WrittenTensor(name, type, [.. shape], (row, into) => values.AsSpan(row * columns, columns).CopyTo(into));
    }

    /// <param name="progress">Bytes since it was last called.</param>
    /// <exception cref="IOException">The disk is full or not writable.</exception>
    public void WriteTo(Stream file, Action<long>? progress, CancellationToken cancel)
    {
        var rowBytes = Type.RowBytes(Columns);
        var atOnce = Math.Clamp(PieceBytes / Math.Max(rowBytes, 1), 1, Rows);
        var (numbers, bytes) = (new float[Columns], new byte[atOnce * rowBytes]);
        for (var row = 0; row < Rows;)
        {
            cancel.ThrowIfCancellationRequested();
            var count = Math.Min(atOnce, Rows - row);
            for (var i = 0; i < count; i++, row++)
            {
                ReadRow(row, numbers);
                RowEncoding.Encode(Type, numbers, bytes.AsSpan(i * rowBytes, rowBytes), Name);
            }
            file.Write(bytes, 0, count * rowBytes);
            progress?.Invoke((long)count * rowBytes);
        }
    }
}
