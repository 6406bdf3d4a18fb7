using System.Text;
using System.Text.Json.Nodes;
using Causeway.Engine.Formats;

namespace Causeway.Engine.Tests.Formats;

/// <summary>Configurations in the sizes and spellings of published models, as far as they differ from what tiny models say.</summary>
public sealed class HuggingFaceConfigTests
{
    private const string Qwen25 = """
        { "architectures": ["Qwen2ForCausalLM"], "hidden_size": 896, "intermediate_size": 4864, "num_hidden_layers": 24, "num_attention_heads": 14,
          "num_key_value_heads": 2, "max_position_embeddings": 32768, "vocab_size": 151936, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0,
          "tie_word_embeddings": true, "hidden_act": "silu", "sliding_window": 32768, "use_sliding_window": false, "max_window_layers": 21, "eos_token_id": 151645 }
        """;

    private const string Gemma270M = """
        { "architectures": ["Gemma3ForCausalLM"], "hidden_size": 640, "intermediate_size": 2048, "num_hidden_layers": 18, "num_attention_heads": 4,
          "num_key_value_heads": 1, "head_dim": 256, "max_position_embeddings": 32768, "vocab_size": 262144, "query_pre_attn_scalar": 256, "sliding_window": 512 }
        """;

    [Fact]
    public void A_head_is_as_long_as_the_hidden_state_has_room_for_when_nothing_says_otherwise()
    {
        var config = Read(Qwen25);

        Assert.Equal((64, 24, true, true), (config.HeadLength, config.Layers.Length, config.TiedHead, config.AttentionBias));
        Assert.Equal(0.125f, config.AttentionScale);
        Assert.All(config.Layers, layer => Assert.Null(layer.SlidingWindow));
    }

    [Fact]
    public void A_window_that_is_used_begins_at_the_layer_that_is_named()
    {
        var config = Read(Qwen25, json =>
        {
            json["use_sliding_window"] = true;
            json["sliding_window"] = 4096;
        });

        Assert.Equal([null, 4096], [config.Layers[20].SlidingWindow, config.Layers[21].SlidingWindow]);
    }

    [Fact]
    public void Types_of_layers_do_not_slide_in_a_model_whose_window_is_not_used()
    {
        var config = Read(Qwen25, json => json["layer_types"] = new JsonArray([.. Enumerable.Repeat("sliding_attention", 24).Select(type => JsonValue.Create(type))]));

        Assert.All(config.Layers, layer => Assert.Null(layer.SlidingWindow));
    }

    [Fact]
    public void Gemma_without_a_list_of_types_sees_everything_in_each_sixth_layer()
    {
        var config = Read(Gemma270M);

        Assert.Equal([5, 11, 17], Enumerable.Range(0, 18).Where(layer => config.Layers[layer].SlidingWindow is null));
        Assert.Equal(RopeFrequencies.Plain(1_000_000, 256).Frequencies, config.Layers[5].Rope!.Frequencies);
        Assert.Equal(RopeFrequencies.Plain(10_000, 256).Frequencies, config.Layers[6].Rope!.Frequencies);
        Assert.Equal((true, true, true, 1f, Activation.GeluTanh), (config.TiedHead, config.PostNorms, config.QueryKeyNorm, config.NormWeightOffset, config.Activation));
        Assert.Equal(MathF.Sqrt(640), config.EmbeddingScale);
    }

    [Fact]
    public void A_query_is_scaled_by_what_Gemma_says_and_not_by_its_head() =>
        Assert.Equal(1 / MathF.Sqrt(168), Read(Gemma270M, json => json["query_pre_attn_scalar"] = 168).AttentionScale);

    [Fact]
    public void The_fifth_version_of_transformers_says_the_rotation_of_each_type_of_layer_in_one_place()
    {
        var config = Read(Gemma270M, json => json["rope_parameters"] = JsonNode.Parse("""
            { "full_attention": { "rope_type": "linear", "factor": 8.0, "rope_theta": 500000.0 }, "sliding_attention": { "rope_type": "default", "rope_theta": 20000.0 } }
            """));

        Assert.Equal(RopeFrequencies.Linear(500_000, 256, 8).Frequencies, config.Layers[5].Rope!.Frequencies);
        Assert.Equal(RopeFrequencies.Plain(20_000, 256).Frequencies, config.Layers[0].Rope!.Frequencies);
    }

    [Fact]
    public void The_fifth_version_of_transformers_may_say_one_rotation_for_all()
    {
        var config = Read(Qwen25, json => json["rope_parameters"] = JsonNode.Parse("""{ "rope_type": "default", "rope_theta": 70000.0 }"""));

        Assert.Equal(RopeFrequencies.Plain(70_000, 64).Frequencies, config.Layers[0].Rope!.Frequencies);
    }

    [Fact]
    public void SmolLM3_does_not_rotate_in_each_fourth_layer_unless_it_lists_others()
    {
        const string SmolLM3 = """
            { "architectures": ["SmolLM3ForCausalLM"], "hidden_size": 2048, "intermediate_size": 11008, "num_hidden_layers": 8, "num_attention_heads": 16,
              "num_key_value_heads": 4, "max_position_embeddings": 65536, "vocab_size": 128256, "rope_theta": 5000000.0 }
            """;
        static IEnumerable<int> Still(ModelConfig config) => Enumerable.Range(0, 8).Where(layer => config.Layers[layer].Rope is null);

        Assert.Equal([3, 7], Still(Read(SmolLM3)));
        Assert.Equal([0], Still(Read(SmolLM3, json => json["no_rope_layers"] = new JsonArray(0, 1, 1, 1, 1, 1, 1, 1))));
        Assert.True(Read(SmolLM3).TiedHead);
    }

    [Fact]
    public void YaRN_s_attention_factor_is_taken_when_it_is_said_and_follows_from_the_stretch_when_not()
    {
        var scaling = new JsonObject { ["type"] = "yarn", ["factor"] = 4.0, ["original_max_position_embeddings"] = 32768 };
        Assert.Equal((0.1f * MathF.Log(4)) + 1, Read(Qwen25, json => json["rope_scaling"] = scaling.DeepClone()).Layers[0].Rope!.Magnitude, 1e-6f);

        scaling["attention_factor"] = 1.5;
        Assert.Equal(1.5f, Read(Qwen25, json => json["rope_scaling"] = scaling).Layers[0].Rope!.Magnitude);
    }

    [Fact]
    public void A_head_of_its_own_is_what_Llama_has_when_it_does_not_say() =>
        Assert.False(Read(Qwen25, json =>
        {
            json["architectures"] = new JsonArray("LlamaForCausalLM");
            json.Remove("tie_word_embeddings");
        }).TiedHead);

    [Theory]
    [InlineData("generation", 5)]
    [InlineData("config", 7)]
    public void What_ends_an_answer_is_said_by_the_generation_s_file_before_the_configuration(string from, int expected)
    {
        var config = ConfigJson.Parse("config.json", Encoding.UTF8.GetBytes("""{"eos_token_id":7}"""));
        var generation = from == "config" ? null : ConfigJson.Parse("generation_config.json", Encoding.UTF8.GetBytes("""{"eos_token_id":[5,5,1000000]}"""));

        Assert.Equal([expected], GenerationDefaults.Read(config, generation, vocabulary: 100).EndTokens);
    }

    private static ModelConfig Read(string json, Action<JsonObject>? change = null)
    {
        var config = JsonNode.Parse(json)!.AsObject();
        change?.Invoke(config);
        return HuggingFaceConfig.Read(ConfigJson.Parse("config.json", Encoding.UTF8.GetBytes(config.ToJsonString())));
    }
}
