using System.Numerics;
using System.Numerics.Tensors;
using Causeway.Engine.Kernels;

namespace Causeway.Engine.Training;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2017, arXiv:1711.05101). Matrices decay, vectors (norms, biases) do not.
/// </summary>
internal sealed class AdamW
{
    private const int ChunkLength = 65536;
    private readonly OptimizerOptions _options;
    private readonly Slot[] _slots;

    public AdamW(IEnumerable<Parameter> parameters, OptimizerOptions options)
    {
        _options = options;
        _slots = [.. parameters.Select(parameter => new Slot(parameter, new float[parameter.Value.Length], new float[parameter.Value.Length]))];
    }

    /// <summary>Steps taken.</summary>
    public int Steps { get; set; }

    /// <summary>The running moments beside each parameter, for checkpoints.</summary>
    public IReadOnlyList<Slot> Slots => _slots;

    /// <summary>Scales all gradients down together when they are longer than the limit. Returns the length before (Pascanu et al. 2012, arXiv:1211.5063).</summary>
    public double Clip()
    {
        var squares = new double[_slots.Length];
        Parallel.For(0, _slots.Length, LoopThreads.OfCaller, i => squares[i] = SumOfSquares(_slots[i].Parameter.Gradient));
        var length = Math.Sqrt(squares.Sum());
        if (length <= _options.ClipLength) return length;
        var factor = (float)(_options.ClipLength / length);
        Parallel.ForEach(_slots, LoopThreads.OfCaller, slot => TensorPrimitives.Multiply(slot.Parameter.Gradient, factor, slot.Parameter.Gradient));
        return length;
    }

    private static double SumOfSquares(ReadOnlySpan<float> values)
    {
        // In pieces, so that a large matrix's sum keeps its digits.
        const int Piece = 4096;
        var sum = 0.0;
        for (; values.Length > Piece; values = values[Piece..]) sum += TensorPrimitives.SumOfSquares(values[..Piece]);
        return sum + TensorPrimitives.SumOfSquares(values);
    }

    /// <summary>Moves every parameter and clears its gradient.</summary>
    public void Step(double rate)
    {
        Steps++;
        var correction1 = 1 - Math.Pow(_options.Beta1, Steps);
        var correction2 = 1 - Math.Pow(_options.Beta2, Steps);
        foreach (var slot in _slots)
        {
            var move = new Movement(
                _options.Beta1, _options.Beta2, _options.Epsilon, (float)(rate / correction1), (float)(1 / correction2),
                Decay: slot.Parameter.Rows > 1 ? (float)(rate * _options.WeightDecay) : 0);
            Chunks.ForEach(slot.Parameter.Value.Length, ChunkLength, (start, end) => slot.Move(move, start, end));
        }
    }

    /// <summary>A parameter with the running means of its gradient and of the gradient's square.</summary>
    internal sealed record Slot(Parameter Parameter, float[] Mean, float[] Square)
    {
        /// <summary>Moves a part of the parameter and clears its gradient.</summary>
        public void Move(in Movement by, int start, int end)
        {
            var (values, gradients) = (Parameter.Value, Parameter.Gradient);
            var i = start;
            for (; i + Vector<float>.Count <= end; i += Vector<float>.Count)
            {
                var (value, gradient) = (new Vector<float>(values, i), new Vector<float>(gradients, i));
                var (mean, square) = (new Vector<float>(Mean, i), new Vector<float>(Square, i));
                mean += (1 - by.Beta1) * (gradient - mean);
                square += (1 - by.Beta2) * ((gradient * gradient) - square);
                var length = Vector.SquareRoot(square * by.SquareScale) + new Vector<float>(by.Epsilon);
                mean.CopyTo(Mean, i);
                square.CopyTo(Square, i);
                (value - ((by.Decay * value) + (by.Rate * mean / length))).CopyTo(values, i);
            }
            for (; i < end; i++)
            {
                var gradient = gradients[i];
                Mean[i] += (1 - by.Beta1) * (gradient - Mean[i]);
                Square[i] += (1 - by.Beta2) * ((gradient * gradient) - Square[i]);
                values[i] -= (by.Decay * values[i]) + (by.Rate * Mean[i] / (MathF.Sqrt(Square[i] * by.SquareScale) + by.Epsilon));
            }
            gradients.AsSpan(start..end).Clear();
        }
    }

    /// <summary>The numbers of one step.</summary>
    internal readonly record struct Movement(float Beta1, float Beta2, float Epsilon, float Rate, float SquareScale, float Decay);
}

/// <summary>How gradients become steps.</summary>
public sealed record OptimizerOptions
{
    public float Beta1 { get; init; } = 0.9f;
    public float Beta2 { get; init; } = 0.95f;
    public float Epsilon { get; init; } = 1e-8f;
    public float WeightDecay { get; init; }

    /// <summary>The longest a step's gradient may be, over all parameters together.</summary>
    public float ClipLength { get; init; } = 1;
}

/// <summary>
/// The step size over a run: rises in a line, then falls by half a cosine to a tenth (Loshchilov and Hutter 2016, arXiv:1608.03983).
/// </summary>
/// <param name="Peak">The largest step size.</param>
/// <param name="WarmUp">Steps of the rise.</param>
/// <param name="Total">Steps of the run.</param>
public sealed record LearningRate(double Peak, int WarmUp, int Total)
{
    private const double Floor = 0.1;

    /// <param name="step">From 0.</param>
    public double At(int step)
    {
        if (step < WarmUp) return Peak * (step + 1) / WarmUp;
        var part = Math.Clamp((step - WarmUp) / (double)Math.Max(1, Total - WarmUp), 0, 1);
        return Peak * (Floor + ((1 - Floor) * 0.5 * (1 + Math.Cos(Math.PI * part))));
    }
}
