using System.Numerics.Tensors;
using Causeway.Engine.Formats;

namespace Causeway.Engine.Training;

/// <summary>
/// One decoder block, forward and backward, over T packed tokens. The forward pass keeps what the backward pass needs (<see cref="Kept"/>): about
/// 5 hidden + 3 feed-forward + 3 attention vectors a token.
/// </summary>
internal sealed class TrainedLayer
{
    private const int ChunkLength = 65536;
    private readonly ModelConfig _config;
    private readonly TrainedAttention _attention;
    private readonly Rotation _rotation;
    private readonly Scratch _scratch;
    private readonly int _q;
    private readonly int _kv;

    public TrainedLayer(ModelConfig config, int index, Func<string, int, int, Parameter> parameter, Scratch scratch)
    {
        (_config, _scratch) = (config, scratch);
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
            new(parameter($"{prefix}{name}.weight", outputs, inputs), bias ? parameter($"{prefix}{name}.bias", 1, outputs) : null, scratch);
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
    /// <returns>Arrays of the scratch: they are good until its count is set back.</returns>
    public Kept Forward(PackedBatch batch, float[] x)
    {
        var rows = batch.Count;                                              // T
        var kept = new Kept(rows, _config, _scratch);
        Copy(x, kept.Input, rows * _config.Hidden);

        // Attention
        InputNorm.Forward(x, kept.Normed, rows);                             // [T, hidden]
        Query.Forward(kept.Normed, kept.QBeforeNorm, rows);                  // [T, heads · length]
        Key.Forward(kept.Normed, kept.KBeforeNorm, rows);                    // [T, key heads · length]
        Value.Forward(kept.Normed, kept.V, rows);                            // [T, key heads · length]
        QueryNorm?.Forward(kept.QBeforeNorm, kept.Q, rows * _config.Heads);
        KeyNorm?.Forward(kept.KBeforeNorm, kept.K, rows * _config.KvHeads);
        _rotation.Apply(kept.Q, batch.Positions, _config.Heads);
        _rotation.Apply(kept.K, batch.Positions, _config.KvHeads);
        _attention.Forward(batch, new(kept.Q, kept.K, kept.V), kept.Attended, kept.LogSums);
        Output.Forward(kept.Attended, kept.Projected, rows);                 // [T, hidden]
        AddResidual(AfterAttention, kept.Projected, x, rows);
        Copy(x, kept.Middle, rows * _config.Hidden);

        // Feed-forward
        FeedForwardNorm.Forward(x, kept.MiddleNormed, rows);                 // [T, hidden]
        Gate.Forward(kept.MiddleNormed, kept.Gate, rows);                    // [T, feed-forward]
        Up.Forward(kept.MiddleNormed, kept.Up, rows);                        // [T, feed-forward]
        GatedActivation.Forward(_config.Activation, kept.Gate, kept.Up, kept.Gated, rows * _config.FeedForward);
        Down.Forward(kept.Gated, kept.Lowered, rows);                        // [T, hidden]
        AddResidual(AfterFeedForward, kept.Lowered, x, rows);
        return kept;
    }

    /// <param name="dx">[T, hidden]: the gradient of the block's output; replaced by that of its input.</param>
    public void Backward(PackedBatch batch, Kept kept, float[] dx)
    {
        var taken = _scratch.Taken;
        FeedForwardBackward(kept, dx, batch.Count);
        _scratch.Taken = taken;
        AttentionBackward(batch, kept, dx, batch.Count);
        _scratch.Taken = taken;
    }

    /// <summary>d(x + lowered)</summary>
    private void FeedForwardBackward(Kept kept, float[] dx, int rows)
    {
        var dLowered = ThroughNorm(AfterFeedForward, kept.Lowered, dx, rows);
        var dGated = _scratch.TakeZeros(rows * _config.FeedForward);
        Down.Backward(kept.Gated, dLowered, dGated, rows);
        var (dGate, dUp) = (_scratch.Take(rows * _config.FeedForward), _scratch.Take(rows * _config.FeedForward));
        GatedActivation.Backward(_config.Activation, kept.Gate, kept.Up, dGated, dGate, dUp, rows * _config.FeedForward);
        var dNormed = _scratch.TakeZeros(rows * _config.Hidden);
        Gate.Backward(kept.MiddleNormed, dGate, dNormed, rows);
        Up.Backward(kept.MiddleNormed, dUp, dNormed, rows);
        FeedForwardNorm.AddBackward(kept.Middle, dNormed, dx, rows);
    }

    /// <summary>d(x + projected)</summary>
    private void AttentionBackward(PackedBatch batch, Kept kept, float[] dx, int rows)
    {
        var dProjected = ThroughNorm(AfterAttention, kept.Projected, dx, rows);
        var dAttended = _scratch.TakeZeros(rows * _q);
        Output.Backward(kept.Attended, dProjected, dAttended, rows);
        var (dq, dk, dv) = (_scratch.TakeZeros(rows * _q), _scratch.TakeZeros(rows * _kv), _scratch.TakeZeros(rows * _kv));
        _attention.AddBackward(batch, new(kept.Q, kept.K, kept.V), kept.Attended, kept.LogSums, dAttended, new(dq, dk, dv));
        _rotation.Undo(dq, batch.Positions, _config.Heads);
        _rotation.Undo(dk, batch.Positions, _config.KvHeads);
        dq = ThroughNorm(QueryNorm, kept.QBeforeNorm, dq, rows * _config.Heads);
        dk = ThroughNorm(KeyNorm, kept.KBeforeNorm, dk, rows * _config.KvHeads);
        var dNormed = _scratch.TakeZeros(rows * _config.Hidden);
        Query.Backward(kept.Normed, dq, dNormed, rows);
        Key.Backward(kept.Normed, dk, dNormed, rows);
        Value.Backward(kept.Normed, dv, dNormed, rows);
        InputNorm.AddBackward(kept.Input, dNormed, dx, rows);
    }

    private void AddResidual(TrainedNorm? norm, float[] branch, float[] x, int rows)
    {
        var taken = _scratch.Taken;
        var added = branch;
        if (norm is not null) norm.Forward(branch, added = _scratch.Take(rows * _config.Hidden), rows);
        Chunks.ForEach(rows * _config.Hidden, ChunkLength, (start, end) => TensorPrimitives.Add(x.AsSpan(start..end), added.AsSpan(start..end), x.AsSpan(start..end)));
        _scratch.Taken = taken;
    }

    private float[] ThroughNorm(TrainedNorm? norm, float[] x, float[] dy, int rows)
    {
        if (norm is null) return dy;
        var dx = _scratch.TakeZeros(rows * norm.Weight.Columns);
        norm.AddBackward(x, dy, dx, rows);
        return dx;
    }

    private static void Copy(float[] from, float[] to, int length) => from.AsSpan(0, length).CopyTo(to);

    /// <summary>What a forward pass leaves for its backward pass.</summary>
    internal sealed class Kept
    {
        public Kept(int rows, ModelConfig config, Scratch scratch)
        {
            var (q, kv) = (rows * config.Heads * config.HeadLength, rows * config.KvHeads * config.HeadLength);
            (Input, Normed) = (scratch.Take(rows * config.Hidden), scratch.Take(rows * config.Hidden));
            (Q, K, V) = (scratch.Take(q), scratch.Take(kv), scratch.Take(kv));
            (QBeforeNorm, KBeforeNorm) = config.QueryKeyNorm ? (scratch.Take(q), scratch.Take(kv)) : (Q, K);
            (Attended, LogSums) = (scratch.Take(q), scratch.Take(rows * config.Heads));
            (Projected, Middle, MiddleNormed) = (scratch.Take(rows * config.Hidden), scratch.Take(rows * config.Hidden), scratch.Take(rows * config.Hidden));
            (Gate, Up, Gated) = (scratch.Take(rows * config.FeedForward), scratch.Take(rows * config.FeedForward), scratch.Take(rows * config.FeedForward));
            Lowered = scratch.Take(rows * config.Hidden);
        }

        public float[] Input { get; }
        public float[] Normed { get; }
        public float[] Q { get; }
        public float[] K { get; }
        public float[] V { get; }

        /// <summary><see cref="Q"/> itself in families without this norm.</summary>
        public float[] QBeforeNorm { get; }
        public float[] KBeforeNorm { get; }
        public float[] Attended { get; }
        public float[] LogSums { get; }
        public float[] Projected { get; }
        public float[] Middle { get; }
        public float[] MiddleNormed { get; }
        public float[] Gate { get; }
        public float[] Up { get; }
        public float[] Gated { get; }
        public float[] Lowered { get; }
    }
}
