using System.Text.Json.Nodes;

namespace Causeway.TinyModels;

/// <summary>A folder as <c>save_pretrained</c> of Hugging Face's transformers leaves it.</summary>
internal static class FolderWriter
{
    public static void Write(TinyModel model, string folder, TinyType type, int shards)
    {
        Directory.CreateDirectory(folder);
        WriteJson(folder, "config.json", Config(model, type));
        WriteJson(folder, "generation_config.json", Generation(model));
        WriteJson(folder, "tokenizer.json", TokenizerJson.Of(model.Tokenizer));
        WriteJson(folder, "tokenizer_config.json", TokenizerConfig(model));
        WriteWeights(model, folder, type, shards);
    }

    private static void WriteWeights(TinyModel model, string folder, TinyType type, int shards)
    {
        if (shards == 1)
        {
            Safetensors.Write(Path.Combine(folder, "model.safetensors"), type, model.Tensors);
            return;
        }
        var map = new JsonObject();
        for (var shard = 0; shard < shards; shard++)
        {
            var name = $"model-{shard + 1:00000}-of-{shards:00000}.safetensors";
            var tensors = model.Tensors.Where((_, i) => i % shards == shard).ToList();
            foreach (var tensor in tensors) map[tensor.Name] = name;
            Safetensors.Write(Path.Combine(folder, name), type, tensors);
        }
        var bytes = model.Tensors.Sum(tensor => (long)tensor.Values.Length) * (type == TinyType.F32 ? 4 : 2);
        WriteJson(folder, "model.safetensors.index.json", new JsonObject { ["metadata"] = new JsonObject { ["total_size"] = bytes }, ["weight_map"] = map });
    }

    private static JsonObject Config(TinyModel model, TinyType type)
    {
        var (shape, tokens) = (model.Shape, model.Tokenizer);
        var config = new JsonObject
        {
            ["architectures"] = new JsonArray($"{model.Architecture}ForCausalLM"),
            ["model_type"] = model.Architecture == TinyArchitecture.Gemma3 ? "gemma3_text" : model.Architecture.ToString().ToLowerInvariant(),
            ["vocab_size"] = model.Vocabulary,
            ["hidden_size"] = shape.Hidden,
            ["intermediate_size"] = shape.FeedForward,
            ["num_hidden_layers"] = model.Layers,
            ["num_attention_heads"] = shape.Heads,
            ["num_key_value_heads"] = shape.KvHeads,
            ["head_dim"] = shape.HeadLength,
            ["max_position_embeddings"] = shape.Context,
            ["rms_norm_eps"] = model.Epsilon,
            ["rope_theta"] = model.Theta,
            ["rope_scaling"] = Scaling(model.Rope),
            ["tie_word_embeddings"] = model.TiedHead,
            ["hidden_act"] = "silu",
            ["bos_token_id"] = tokens.Bos,
            ["eos_token_id"] = tokens.EndOfText,
            ["torch_dtype"] = type switch { TinyType.F32 => "float32", TinyType.F16 => "float16", _ => "bfloat16" },
        };
        if (model.Architecture == TinyArchitecture.SmolLM3)
            config["no_rope_layers"] = new JsonArray([.. Enumerable.Range(1, model.Layers).Select(layer => JsonValue.Create(layer % 4 == 0 ? 0 : 1))]);
        if (model.Architecture == TinyArchitecture.Gemma3)
        {
            config.Remove("hidden_act");
            config["hidden_activation"] = "gelu_pytorch_tanh";
            config["query_pre_attn_scalar"] = shape.HeadLength;
            config["rope_local_base_freq"] = 10000.0;
            config["sliding_window"] = shape.SlidingWindow;
            config["layer_types"] = new JsonArray([.. Enumerable.Range(1, model.Layers)
                .Select(layer => JsonValue.Create(layer % 6 == 0 ? "full_attention" : "sliding_attention"))]);
        }
        return config;
    }

    private static JsonObject? Scaling(TinyRope rope) => rope switch
    {
        TinyRope.Linear => new JsonObject { ["rope_type"] = "linear", ["factor"] = TinyModel.RopeFactor },
        TinyRope.Yarn => new JsonObject { ["rope_type"] = "yarn", ["factor"] = TinyModel.RopeFactor, ["original_max_position_embeddings"] = TinyModel.RopeOriginalContext },
        TinyRope.Llama3 => new JsonObject
        {
            ["rope_type"] = "llama3",
            ["factor"] = TinyModel.RopeFactor,
            ["low_freq_factor"] = TinyModel.RopeLowFactor,
            ["high_freq_factor"] = TinyModel.RopeHighFactor,
            ["original_max_position_embeddings"] = TinyModel.RopeOriginalContext,
        },
        _ => null,
    };

    private static JsonObject Generation(TinyModel model) => new()
    {
        ["bos_token_id"] = model.Tokenizer.Bos,
        ["eos_token_id"] = new JsonArray(model.Tokenizer.EndOfTurn, model.Tokenizer.EndOfText),
        ["do_sample"] = true,
        ["temperature"] = 0.6,
        ["top_k"] = 20,
        ["top_p"] = 0.95,
    };

    private static JsonObject TokenizerConfig(TinyModel model)
    {
        var tokens = model.Tokenizer;
        return new JsonObject
        {
            ["tokenizer_class"] = tokens.IsByteLevel ? "PreTrainedTokenizerFast" : "GemmaTokenizerFast",
            ["add_bos_token"] = tokens.AddBos,
            ["add_eos_token"] = false,
            ["bos_token"] = tokens.Bos is { } bos ? tokens.Tokens[bos].Text : null,
            ["eos_token"] = tokens.Tokens[tokens.EndOfTurn].Text,
            ["clean_up_tokenization_spaces"] = false,
            ["chat_template"] = model.ChatTemplate,
        };
    }

    private static void WriteJson(string folder, string name, JsonNode node) => File.WriteAllText(Path.Combine(folder, name), node.ToJsonString());
}
