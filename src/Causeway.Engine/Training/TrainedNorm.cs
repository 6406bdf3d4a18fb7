using System.Numerics.Tensors;

namespace Causeway.Engine.Training;

/// <summary>Root mean square normalisation, y = x / rms(x) · (w + offset), of rows as long as its weight (Zhang and Sennrich 2019, arXiv:1910.07467).</summary>
internal sealed class TrainedNorm(Parameter weight, float epsilon, float offset)
{
    private const int ChunkLength = 32768;

    public Parameter Weight { get; } = weight;
    private int Length => Weight.Columns;
    private int ChunkRows => Math.Max(1, ChunkLength / Length);

    /// <param name="x">[rows, length]</param>
    /// <param name="y">[rows, length]; may be <paramref name="x"/>.</param>
    public void Forward(float[] x, float[] y, int rows)
    {
        var gain = Gain();
        Chunks.ForEach(rows, ChunkRows, (start, end) =>
        {
            for (var row = start; row < end; row++)
            {
                var from = x.AsSpan(row * Length, Length);
                var to = y.AsSpan(row * Length, Length);
                TensorPrimitives.Multiply(from, InverseRms(from), to);
                TensorPrimitives.Multiply(to, gain, to);
            }
        });
    }

    /// <param name="x">[rows, length], as in the forward pass.</param>
    /// <param name="dy">[rows, length]</param>
    /// <param name="dx">[rows, length], added to.</param>
    public void AddBackward(float[] x, float[] dy, float[] dx, int rows)
    {
        var gain = Gain();
        var partial = new float[Chunks.Count(rows, ChunkRows) * Length];     // [chunks, length]: each chunk's gradient of the weight
        Chunks.ForEach(rows, ChunkRows, (start, end) =>
        {
            var dWeight = partial.AsSpan(start / ChunkRows * Length, Length);
            var scaled = new float[Length];
            for (var row = start; row < end; row++)
            {
                var from = x.AsSpan(row * Length, Length);
                var by = dy.AsSpan(row * Length, Length);
                var to = dx.AsSpan(row * Length, Length);
                var inverse = InverseRms(from);
                TensorPrimitives.Multiply(by, from, scaled);
                TensorPrimitives.MultiplyAdd(scaled, inverse, dWeight, dWeight);

                // dx = (g·dy - x · mean(g·dy·x) / rms²) / rms
                var mean = TensorPrimitives.Dot(scaled, gain) / Length;
                TensorPrimitives.Multiply(by, gain, scaled);
                TensorPrimitives.MultiplyAdd(scaled, inverse, to, to);
                TensorPrimitives.MultiplyAdd(from, -mean * inverse * inverse * inverse, to, to);
            }
        });
        for (var at = 0; at < partial.Length; at += Length) Weight.AddGradient(0, partial.AsSpan(at, Length), 1);
    }

    private float[] Gain()
    {
        var gain = new float[Length];
        TensorPrimitives.Add(Weight.Value, offset, gain);
        return gain;
    }

    private float InverseRms(ReadOnlySpan<float> row) => 1 / MathF.Sqrt((TensorPrimitives.SumOfSquares(row) / Length) + epsilon);
}
