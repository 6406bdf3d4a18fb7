using System.Numerics.Tensors;
using Causeway.Engine.Formats;

namespace Causeway.Engine.Training;

/// <summary>
/// One decoder block, forward and backward, over T packed tokens. The forward pass keeps what the backward pass needs (<see cref="Kept"/>): about
/// 5 hidden + 3 feed-forward + 3 attention vectors a token.
/// </summary>
internal sealed class TrainedLayer
{
    private readonly ModelConfig _config;
    private readonly TrainedAttention _attention;
    private readonly Rotation _rotation;
    private readonly int _q;
    private readonly int _kv;

    public TrainedLayer(ModelConfig config, int index, Func<string, int, int, Parameter> parameter)
    {
        _config = config;
        var layer = config.Layers[index];
        _attention = new TrainedAttention(config, layer.SlidingWindow);
        _rotation = new Rotation(layer.Rope, config.HeadLength);
        (_q, _kv) = (config.Heads * config.HeadLength, config.KvHeads * config.HeadLength);

        var prefix = $"model.layers.{index}.";
        InputNorm = Norm("input_layernorm", config.Hidden);
        Query = Linear("self_attn.q_proj", _q, config.Hidden, config.AttentionBias);
        Key = Linear("self_attn.k_proj", _kv, config.Hidden, config.AttentionBias);
        Value = Linear("self_attn.v_proj", _kv, config.Hidden, config.AttentionBias);
        Output = Linear("self_attn.o_proj", config.Hidden, _q);
        if (config.QueryKeyNorm) (QueryNorm, KeyNorm) = (Norm("self_attn.q_norm", config.HeadLength), Norm("self_attn.k_norm", config.HeadLength));
        if (config.PostNorms) AfterAttention = Norm("post_attention_layernorm", config.Hidden);
        FeedForwardNorm = Norm(config.PostNorms ? "pre_feedforward_layernorm" : "post_attention_layernorm", config.Hidden);
        Gate = Linear("mlp.gate_proj", config.FeedForward, config.Hidden);
        Up = Linear("mlp.up_proj", config.FeedForward, config.Hidden);
        Down = Linear("mlp.down_proj", config.Hidden, config.FeedForward);
        if (config.PostNorms) AfterFeedForward = Norm("post_feedforward_layernorm", config.Hidden);

        TrainedNorm Norm(string name, int length) =>
            new(parameter($"{prefix}{name}.weight", 1, length), config.NormEpsilon, config.NormWeightOffset);
        TrainedLinear Linear(string name, int outputs, int inputs, bool bias = false) =>
            new(parameter($"{prefix}{name}.weight", outputs, inputs), bias ? parameter($"{prefix}{name}.bias", 1, outputs) : null);
    }

    public TrainedNorm InputNorm { get; }
    public TrainedLinear Query { get; }
    public TrainedLinear Key { get; }
    public TrainedLinear Value { get; }
    public TrainedLinear Output { get; }
    public TrainedNorm? QueryNorm { get; }
    public TrainedNorm? KeyNorm { get; }
    public TrainedNorm? AfterAttention { get; }
    public TrainedNorm FeedForwardNorm { get; }
    public TrainedLinear Gate { get; }
    public TrainedLinear Up { get; }
    public TrainedLinear Down { get; }
    public TrainedNorm? AfterFeedForward { get; }

    public IEnumerable<TrainedLinear> Linears => [Query, Key, Value, Output, Gate, Up, Down];

    /// <param name="x">[T, hidden]; replaced by the block's output.</param>
    public Kept Forward(PackedBatch batch, float[] x)
    {
        var rows = batch.Count;                                              // T
        var kept = new Kept(rows, _config) { Input = [.. x] };

        // Attention
        InputNorm.Forward(x, kept.Normed, rows);                             // [T, hidden]
        Query.Forward(kept.Normed, kept.Q, rows);                            // [T, heads · length]
        Key.Forward(kept.Normed, kept.K, rows);                              // [T, key heads · length]
        Value.Forward(kept.Normed, kept.V, rows);                            // [T, key heads · length]
        kept.KeepBeforeNorms(QueryNorm is not null);
        QueryNorm?.Forward(kept.Q, kept.Q, rows * _config.Heads);
        KeyNorm?.Forward(kept.K, kept.K, rows * _config.KvHeads);
        _rotation.Apply(kept.Q, batch.Positions, _config.Heads);
        _rotation.Apply(kept.K, batch.Positions, _config.KvHeads);
        _attention.Forward(batch, kept.Q, kept.K, kept.V, kept.Attended, kept.LogSums);
        Output.Forward(kept.Attended, kept.Projected, rows);                 // [T, hidden]
        AddResidual(AfterAttention, kept.Projected, x, rows);
        x.CopyTo(kept.Middle);

        // Feed-forward
        FeedForwardNorm.Forward(x, kept.MiddleNormed, rows);                 // [T, hidden]
        Gate.Forward(kept.MiddleNormed, kept.Gate, rows);                    // [T, feed-forward]
        Up.Forward(kept.MiddleNormed, kept.Up, rows);                        // [T, feed-forward]
        GatedActivation.Forward(_config.Activation, kept.Gate, kept.Up, kept.Gated, kept.Gated.Length);
        Down.Forward(kept.Gated, kept.Lowered, rows);                        // [T, hidden]
        AddResidual(AfterFeedForward, kept.Lowered, x, rows);
        return kept;
    }

