using System.Collections.Immutable;

namespace Causeway.Engine.Formats;

/// <summary>
/// A weight as a file stores it: a view of mapped memory that lives as long as its <see cref="TensorSet"/>. Names are Hugging Face's
/// (<c>model.layers.0.self_attn.q_proj.weight</c>) whatever the file calls them; shapes are row-major, the outermost dimension first.
/// Immutable and thread-safe.
/// </summary>
public sealed unsafe class StoredTensor
{
    private readonly byte* _data;
    private readonly int _interleavedHead;

    /// <param name="data">The first byte; <c>Rows</c> times <c>RowBytes</c> bytes must be readable, which the reader of the file has checked.</param>
    /// <param name="interleavedHead">The length of a head whose rows are stored in the order of interleaved rotation (llama.cpp's files of the Llama
    /// architecture); they are handed out in the order of half-split rotation. 0 elsewhere.</param>
    internal StoredTensor(string name, TensorType type, ImmutableArray<int> shape, byte* data, int interleavedHead = 0)
    {
        _data = data;
        (Name, Type, Shape, _interleavedHead) = (name, type, shape, interleavedHead);
        Columns = shape.IsEmpty ? 1 : shape[^1];
        Rows = shape.Take(shape.Length - 1).Aggregate(1, (product, length) => checked(product * length));
        RowBytes = type.RowBytes(Columns);
    }

    public string Name { get; }
    public TensorType Type { get; }
    public ImmutableArray<int> Shape { get; }

    /// <summary>The product of all dimensions but the last; 1 for a vector.</summary>
    public int Rows { get; }

    /// <summary>The last dimension.</summary>
    public int Columns { get; }

    public int RowBytes { get; }

    /// <summary>A row's bytes, as stored.</summary>
    public ReadOnlySpan<byte> Row(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
        return new ReadOnlySpan<byte>(_data + ((long)StoredRow(row) * RowBytes), RowBytes);
    }

    /// <summary>A row's numbers.</summary>
    /// <param name="into">As long as <see cref="Columns"/>.</param>
    public void ReadRow(int row, Span<float> into) => Dequantize.Row(Type, Row(row), into[..Columns]);

    /// <summary>All numbers, row after row.</summary>
    public float[] ReadAll()
    {
        var all = new float[checked((long)Rows * Columns)];
        for (var row = 0; row < Rows; row++) ReadRow(row, all.AsSpan(row * Columns, Columns));
        return all;
    }

    // Stored 0, h/2, 1, h/2+1, …: row i of the first half stands at 2i, row i of the second at 2i+1.
    private int StoredRow(int row)
    {
        if (_interleavedHead == 0) return row;
        var (head, at) = Math.DivRem(row, _interleavedHead);
        var half = _interleavedHead / 2;
        return (head * _interleavedHead) + (at < half ? 2 * at : (2 * (at - half)) + 1);
    }
}
