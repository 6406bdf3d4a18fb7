using System.Numerics.Tensors;
using Causeway.Engine.Formats;

namespace Causeway.Engine.Training;

/// <summary>
/// A decoder that learns: the same mathematics as <c>Forward.cs</c>, in 32-bit floats, with a backward pass written out by hand. One step at a time.
/// </summary>
public sealed class TrainedModel
{
    private readonly Dictionary<string, Parameter> _parameters = new(StringComparer.Ordinal);
    private readonly Parameter _embedding;
    private readonly TrainedLayer[] _layers;
    private readonly TrainedNorm _finalNorm;
    private readonly TrainedHead _head;
    private readonly Scratch _scratch = new();

    private TrainedModel(ModelConfig config)
    {
        Config = config;
        _embedding = Add("model.embed_tokens.weight", config.Vocabulary, config.Hidden);
        _layers = [.. Enumerable.Range(0, config.Layers.Length).Select(index => new TrainedLayer(config, index, Add, _scratch))];
        _finalNorm = new TrainedNorm(Add("model.norm.weight", 1, config.Hidden), config.NormEpsilon, config.NormWeightOffset);
        _head = new TrainedHead(config.TiedHead ? _embedding : Add("lm_head.weight", config.Vocabulary, config.Hidden), _scratch);
    }

    public ModelConfig Config { get; }

    /// <summary>The base's weights in the order of the model.</summary>
    public IReadOnlyCollection<Parameter> Parameters => _parameters.Values;

    /// <summary>What learns: the base, or the adapter that was attached to it.</summary>
    public IEnumerable<Parameter> Trainable =>
        Parameters.Concat(Linears.Where(linear => linear.Adapter is not null).SelectMany(linear => new[] { linear.Adapter!.A, linear.Adapter.B }))
            .Where(parameter => parameter.Trains);

    internal IEnumerable<TrainedLinear> Linears => _layers.SelectMany(layer => layer.Linears);

    /// <summary>
    /// A model that knows nothing yet. Weights are drawn with a deviation of 0.02, those that write into the residual stream with less the deeper the model is
    /// (Radford et al. 2019), norms begin as no change.
    /// </summary>
    public static TrainedModel Draw(ModelConfig config, int seed)
    {
        var model = new TrainedModel(config);
        var random = new Random(seed);
        foreach (var parameter in model.Parameters)
        {
            if (parameter.Name.EndsWith("norm.weight", StringComparison.Ordinal)) parameter.Fill(1 - config.NormWeightOffset);
            else if (!parameter.Name.EndsWith(".bias", StringComparison.Ordinal)) parameter.Draw(random, DeviationOf(parameter.Name, config));
        }
        return model;
    }

    /// <summary>A model that goes on from a file's weights, whatever their type there.</summary>
    /// <exception cref="ModelFormatException">A weight is missing or of another shape.</exception>
    public static TrainedModel From(ModelConfig config, TensorSet tensors)
    {
        var model = new TrainedModel(config);
        foreach (var parameter in model.Parameters)
        {
            var tensor = parameter.Rows == 1 ? tensors.Get(parameter.Name, parameter.Columns) : tensors.Get(parameter.Name, parameter.Rows, parameter.Columns);
            for (var row = 0; row < parameter.Rows; row++) tensor.ReadRow(row, parameter.Row(row));
        }
        return model;
    }

    /// <summary>Mean of -log p over the targets of a batch, without learning from it.</summary>
    public double Loss(PackedBatch batch)
    {
        var found = LogProbabilities(batch);
        return -found.Sum(value => (double)value) / Math.Max(1, batch.TargetCount);
    }

    /// <summary>Natural logarithms of the targets' probabilities; 0 where there is no target.</summary>
    public float[] LogProbabilities(PackedBatch batch)
    {
        _scratch.Taken = 0;
        var x = Embed(batch);
        var taken = _scratch.Taken;
        foreach (var layer in _layers)
        {
            layer.Forward(batch, x);
            _scratch.Taken = taken;
        }
        return _head.LogProbabilities(batch, Finish(x, batch.Count));
    }

    /// <summary>
    /// Adds to the gradients of everything that learns those of -Σ weight · log p(target). Returns the log probabilities before the step.
    /// </summary>
    /// <param name="weights">[tokens]: how much each target counts; 1/targets each for the mean loss, negative where a target shall become less likely.</param>
    public float[] Learn(PackedBatch batch, float[] weights)
    {
        _scratch.Taken = 0;
        var x = Embed(batch);                                                // [T, hidden]
        var kept = Array.ConvertAll(_layers, layer => layer.Forward(batch, x));
        var hidden = Finish(x, batch.Count);                                 // [T, hidden]

        var dHidden = _scratch.TakeZeros(batch.Count * Config.Hidden);
        var found = _head.Backward(batch, hidden, weights, dHidden);
        var dx = _scratch.TakeZeros(batch.Count * Config.Hidden);
        _finalNorm.AddBackward(x, dHidden, dx, batch.Count);
        for (var i = _layers.Length - 1; i >= 0; i--) _layers[i].Backward(batch, kept[i], dx);
        for (var token = 0; token < batch.Count; token++)
            _embedding.AddGradient(batch.Tokens[token], dx.AsSpan(token * Config.Hidden, Config.Hidden), Config.EmbeddingScale);
        return found;
    }

    private float[] Embed(PackedBatch batch)
    {
        var x = _scratch.Take(batch.Count * Config.Hidden);
        for (var token = 0; token < batch.Count; token++)
            TensorPrimitives.Multiply(_embedding.Row(batch.Tokens[token]), Config.EmbeddingScale, x.AsSpan(token * Config.Hidden, Config.Hidden));
        return x;
    }

    private float[] Finish(float[] x, int rows)
    {
        var hidden = _scratch.Take(rows * Config.Hidden);
        _finalNorm.Forward(x, hidden, rows);
        return hidden;
    }

    private static float DeviationOf(string name, ModelConfig config) =>
        name.EndsWith("o_proj.weight", StringComparison.Ordinal) || name.EndsWith("down_proj.weight", StringComparison.Ordinal)
            ? 0.02f / MathF.Sqrt(2 * config.Layers.Length)
            : 0.02f;

    private Parameter Add(string name, int rows, int columns) => _parameters[name] = new Parameter(name, rows, columns);
}
