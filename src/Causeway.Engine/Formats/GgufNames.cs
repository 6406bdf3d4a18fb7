namespace Causeway.Engine.Formats;

/// <summary>llama.cpp's names of weights, and Hugging Face's for the same ones.</summary>
internal static class GgufNames
{
    /// <summary>What each frequency of the rotation is divided by: no weight, but kept among them.</summary>
    public const string RopeFactors = "rope_freqs.weight";

    /// <summary>Names that are not in the list keep what they have below the layer, so that an unknown part of a layer is seen as one.</summary>
    public static string ToHuggingFace(Architecture architecture, string name)
    {
        if (name == "token_embd.weight") return "model.embed_tokens.weight";
        if (name == "output_norm.weight") return "model.norm.weight";
        if (name == "output.weight") return "lm_head.weight";
        if (!name.StartsWith("blk.", StringComparison.Ordinal)) return name;
        var parts = name.Split('.');
        if (parts.Length != 4) return "model.layers." + name["blk.".Length..];
        return $"model.layers.{parts[1]}.{Module(architecture, parts[2])}.{parts[3]}";
    }

    /// <summary>The other way round, for the names of <see cref="WeightShapes"/>.</summary>
    public static string FromHuggingFace(Architecture architecture, string name)
    {
        if (name.Split('.') is not ["model", "layers", var layer, .. var path, var kind])
            return name switch { "model.embed_tokens.weight" => "token_embd.weight", "model.norm.weight" => "output_norm.weight", "lm_head.weight" => "output.weight", _ => name };
        var module = string.Join('.', path);
        var own = _modules.FirstOrDefault(candidate => Module(architecture, candidate) == module) ?? throw new ArgumentException($"llama.cpp has no name for {name}.", nameof(name));
        return $"blk.{layer}.{own}.{kind}";
    }

    /// <summary>The length of a head whose rows llama.cpp keeps in the order of interleaved rotation; 0 for a weight whose rows stay as they are.</summary>
    public static int InterleavedHead(Architecture architecture, string name, ReadOnlySpan<int> shape, int headLength)
    {
        if (architecture is not (Architecture.Llama or Architecture.SmolLM3) || shape.Length != 2) return 0;
        var rotated = name.EndsWith(".q_proj.weight", StringComparison.Ordinal) || name.EndsWith(".k_proj.weight", StringComparison.Ordinal);
        // Other sizes are refused when the shape is checked.
        return rotated && headLength > 0 && headLength % 2 == 0 && shape[0] % headLength == 0 ? headLength : 0;
    }

    private static readonly string[] _modules =
    [
        "attn_norm", "attn_q", "attn_k", "attn_v", "attn_output", "attn_q_norm", "attn_k_norm",
        "ffn_gate", "ffn_up", "ffn_down", "ffn_norm", "post_attention_norm", "post_ffw_norm",
    ];

    private static string Module(Architecture architecture, string name) => name switch
    {
        "attn_norm" => "input_layernorm",
        "attn_q" => "self_attn.q_proj",
        "attn_k" => "self_attn.k_proj",
        "attn_v" => "self_attn.v_proj",
        "attn_output" => "self_attn.o_proj",
        "attn_q_norm" => "self_attn.q_norm",
        "attn_k_norm" => "self_attn.k_norm",
        "ffn_gate" => "mlp.gate_proj",
        "ffn_up" => "mlp.up_proj",
        "ffn_down" => "mlp.down_proj",
        "ffn_norm" => architecture == Architecture.Gemma3 ? "pre_feedforward_layernorm" : "post_attention_layernorm",
        "post_attention_norm" => "post_attention_layernorm",
        "post_ffw_norm" => "post_feedforward_layernorm",
        _ => name,
    };
}
