using System.Numerics.Tensors;

namespace Causeway.Engine.Training;

/// <summary>Root mean square normalisation, y = x / rms(x) · (w + offset), of rows as long as its weight (Zhang and Sennrich 2019, arXiv:1910.07467).</summary>
internal sealed class TrainedNorm(Parameter weight, float epsilon, float offset)
{
    public Parameter Weight { get; } = weight;
    private int Length => Weight.Columns;

    /// <param name="x">[rows, length]</param>
    /// <param name="y">[rows, length]; may be <paramref name="x"/>.</param>
    public void Forward(ReadOnlySpan<float> x, Span<float> y, int rows)
    {
        var gain = Gain();
        for (var row = 0; row < rows; row++)
        {
            var from = x.Slice(row * Length, Length);
            var to = y.Slice(row * Length, Length);
            TensorPrimitives.Multiply(from, InverseRms(from), to);
            TensorPrimitives.Multiply(to, gain, to);
        }
    }

    /// <param name="x">[rows, length], as in the forward pass.</param>
    /// <param name="dx">[rows, length], added to.</param>
    public void AddBackward(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx, int rows)
    {
        var gain = Gain();
        var scaled = new float[Length];
        for (var row = 0; row < rows; row++)
        {
            var from = x.Slice(row * Length, Length);
            var by = dy.Slice(row * Length, Length);
            var to = dx.Slice(row * Length, Length);
            var inverse = InverseRms(from);

            TensorPrimitives.Multiply(by, from, scaled);
            Weight.AddGradient(0, scaled, inverse);

            // dx = (g·dy - x · mean(g·dy·x) / rms²) / rms
            TensorPrimitives.Multiply(by, gain, scaled);
            var mean = TensorPrimitives.Dot(scaled, from) / Length;
            TensorPrimitives.MultiplyAdd(scaled, inverse, to, to);
            TensorPrimitives.MultiplyAdd(from, -mean * inverse * inverse * inverse, to, to);
        }
    }

    private float[] Gain()
    {
        var gain = new float[Length];
        TensorPrimitives.Add(Weight.Value, offset, gain);
        return gain;
    }

    private float InverseRms(ReadOnlySpan<float> row) => 1 / MathF.Sqrt((TensorPrimitives.SumOfSquares(row) / Length) + epsilon);
}
