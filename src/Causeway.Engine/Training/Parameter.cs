using System.Numerics.Tensors;

namespace Causeway.Engine.Training;

/// <summary>
/// A weight in 32-bit floats with the gradient of the loss beside it. Named as Hugging Face names it. Gradients add up until
/// <see cref="ClearGradient"/>; one training step at a time.
/// </summary>
public sealed class Parameter
{
    internal Parameter(string name, int rows, int columns)
    {
        (Name, Rows, Columns) = (name, rows, columns);
        Value = new float[checked(rows * columns)];
        Gradient = new float[Value.Length];
    }

    public string Name { get; }

    /// <summary>1 for a vector.</summary>
    public int Rows { get; }

    public int Columns { get; }

    /// <summary>[rows, columns]</summary>
    public float[] Value { get; }

    /// <summary>As long as <see cref="Value"/>; empty when frozen.</summary>
    public float[] Gradient { get; private set; }

    /// <summary>Norms and biases: files give them one dimension.</summary>
    internal bool IsVector => Rows == 1;

    public bool Trains => Gradient.Length > 0;

    /// <summary>From now on the weight is only read: an adapter learns in its place.</summary>
    public void Freeze() => Gradient = [];

    public void ClearGradient() => Array.Clear(Gradient);

    internal Span<float> Row(int row) => Value.AsSpan(row * Columns, Columns);

    /// <summary>Adds to a row's gradient, unless the parameter is frozen.</summary>
    internal void AddGradient(int row, ReadOnlySpan<float> by, float times)
    {
        if (!Trains) return;
        var gradient = Gradient.AsSpan(row * Columns, Columns);
        TensorPrimitives.MultiplyAdd(by, times, gradient, gradient);
    }

    /// <summary>Draws the weights from a normal distribution (Box and Muller 1958).</summary>
    internal Parameter Draw(Random random, float deviation)
    {
        for (var i = 0; i < Value.Length; i++)
        {
            var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            Value[i] = (float)(deviation * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }
        return this;
    }

    internal Parameter Fill(float with)
    {
        Array.Fill(Value, with);
        return this;
    }
}