    /// <param name="dx">[T, hidden]: the gradient of the block's output; replaced by that of its input.</param>
    public void Backward(PackedBatch batch, Kept kept, float[] dx)
    {
        var rows = batch.Count;

        // Feed-forward: d(x + lowered)
        var dLowered = ThroughNorm(AfterFeedForward, kept.Lowered, dx, rows);
        var dGated = new float[kept.Gated.Length];
        Down.Backward(kept.Gated, dLowered, dGated, rows);
        var (dGate, dUp) = (new float[kept.Gate.Length], new float[kept.Up.Length]);
        GatedActivation.Backward(_config.Activation, kept.Gate, kept.Up, dGated, dGate, dUp, dGated.Length);
        var dNormed = new float[rows * _config.Hidden];
        Gate.Backward(kept.MiddleNormed, dGate, dNormed, rows);
        Up.Backward(kept.MiddleNormed, dUp, dNormed, rows);
        FeedForwardNorm.AddBackward(kept.Middle, dNormed, dx, rows);

        // Attention: d(x + projected)
        var dProjected = ThroughNorm(AfterAttention, kept.Projected, dx, rows);
        var dAttended = new float[kept.Attended.Length];
        Output.Backward(kept.Attended, dProjected, dAttended, rows);
        var (dq, dk, dv) = (new float[kept.Q.Length], new float[kept.K.Length], new float[kept.V.Length]);
        _attention.AddBackward(batch, new(kept.Q, kept.K, kept.V), kept.Attended, kept.LogSums, dAttended, new(dq, dk, dv));
        _rotation.Undo(dq, batch.Positions, _config.Heads);
        _rotation.Undo(dk, batch.Positions, _config.KvHeads);
        dq = ThroughNorm(QueryNorm, kept.QBeforeNorm, dq, rows * _config.Heads);
        dk = ThroughNorm(KeyNorm, kept.KBeforeNorm, dk, rows * _config.KvHeads);
        Array.Clear(dNormed);
        Query.Backward(kept.Normed, dq, dNormed, rows);
        Key.Backward(kept.Normed, dk, dNormed, rows);
        Value.Backward(kept.Normed, dv, dNormed, rows);
        InputNorm.AddBackward(kept.Input, dNormed, dx, rows);
    }

    private static void AddResidual(TrainedNorm? norm, float[] branch, float[] x, int rows)
    {
        var added = branch;
        if (norm is not null) norm.Forward(branch, added = new float[branch.Length], rows);
        TensorPrimitives.Add(x, added, x);
    }

    private static float[] ThroughNorm(TrainedNorm? norm, float[] x, float[] dy, int rows)
    {
        if (norm is null) return dy;
        var dx = new float[x.Length];
        norm.AddBackward(x, dy, dx, rows);
        return dx;
    }

    /// <summary>What a forward pass leaves for its backward pass.</summary>
    internal sealed class Kept(int rows, ModelConfig config)
    {
        private readonly int _q = rows * config.Heads * config.HeadLength;
        private readonly int _kv = rows * config.KvHeads * config.HeadLength;

        public required float[] Input { get; init; }
        public float[] Normed { get; } = new float[rows * config.Hidden];
        public float[] Q => field ??= new float[_q];
        public float[] K => field ??= new float[_kv];
        public float[] V => field ??= new float[_kv];
        public float[] QBeforeNorm { get; private set; } = [];
        public float[] KBeforeNorm { get; private set; } = [];
        public float[] Attended => field ??= new float[_q];
        public float[] LogSums { get; } = new float[rows * config.Heads];
        public float[] Projected { get; } = new float[rows * config.Hidden];
        public float[] Middle { get; } = new float[rows * config.Hidden];
        public float[] MiddleNormed { get; } = new float[rows * config.Hidden];
        public float[] Gate { get; } = new float[rows * config.FeedForward];
        public float[] Up { get; } = new float[rows * config.FeedForward];
        public float[] Gated { get; } = new float[rows * config.FeedForward];
        public float[] Lowered { get; } = new float[rows * config.Hidden];

        public void KeepBeforeNorms(bool normed)
        {
            if (normed) (QBeforeNorm, KBeforeNorm) = ([.. Q], [.. K]);
        }
    }
}
