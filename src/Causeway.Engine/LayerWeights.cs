using Causeway.Engine.Formats;
using Causeway.Engine.Kernels;

namespace Causeway.Engine;

/// <summary>The weights of one layer. What the model's family does not have is null. Immutable.</summary>
internal sealed class LayerWeights : IDisposable
{
    /// <summary>[hidden]</summary>
    public required float[] AttentionNorm { get; init; }

    /// <summary>[(heads + 2·kvHeads)·headLength, hidden]: q, k and v below each other.</summary>
    public required PackedMatrix QueryKeyValue { get; init; }

    /// <summary>[(heads + 2·kvHeads)·headLength]</summary>
    public float[]? QueryKeyValueBias { get; init; }

    /// <summary>[headLength]</summary>
    public float[]? QueryNorm { get; init; }

    /// <summary>[headLength]</summary>
    public float[]? KeyNorm { get; init; }

    /// <summary>[hidden, heads·headLength]</summary>
    public required PackedMatrix Output { get; init; }

    /// <summary>[hidden]</summary>
    public float[]? PostAttentionNorm { get; init; }

    /// <summary>[hidden]</summary>
    public required float[] FeedForwardNorm { get; init; }

    /// <summary>[2·feedForward, hidden]: gate and up below each other.</summary>
    public required PackedMatrix GateUp { get; init; }

    /// <summary>[hidden, feedForward]</summary>
    public required PackedMatrix Down { get; init; }

    /// <summary>[hidden]</summary>
    public float[]? PostFeedForwardNorm { get; init; }

    /// <summary>Index into <see cref="Model.Ropes"/>; -1: this layer does not rotate.</summary>
    public required int Rope { get; init; }

    /// <summary>Null: every position sees all before it.</summary>
    public required int? SlidingWindow { get; init; }

    public long Bytes => QueryKeyValue.Bytes + Output.Bytes + GateUp.Bytes + Down.Bytes;

    public static LayerWeights Load(ModelConfig config, TensorSet tensors, WorkerPool pool, int index, int rope)
    {
        var at = $"model.layers.{index}.";
        var (hidden, queries, keys) = (config.Hidden, config.Heads * config.HeadLength, config.KvHeads * config.HeadLength);
        var packed = new List<PackedMatrix>(4);
        PackedMatrix Pack(params ReadOnlySpan<StoredTensor> parts)
        {
            packed.Add(PackedMatrix.Pack(pool, parts));
            return packed[^1];
        }

        float[] HiddenNorm(string name) => Norm(tensors, at + name, hidden, config);
        try
        {
            return new LayerWeights
            {
                AttentionNorm = HiddenNorm("input_layernorm.weight"),
                QueryKeyValue = Pack(
                    tensors.Get(at + "self_attn.q_proj.weight", queries, hidden),
                    tensors.Get(at + "self_attn.k_proj.weight", keys, hidden),
                    tensors.Get(at + "self_attn.v_proj.weight", keys, hidden)),
                QueryKeyValueBias = !config.AttentionBias ? null :
                [
                    .. tensors.Get(at + "self_attn.q_proj.bias", queries).ReadAll(),
                    .. tensors.Get(at + "self_attn.k_proj.bias", keys).ReadAll(),
                    .. tensors.Get(at + "self_attn.v_proj.bias", keys).ReadAll(),
                ],
                QueryNorm = config.QueryKeyNorm ? Norm(tensors, at + "self_attn.q_norm.weight", config.HeadLength, config) : null,
                KeyNorm = config.QueryKeyNorm ? Norm(tensors, at + "self_attn.k_norm.weight", config.HeadLength, config) : null,
                Output = Pack(tensors.Get(at + "self_attn.o_proj.weight", hidden, queries)),
                PostAttentionNorm = config.PostNorms ? HiddenNorm("post_attention_layernorm.weight") : null,
                FeedForwardNorm = HiddenNorm(config.PostNorms ? "pre_feedforward_layernorm.weight" : "post_attention_layernorm.weight"),
                GateUp = Pack(
                    tensors.Get(at + "mlp.gate_proj.weight", config.FeedForward, hidden),
                    tensors.Get(at + "mlp.up_proj.weight", config.FeedForward, hidden)),
                Down = Pack(tensors.Get(at + "mlp.down_proj.weight", hidden, config.FeedForward)),
                PostFeedForwardNorm = config.PostNorms ? HiddenNorm("post_feedforward_layernorm.weight") : null,
                Rope = rope,
                SlidingWindow = config.Layers[index].SlidingWindow,
            };
        }
        catch
        {
            foreach (var matrix in packed) matrix.Dispose();
            throw;
        }
    }

    /// <summary>A norm's weight, with what the family adds to it.</summary>
    public static float[] Norm(TensorSet tensors, string name, int length, ModelConfig config)
    {
        var weight = tensors.Get(name, length).ReadAll();
        for (var i = 0; i < weight.Length; i++) weight[i] += config.NormWeightOffset;
        return weight;
    }

    public void Dispose()
    {
        QueryKeyValue.Dispose();
        Output.Dispose();
        GateUp.Dispose();
        Down.Dispose();
    }
}
