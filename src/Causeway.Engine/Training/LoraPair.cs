using System.Numerics.Tensors;

namespace Causeway.Engine.Training;

/// <summary>The two thin matrices that learn beside a frozen weight.</summary>
/// <param name="a">[rank, inputs]</param>
/// <param name="b">[outputs, rank]; zero at first, so that an adapter begins as no change.</param>
/// <param name="scale">alpha/rank</param>
internal sealed class LoraPair(Parameter a, Parameter b, float scale)
{
    private const int ChunkLength = 65536;

    public Parameter A { get; } = a;
    public Parameter B { get; } = b;
    public float Scale { get; } = scale;
    private int Rank => A.Rows;

    /// <summary>y += s·B(A x)</summary>
    public void Forward(float[] x, float[] y, int rows, Scratch scratch)
    {
        var taken = scratch.Taken;
        var z = Squeeze(x, rows, scratch);
        var change = scratch.Take(rows * B.Rows);
        Gemm.NT(z, B.Value, change, rows, B.Rows, Rank);
        Chunks.ForEach(rows * B.Rows, ChunkLength, (start, end) =>
            TensorPrimitives.MultiplyAdd(change.AsSpan(start..end), Scale, y.AsSpan(start..end), y.AsSpan(start..end)));
        scratch.Taken = taken;
    }

    public void Backward(float[] x, float[] dy, float[] dx, int rows, Scratch scratch)
    {
        var taken = scratch.Taken;
        var scaled = scratch.Take(rows * B.Rows);
        Chunks.ForEach(rows * B.Rows, ChunkLength, (start, end) => TensorPrimitives.Multiply(dy.AsSpan(start..end), Scale, scaled.AsSpan(start..end)));
        Gemm.AddTN(scaled, Squeeze(x, rows, scratch), B.Gradient, B.Rows, Rank, rows);
        var dz = scratch.TakeZeros(rows * Rank);
        Gemm.AddNN(scaled, B.Value, dz, rows, Rank, B.Rows);
        Gemm.AddTN(dz, x, A.Gradient, Rank, A.Columns, rows);
        Gemm.AddNN(dz, A.Value, dx, rows, A.Columns, Rank);
        scratch.Taken = taken;
    }

    /// <summary>z[rows, rank] = A x: made again for the backward pass, which is cheaper than keeping it.</summary>
    private float[] Squeeze(float[] x, int rows, Scratch scratch)
    {
        var z = scratch.Take(rows * Rank);
        Gemm.NT(x, A.Value, z, rows, Rank, A.Columns);
        return z;
    }
}
