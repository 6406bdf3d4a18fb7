namespace Causeway.Engine.Formats;

/// <summary>The weights that a configuration asks for, by Hugging Face's names.</summary>
internal static class WeightShapes
{
    public static IEnumerable<(string Name, int[] Shape)> Of(ModelConfig config)
    {
        yield return ("model.embed_tokens.weight", [config.Vocabulary, config.Hidden]);
        for (var layer = 0; layer < config.Layers.Length; layer++)
            foreach (var (name, shape) in OfLayer(config)) yield return ($"model.layers.{layer}.{name}", shape);
        yield return ("model.norm.weight", [config.Hidden]);
        if (!config.TiedHead) yield return ("lm_head.weight", [config.Vocabulary, config.Hidden]);
    }

    /// <summary>Holds a file against its configuration, so that what is wrong is said before anything is computed.</summary>
    /// <exception cref="ModelFormatException">A weight is missing, has another shape or an unknown type, or the layers have one that would have to be computed and is not.</exception>
    public static void Check(ModelConfig config, TensorSet tensors)
    {
        var expected = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, shape) in Of(config))
        {
            tensors.Get(name, shape);
            expected.Add(name);
        }
        var extra = tensors.Names.FirstOrDefault(name => name.StartsWith("model.layers.", StringComparison.Ordinal) && !expected.Contains(name) && !IsDerived(name));
        if (extra is not null)
            throw new ModelFormatException($"The weight {extra} is none that a {config.Architecture} of this configuration has: the model is of a kind that this engine does not run.");
    }

    // Old checkpoints carry the rotation's frequencies along, which follow from the configuration.
    private static bool IsDerived(string name) => name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal);

    private static IEnumerable<(string Name, int[] Shape)> OfLayer(ModelConfig config)
    {
        var (queries, keys) = (config.Heads * config.HeadLength, config.KvHeads * config.HeadLength);
        foreach (var (name, rows) in new[] { ("q", queries), ("k", keys), ("v", keys) })
        {
            yield return ($"self_attn.{name}_proj.weight", [rows, config.Hidden]);
            if (config.AttentionBias) yield return ($"self_attn.{name}_proj.bias", [rows]);
        }
        yield return ("self_attn.o_proj.weight", [config.Hidden, queries]);
        if (config.QueryKeyNorm)
        {
            yield return ("self_attn.q_norm.weight", [config.HeadLength]);
            yield return ("self_attn.k_norm.weight", [config.HeadLength]);
        }
        yield return ("mlp.gate_proj.weight", [config.FeedForward, config.Hidden]);
        yield return ("mlp.up_proj.weight", [config.FeedForward, config.Hidden]);
        yield return ("mlp.down_proj.weight", [config.Hidden, config.FeedForward]);
        yield return ("input_layernorm.weight", [config.Hidden]);
        yield return ("post_attention_layernorm.weight", [config.Hidden]);
        if (!config.PostNorms) yield break;
        yield return ("pre_feedforward_layernorm.weight", [config.Hidden]);
        yield return ("post_feedforward_layernorm.weight", [config.Hidden]);
    }
}
