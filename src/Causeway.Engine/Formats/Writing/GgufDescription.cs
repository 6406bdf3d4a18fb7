namespace Causeway.Engine.Formats.Writing;

/// <summary>A decoder's configuration in GGUF's keys, as llama.cpp's converter spells them; the other way round than <see cref="GgufConfig"/>.</summary>
internal static class GgufDescription
{
    /// <param name="json">The config.json that <paramref name="config"/> was read from: it still says how the rotation came about.</param>
    /// <returns>What the frequencies of the rotation are divided by, where the format keeps that as a tensor; else null.</returns>
    public static float[]? Describe(GgufEntries entries, ModelConfig config, ConfigJson json)
    {
        var prefix = PrefixOf(config.Architecture);
        entries.Set("general.architecture", prefix);
        entries.Set("general.type", "model");
        entries.Set($"{prefix}.vocab_size", config.Vocabulary);
        entries.Set($"{prefix}.context_length", config.Context);
        entries.Set($"{prefix}.embedding_length", config.Hidden);
        entries.Set($"{prefix}.block_count", config.Layers.Length);
        entries.Set($"{prefix}.feed_forward_length", config.FeedForward);
        entries.Set($"{prefix}.attention.head_count", config.Heads);
        entries.Set($"{prefix}.attention.head_count_kv", config.KvHeads);
        entries.Set($"{prefix}.attention.key_length", config.HeadLength);
        entries.Set($"{prefix}.attention.value_length", config.HeadLength);
        entries.Set($"{prefix}.attention.layer_norm_rms_epsilon", config.NormEpsilon);
        entries.Set($"{prefix}.rope.dimension_count", config.HeadLength);
        if (config.Layers.Select(layer => layer.SlidingWindow).OfType<int>().FirstOrDefault() is > 0 and var window) entries.Set($"{prefix}.attention.sliding_window", window);
        if (config.Architecture == Architecture.Gemma3 && HuggingFaceLayers.RotationOf(json, config.Architecture, "sliding_attention").Theta is var local && local != 10_000)
            entries.Set($"{prefix}.rope.freq_base_swa", (float)local);
        return DescribeRotation(entries, prefix, config, json);
    }

    private static float[]? DescribeRotation(GgufEntries entries, string prefix, ModelConfig config, ConfigJson json)
    {
        var (theta, scaling) = HuggingFaceLayers.RotationOf(json, config.Architecture, "full_attention");
        entries.Set($"{prefix}.rope.freq_base", (float)theta);
        // Gemma 3's sliding layers rotate by another rule; the last layer that rotates is none of them.
        var rope = config.Layers.LastOrDefault(layer => layer is { Rope: not null, SlidingWindow: null })?.Rope ?? config.Layers.Select(layer => layer.Rope).OfType<Rope>().FirstOrDefault();
        switch (scaling?.Text("rope_type") ?? scaling?.Text("type") ?? "default")
        {
            case "llama3" when rope is not null:
                var plain = RopeFrequencies.Plain(theta, config.HeadLength).Frequencies;
                return [.. plain.Zip(rope.Frequencies, (unscaled, scaled) => unscaled / scaled)];
            case "linear":
                entries.Set($"{prefix}.rope.scaling.type", "linear");
                entries.Set($"{prefix}.rope.scaling.factor", (float)scaling!.Positive("factor"));
                break;
            case "yarn" when rope is not null:
                DescribeYarn(entries, $"{prefix}.rope.scaling.", scaling!, config, rope);
                break;
        }
        return null;
    }

    private static void DescribeYarn(GgufEntries entries, string prefix, ConfigJson scaling, ModelConfig config, Rope rope)
    {
        var original = scaling.Count("original_max_position_embeddings", ConfigLimits.Context, config.Context);
        var factor = scaling.Positive("factor", config.Context / (double)original);
        entries.Set(prefix + "type", "yarn");
        entries.Set(prefix + "factor", (float)factor);
        entries.Set(prefix + "original_context_length", original);
        if (scaling.Has("beta_fast")) entries.Set(prefix + "yarn_beta_fast", (float)scaling.Positive("beta_fast"));
        if (scaling.Has("beta_slow")) entries.Set(prefix + "yarn_beta_slow", (float)scaling.Positive("beta_slow"));
        // llama.cpp multiplies its own rule with this; said only where the model's own magnitude is another.
        var rule = (0.1 * Math.Log(Math.Max(factor, 1))) + 1;
        if (Math.Abs((rope.Magnitude / rule) - 1) > 1e-6) entries.Set(prefix + "attn_factor", (float)(rope.Magnitude / rule));
    }

    private static string PrefixOf(Architecture architecture) => architecture switch
    {
        Architecture.Llama => "llama",
        Architecture.Qwen2 => "qwen2",
        Architecture.Qwen3 => "qwen3",
        Architecture.SmolLM3 => "smollm3",
        Architecture.Gemma3 => "gemma3",
        _ => throw new ArgumentOutOfRangeException(nameof(architecture), architecture, null),
    };
}
