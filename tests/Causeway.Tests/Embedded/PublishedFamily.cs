using System.Text.Json.Nodes;
using Causeway.Engine.Tests.Tokenizers;
using Causeway.TinyModels;

namespace Causeway.Tests.Embedded;

/// <summary>
/// A folder with all that a published model has but its weights: each key of its config.json and generation_config.json, with fewer and smaller
/// layers; its own tokenizer and chat template where a package has them; random weights for its whole vocabulary.
/// </summary>
/// <param name="Tokenizer">Which of the reference packages has its tokenizer and its template; null for a tiny vocabulary and a template of ours.</param>
internal sealed record PublishedFamily(TinyArchitecture Architecture, string Config, string Generation, string? Tokenizer, string Template)
{
    public static PublishedFamily Of(string name) => name switch
    {
        "Qwen2.5-0.5B-Instruct" => new(TinyArchitecture.Qwen2, """
            {"architectures":["Qwen2ForCausalLM"],"attention_dropout":0.0,"bos_token_id":151643,"eos_token_id":151645,"hidden_act":"silu","hidden_size":32,"initializer_range":0.02,
             "intermediate_size":64,"max_position_embeddings":32768,"max_window_layers":21,"model_type":"qwen2","num_attention_heads":4,"num_hidden_layers":2,"num_key_value_heads":2,
             "rms_norm_eps":1e-06,"rope_theta":1000000.0,"sliding_window":32768,"tie_word_embeddings":true,"torch_dtype":"bfloat16","transformers_version":"4.43.1","use_cache":true,
             "use_sliding_window":false,"vocab_size":151936}
            """, """{"bos_token_id":151643,"pad_token_id":151643,"do_sample":true,"eos_token_id":[151645,151643],"repetition_penalty":1.1,"temperature":0.7,"top_p":0.8,"top_k":20}""", "qwen2_5", ""),
        "Qwen3-0.6B" => new(TinyArchitecture.Qwen3, """
            {"architectures":["Qwen3ForCausalLM"],"attention_bias":false,"attention_dropout":0.0,"bos_token_id":151643,"eos_token_id":151645,"head_dim":16,"hidden_act":"silu","hidden_size":32,
             "initializer_range":0.02,"intermediate_size":64,"max_position_embeddings":40960,"max_window_layers":28,"model_type":"qwen3","num_attention_heads":4,"num_hidden_layers":2,
             "num_key_value_heads":2,"rms_norm_eps":1e-06,"rope_scaling":null,"rope_theta":1000000,"sliding_window":null,"tie_word_embeddings":true,"torch_dtype":"bfloat16",
             "transformers_version":"4.51.0","use_cache":true,"use_sliding_window":false,"vocab_size":151936}
            """, """{"bos_token_id":151643,"do_sample":true,"eos_token_id":[151645,151643],"pad_token_id":151643,"temperature":0.6,"top_k":20,"top_p":0.95}""", "qwen3", ""),
        "Llama-3.2-1B-Instruct" => new(TinyArchitecture.Llama, """
            {"architectures":["LlamaForCausalLM"],"attention_bias":false,"attention_dropout":0.0,"bos_token_id":128000,"eos_token_id":[128001,128008,128009],"head_dim":8,"hidden_act":"silu",
             "hidden_size":32,"initializer_range":0.02,"intermediate_size":64,"max_position_embeddings":131072,"mlp_bias":false,"model_type":"llama","num_attention_heads":4,"num_hidden_layers":2,
             "num_key_value_heads":2,"pretraining_tp":1,"rms_norm_eps":1e-05,"rope_scaling":{"factor":32.0,"high_freq_factor":4.0,"low_freq_factor":1.0,"original_max_position_embeddings":8192,
             "rope_type":"llama3"},"rope_theta":500000.0,"tie_word_embeddings":true,"torch_dtype":"bfloat16","transformers_version":"4.45.0.dev0","use_cache":true,"vocab_size":128256}
            """, """{"bos_token_id":128000,"do_sample":true,"eos_token_id":[128001,128008,128009],"temperature":0.6,"top_p":0.9}""", "llama3_2", ""),
        "gemma-3-270m-it" => new(TinyArchitecture.Gemma3, """
            {"_sliding_window_pattern":6,"architectures":["Gemma3ForCausalLM"],"attention_bias":false,"attention_dropout":0.0,"attn_logit_softcapping":null,"bos_token_id":2,"eos_token_id":1,
             "final_logit_softcapping":null,"head_dim":16,"hidden_activation":"gelu_pytorch_tanh","hidden_size":32,"initializer_range":0.02,"intermediate_size":64,
             "layer_types":["sliding_attention","full_attention"],"max_position_embeddings":32768,"model_type":"gemma3_text","num_attention_heads":4,"num_hidden_layers":2,"num_key_value_heads":1,
             "pad_token_id":0,"query_pre_attn_scalar":256,"rms_norm_eps":1e-06,"rope_local_base_freq":10000.0,"rope_scaling":null,"rope_theta":1000000.0,"sliding_window":512,
             "torch_dtype":"bfloat16","transformers_version":"4.55.0.dev0","use_bidirectional_attention":false,"use_cache":true,"vocab_size":262144}
            """, """{"cache_implementation":"hybrid","do_sample":true,"eos_token_id":[1,106],"top_k":64,"top_p":0.95}""", "gemma3", ""),
        "SmolLM2-135M-Instruct" => new(TinyArchitecture.Llama, """
            {"architectures":["LlamaForCausalLM"],"attention_bias":false,"attention_dropout":0.0,"bos_token_id":1,"eos_token_id":2,"hidden_act":"silu","hidden_size":36,
             "initializer_range":0.041666666666666664,"intermediate_size":96,"is_llama_config":true,"max_position_embeddings":8192,"mlp_bias":false,"model_type":"llama","num_attention_heads":9,
             "num_hidden_layers":3,"num_key_value_heads":3,"pad_token_id":2,"pretraining_tp":1,"rms_norm_eps":1e-05,"rope_interleaved":false,"rope_scaling":null,"rope_theta":100000,
             "tie_word_embeddings":true,"torch_dtype":"bfloat16","transformers.js_config":{"kv_cache_dtype":{"q4f16":"float16","fp16":"float16"}},"transformers_version":"4.42.3","use_cache":true,
             "vocab_size":49152}
            """, """{"_from_model_config":true,"bos_token_id":1,"eos_token_id":2,"pad_token_id":2}""", null, PublishedTemplates.SmolLM2),
        "SmolLM3-3B" => new(TinyArchitecture.SmolLM3, """
            {"architectures":["SmolLM3ForCausalLM"],"attention_bias":false,"attention_dropout":0.0,"bos_token_id":null,"eos_token_id":128012,"hidden_act":"silu","hidden_size":32,
             "initializer_range":0.02,"intermediate_size":64,"layer_types":["full_attention","full_attention","full_attention","full_attention","full_attention","full_attention","full_attention","full_attention"],
             "max_position_embeddings":65536,"max_window_layers":28,"mlp_bias":false,"model_type":"smollm3","no_rope_layer_interval":4,"no_rope_layers":[1,1,1,0,1,1,1,0],"num_attention_heads":4,
             "num_hidden_layers":8,"num_key_value_heads":2,"pad_token_id":128004,"pretraining_tp":2,"rms_norm_eps":1e-06,"rope_scaling":null,"rope_theta":5000000.0,"sliding_window":null,
             "torch_dtype":"bfloat16","transformers_version":"4.54.0.dev0","use_cache":true,"use_sliding_window":false,"vocab_size":128256}
            """, """{"do_sample":true,"bos_token_id":null,"eos_token_id":128012,"pad_token_id":128004,"temperature":0.6,"top_p":0.95}""", null, PublishedTemplates.SmolLM3),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such family"),
    };

