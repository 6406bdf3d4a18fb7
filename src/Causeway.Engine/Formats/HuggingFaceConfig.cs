namespace Causeway.Engine.Formats;

/// <summary>Reads config.json as Hugging Face's transformers writes it, with what its classes assume of keys that are not there.</summary>
internal static class HuggingFaceConfig
{
    private const string File = "config.json";

    /// <exception cref="ModelFormatException">A family, an option or a size that this engine does not run.</exception>
    public static ModelConfig Read(ConfigJson json)
    {
        var architecture = ArchitectureOf(json);
        Refuse(json);
        var gemma = architecture == Architecture.Gemma3;
        var heads = json.Count("num_attention_heads", ConfigLimits.Heads);
        var hidden = json.Count("hidden_size", ConfigLimits.Hidden);
        var headLength = json.Count("head_dim", ConfigLimits.HeadLength, architecture switch
        {
            Architecture.Gemma3 => 256,
            Architecture.Qwen3 => 128,
            _ when hidden % heads == 0 => hidden / heads,
            _ => null,
        });
        var context = json.Count("max_position_embeddings", ConfigLimits.Context);
        return ConfigLimits.Check(File, new ModelConfig
        {
            Architecture = architecture,
            Vocabulary = json.Count("vocab_size", ConfigLimits.Vocabulary),
            Hidden = hidden,
            FeedForward = json.Count("intermediate_size", ConfigLimits.FeedForward),
            Heads = heads,
            KvHeads = json.Count("num_key_value_heads", ConfigLimits.Heads, heads),
            HeadLength = headLength,
            Context = context,
            Layers = HuggingFaceLayers.Read(json, architecture, headLength, context),
            NormEpsilon = (float)json.Positive("rms_norm_eps", 1e-6),
            Activation = ActivationOf(json, gemma),
            AttentionScale = (float)(1 / Math.Sqrt(gemma ? json.Positive("query_pre_attn_scalar", 256) : headLength)),
            EmbeddingScale = gemma ? MathF.Sqrt(hidden) : 1,
            TiedHead = json.Flag("tie_word_embeddings", gemma || architecture == Architecture.SmolLM3),
            AttentionBias = architecture == Architecture.Qwen2,
            QueryKeyNorm = architecture is Architecture.Qwen3 or Architecture.Gemma3,
            PostNorms = gemma,
            NormWeightOffset = gemma ? 1 : 0,
        });
    }

    private static Architecture ArchitectureOf(ConfigJson json)
    {
        var name = json.Texts("architectures").FirstOrDefault() ?? json.Text("model_type") ?? throw json.Bad("architectures", "is missing");
        return name switch
        {
            "LlamaForCausalLM" or "llama" => Architecture.Llama,
            "Qwen2ForCausalLM" or "qwen2" => Architecture.Qwen2,
            "Qwen3ForCausalLM" or "qwen3" => Architecture.Qwen3,
            "SmolLM3ForCausalLM" or "smollm3" => Architecture.SmolLM3,
            "Gemma3ForCausalLM" or "gemma3_text" => Architecture.Gemma3,
            _ => throw new ModelFormatException($"{File}: {Shown(name)} is not an architecture that this engine runs; it runs Llama, Qwen2, Qwen3 (dense), SmolLM3 and Gemma 3 (text)."),
        };
    }

    // Options that would change the numbers, and that this engine does not compute: better no answer than a wrong one.
    private static void Refuse(ConfigJson json)
    {
        if (json.Has("quantization_config")) throw json.Bad("quantization_config", "is set: quantised weights are read from GGUF files only");
        foreach (var flag in (ReadOnlySpan<string>)["attention_bias", "mlp_bias", "use_bidirectional_attention"])
            if (json.Flag(flag, false)) throw json.Bad(flag, "is set, which this engine does not compute");
        foreach (var cap in (ReadOnlySpan<string>)["final_logit_softcapping", "attn_logit_softcapping"])
            if (json.Has(cap)) throw json.Bad(cap, "is set, which this engine does not compute");
        if (json.Positive("partial_rotary_factor", 1) != 1) throw json.Bad("partial_rotary_factor", "is not 1: heads are rotated as a whole");
    }

    private static Activation ActivationOf(ConfigJson json, bool gemma)
    {
        var key = gemma && json.Has("hidden_activation") ? "hidden_activation" : "hidden_act";
        return json.Text(key) switch
        {
            null => gemma ? Activation.GeluTanh : Activation.Silu,
            "silu" or "swish" => Activation.Silu,
            "gelu_pytorch_tanh" => Activation.GeluTanh,
            var other => throw json.Bad(key, $"is {Shown(other)}; this engine computes silu and gelu_pytorch_tanh"),
        };
    }

    /// <summary>A word of the file in a message: not more of it than a name can be.</summary>
    internal static string Shown(string text) => text.Length <= 64 ? text : text[..64] + "…";
}
