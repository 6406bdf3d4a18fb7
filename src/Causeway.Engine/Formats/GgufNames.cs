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
