using System.Numerics.Tensors;

namespace Causeway.Engine.Training;

/// <summary>The two thin matrices that learn beside a frozen weight.</summary>
/// <param name="a">[rank, inputs]</param>
/// <param name="b">[outputs, rank]; zero at first, so that an adapter begins as no change.</param>
/// <param name="scale">alpha/rank</param>
internal sealed class LoraPair(Parameter a, Parameter b, float scale)
{
    public Parameter A { get; } = a;
    public Parameter B { get; } = b;
    public float Scale { get; } = scale;
    private int Rank => A.Rows;

    /// <summary>y += s·B(A x)</summary>
    public void Forward(float[] x, float[] y, int rows)
    {
        var z = Squeeze(x, rows);
        var change = new float[rows * B.Rows];
        Gemm.NT(z, B.Value, change, rows, B.Rows, Rank);
        TensorPrimitives.MultiplyAdd(change, Scale, y.AsSpan(0, change.Length), y.AsSpan(0, change.Length));
    }

    public void Backward(float[] x, float[] dy, float[] dx, int rows)
    {
        var scaled = new float[rows * B.Rows];
        TensorPrimitives.Multiply(dy.AsSpan(0, scaled.Length), Scale, scaled);
        Gemm.AddTN(scaled, Squeeze(x, rows), B.Gradient, B.Rows, Rank, rows);
        var dz = new float[rows * Rank];
        Gemm.AddNN(scaled, B.Value, dz, rows, Rank, B.Rows);
        Gemm.AddTN(dz, x, A.Gradient, Rank, A.Columns, rows);
        Gemm.AddNN(dz, A.Value, dx, rows, A.Columns, Rank);
    }

    /// <summary>z[rows, rank] = A x: made again for the backward pass, which is cheaper than keeping it.</summary>
    private float[] Squeeze(float[] x, int rows)
    {
        var z = new float[rows * Rank];
        Gemm.NT(x, A.Value, z, rows, Rank, A.Columns);
        return z;
    }
}
