using System.Numerics.Tensors;

namespace Causeway.Engine.Training;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2017, arXiv:1711.05101). Matrices decay, vectors (norms, biases) do not.
/// </summary>
internal sealed class AdamW
{
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
        var squares = 0.0;
        foreach (var slot in _slots)
            foreach (var value in slot.Parameter.Gradient)
                squares += (double)value * value;
        var length = Math.Sqrt(squares);
        if (length <= _options.ClipLength) return length;
        var factor = (float)(_options.ClipLength / length);
        foreach (var slot in _slots) TensorPrimitives.Multiply(slot.Parameter.Gradient, factor, slot.Parameter.Gradient);
        return length;
    }

    /// <summary>Moves every parameter and clears its gradient.</summary>
    public void Step(double rate)
    {
        Steps++;
        var correction1 = 1 - Math.Pow(_options.Beta1, Steps);
        var correction2 = 1 - Math.Pow(_options.Beta2, Steps);
        Parallel.ForEach(_slots, slot =>
        {
            var decay = slot.Parameter.Rows > 1 ? (float)(rate * _options.WeightDecay) : 0;
            slot.Move(_options, (float)(rate / correction1), (float)(1 / correction2), decay);
            slot.Parameter.ClearGradient();
        });
    }

    /// <summary>A parameter with the running means of its gradient and of the gradient's square.</summary>
    internal sealed record Slot(Parameter Parameter, float[] Mean, float[] Square)
    {
        public void Move(OptimizerOptions options, float rate, float squareScale, float decay)
        {
            var (value, gradient) = (Parameter.Value, Parameter.Gradient);
            for (var i = 0; i < value.Length; i++)
            {
                var g = gradient[i];
                Mean[i] += (1 - options.Beta1) * (g - Mean[i]);
                Square[i] += (1 - options.Beta2) * ((g * g) - Square[i]);
                value[i] -= (decay * value[i]) + (rate * Mean[i] / (MathF.Sqrt(Square[i] * squareScale) + options.Epsilon));
            }
        }
    }
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