    public async Task WriteAsync(string folder)
    {
        var config = JsonNode.Parse(Config)!.AsObject();
        var generation = JsonNode.Parse(Generation)!.AsObject();
        Directory.CreateDirectory(folder);
        if (Tokenizer is null) WriteTinyTokenizer(folder, config, generation);
        else
            foreach (var file in (string[])["tokenizer.json", "tokenizer_config.json"])
                File.Copy(Path.Combine(await References.FolderAsync(Tokenizer), file), Path.Combine(folder, file));
        await File.WriteAllTextAsync(Path.Combine(folder, "config.json"), config.ToJsonString());
        await File.WriteAllTextAsync(Path.Combine(folder, "generation_config.json"), generation.ToJsonString());
        Safetensors.Write(Path.Combine(folder, "model.safetensors"), TinyType.BF16, Weights(config));
    }

    // SmolLM2's rules: digits stand alone, the rest is cut as in GPT-2; SmolLM3's are Llama 3's.
    private void WriteTinyTokenizer(string folder, JsonObject config, JsonObject generation)
    {
        var tokenizer = Architecture == TinyArchitecture.SmolLM3 ? TinyTokenizer.Llama3 with { AddBos = false } : TinyTokenizer.Qwen;
        TinyModel.Create(Architecture, tokenizer: tokenizer).WriteFolder(folder);
        Change(folder, "tokenizer_config.json", json => json["chat_template"] = Template);
        if (Architecture == TinyArchitecture.Llama)
            Change(folder, "tokenizer.json", json =>
            {
                json["normalizer"] = null;
                json["pre_tokenizer"] = JsonNode.Parse("""
                    {"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}]}
                    """);
            });
        config["vocab_size"] = tokenizer.PaddedCount;
        foreach (var ends in (JsonObject[])[config, generation])
            (ends["eos_token_id"], ends["pad_token_id"]) = (tokenizer.EndOfTurn, tokenizer.EndOfTurn);
    }

    private IReadOnlyList<TinyTensor> Weights(JsonObject config)
    {
        var (hidden, heads) = ((int)config["hidden_size"]!, (int)config["num_attention_heads"]!);
        var shape = new TinyShape
        {
            Hidden = hidden, FeedForward = (int)config["intermediate_size"]!, Layers = (int)config["num_hidden_layers"]!, Heads = heads, KvHeads = (int)config["num_key_value_heads"]!,
            HeadLength = (int?)config["head_dim"] ?? hidden / heads, TiedHead = true,
        };
        // Only the number of tokens counts for the weights; 16 rows more than tokens are made.
        var rows = (int)config["vocab_size"]!;
        var tokens = TinyTokenizer.Qwen with { Tokens = [.. Enumerable.Repeat(new TinyToken("", TinyTokenKind.Normal), rows - 16)] };
        return TinyModel.Create(Architecture, shape: shape, tokenizer: tokens).Tensors;
    }

    private static void Change(string folder, string file, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, file)))!.AsObject();
        change(json);
        File.WriteAllText(Path.Combine(folder, file), json.ToJsonString());
    }
}
