using System.Collections.Immutable;
using System.Text.Json;

namespace Causeway.Engine.Formats;

/// <summary>What config.json says of each layer: whether it slides, whether and how it rotates.</summary>
internal static class HuggingFaceLayers
{
    public static ImmutableArray<LayerConfig> Read(ConfigJson json, Architecture architecture, int headLength, int context)
    {
        var count = json.Count("num_hidden_layers", ConfigLimits.Layers);
        var rotates = Rotates(json, architecture, count);
        var slides = Slides(json, architecture, count, rotates);
        int? window = Windowed(json, architecture) && slides.Contains(true) ? json.Count("sliding_window", ConfigLimits.Context) : null;
        var global = RopeOf(json, architecture, headLength, context, "full_attention");
        var local = architecture == Architecture.Gemma3 ? RopeOf(json, architecture, headLength, context, "sliding_attention") : global;
        return [.. Enumerable.Range(0, count).Select(i => new LayerConfig(rotates[i] ? slides[i] ? local : global : null, slides[i] ? window : null))];
    }

    // 1 in no_rope_layers means that the layer does rotate.
    private static bool[] Rotates(ConfigJson json, Architecture architecture, int count)
    {
        if (architecture != Architecture.SmolLM3) return [.. Enumerable.Repeat(true, count)];
        var listed = json.Numbers("no_rope_layers");
        if (!listed.IsEmpty && listed.Length != count) throw json.Bad("no_rope_layers", $"has {listed.Length} entries for {count} layers");
        var interval = json.Count("no_rope_layer_interval", ConfigLimits.Layers, 4);
        return [.. Enumerable.Range(0, count).Select(i => listed.IsEmpty ? (i + 1) % interval != 0 : listed[i] != 0)];
    }

    private static bool Windowed(ConfigJson json, Architecture architecture) => architecture switch
    {
        Architecture.Llama => false,
        Architecture.Gemma3 => true,
        _ => json.Flag("use_sliding_window", false),
    };

    private static bool[] Slides(ConfigJson json, Architecture architecture, int count, bool[] rotates)
    {
        var types = json.Texts("layer_types");
        if (!types.IsEmpty)
        {
            if (types.Length != count) throw json.Bad("layer_types", $"has {types.Length} entries for {count} layers");
            return [.. types.Select(type => type switch
            {
                "full_attention" => false,
                "sliding_attention" => true,
                _ => throw json.Bad("layer_types", $"names {HuggingFaceConfig.Shown(type)}, which this engine does not compute"),
            })];
        }
        if (!Windowed(json, architecture)) return new bool[count];
        var full = architecture == Architecture.Gemma3
            ? json.Count("sliding_window_pattern", ConfigLimits.Layers, 6)
            : json.Is("max_window_layers", JsonValueKind.Number) ? json.Numbers("max_window_layers")[0] : 0;
        return [.. Enumerable.Range(0, count).Select(i => architecture switch
        {
            Architecture.Gemma3 => (i + 1) % full != 0,
            Architecture.SmolLM3 => !rotates[i],
            _ => i >= full,
        })];
    }

    // Version 5 of transformers has rope_parameters, for all layers or by their type; version 4 has rope_theta, rope_scaling and, for Gemma 3's
    // sliding layers, rope_local_base_freq.
    internal static (double Theta, ConfigJson? Scaling) RotationOf(ConfigJson json, Architecture architecture, string layerType)
    {
        var local = layerType == "sliding_attention";
        if (json.Object("rope_parameters") is { } parameters)
        {
            parameters = parameters.Object(layerType) ?? parameters;
            return (parameters.Positive("rope_theta", DefaultTheta(architecture, local)), parameters);
        }
        return local ? (json.Positive("rope_local_base_freq", 10_000), null) : (json.Positive("rope_theta", DefaultTheta(architecture, local)), json.Object("rope_scaling"));
    }

    private static Rope RopeOf(ConfigJson json, Architecture architecture, int headLength, int context, string layerType)
    {
        var (theta, scaling) = RotationOf(json, architecture, layerType);
        return scaling is not null ? Scaled(scaling, theta, headLength, context) : RopeFrequencies.Plain(theta, headLength);
    }

    private static double DefaultTheta(Architecture architecture, bool local) => architecture switch
    {
        Architecture.Gemma3 when !local => 1_000_000,
        Architecture.SmolLM3 => 2_000_000,
        _ => 10_000,
    };

    private static Rope Scaled(ConfigJson scaling, double theta, int headLength, int context)
    {
        double Original() => scaling.Count("original_max_position_embeddings", ConfigLimits.Context, context);
        if (scaling.Positive("partial_rotary_factor", 1) != 1) throw scaling.Bad("partial_rotary_factor", "is not 1: heads are rotated as a whole");
        switch (scaling.Text("rope_type") ?? scaling.Text("type") ?? "default")
        {
            case "default":
                return RopeFrequencies.Plain(theta, headLength);
            case "linear":
                return RopeFrequencies.Linear(theta, headLength, scaling.Positive("factor"));
            case "llama3":
                var (low, high) = (scaling.Positive("low_freq_factor"), scaling.Positive("high_freq_factor"));
                if (high <= low) throw scaling.Bad("high_freq_factor", "is not above low_freq_factor");
                return RopeFrequencies.Llama3(theta, headLength, scaling.Positive("factor"), low, high, Original());
            case "yarn":
                if (theta <= 1) throw scaling.Bad("rope_theta", "is not above 1, which YaRN needs");
                return RopeFrequencies.Yarn(theta, headLength, new YarnScaling(
                    scaling.Positive("factor", context / Original()),
                    Original(),
                    scaling.Positive("beta_fast", 32),
                    scaling.Positive("beta_slow", 1),
                    scaling.Flag("truncate", true),
                    YarnMagnitude(scaling, scaling.Positive("factor", context / Original()))));
            case var other:
                throw scaling.Bad("rope_type", $"is {HuggingFaceConfig.Shown(other)}; this engine computes default, linear, llama3 and yarn");
        }
    }

    // attention_factor says it outright; mscale and mscale_all_dim are DeepSeek's way to say it.
    private static double? YarnMagnitude(ConfigJson scaling, double factor)
    {
        double Of(double scale) => factor <= 1 ? 1 : (0.1 * scale * Math.Log(factor)) + 1;
        if (scaling.Has("attention_factor")) return scaling.Positive("attention_factor");
        return scaling.Has("mscale") && scaling.Has("mscale_all_dim") ? Of(scaling.Positive("mscale")) / Of(scaling.Positive("mscale_all_dim")) : null;
    }
}
