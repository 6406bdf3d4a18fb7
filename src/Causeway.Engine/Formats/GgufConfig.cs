using System.Collections.Immutable;

namespace Causeway.Engine.Formats;

/// <summary>Reads a decoder's configuration from a GGUF file's values, with what llama.cpp knows of each architecture and its files do not say.</summary>
internal sealed class GgufConfig
{
    private readonly GgufFile _file;
    private readonly string _prefix;
    private readonly Architecture _architecture;

    private GgufConfig(GgufFile file)
    {
        _file = file;
        _prefix = file.Values.Text("general.architecture") ?? throw file.Bad("does not say its architecture");
        _architecture = _prefix switch
        {
            "llama" => Architecture.Llama,
            "qwen2" => Architecture.Qwen2,
            "qwen3" => Architecture.Qwen3,
            "smollm3" => Architecture.SmolLM3,
            "gemma3" => Architecture.Gemma3,
            _ => throw file.Bad($"has the architecture {HuggingFaceConfig.Shown(_prefix)}, which this engine does not run; it runs llama, qwen2, qwen3, smollm3 and gemma3"),
        };
    }

    /// <param name="vocabulary">Rows of the embedding.</param>
    /// <param name="tied">The file has no head of its own.</param>
    /// <param name="ropeFactors">The file's <c>rope_freqs.weight</c>; null when it has none.</param>
    /// <exception cref="ModelFormatException">An architecture, an option or a size that this engine does not run.</exception>
    public static ModelConfig Read(GgufFile file, int vocabulary, bool tied, float[]? ropeFactors) => new GgufConfig(file).Read(vocabulary, tied, ropeFactors);

    public static Architecture ArchitectureOf(GgufFile file) => new GgufConfig(file)._architecture;

    private ModelConfig Read(int vocabulary, bool tied, float[]? ropeFactors)
    {
        var gemma = _architecture == Architecture.Gemma3;
        var hidden = Need("embedding_length", ConfigLimits.Hidden);
        var heads = Need("attention.head_count", ConfigLimits.Heads);
        var headLength = Count("attention.key_length", ConfigLimits.HeadLength)
            ?? (hidden % heads == 0 ? hidden / heads : throw _file.Bad("does not say how long a head is"));
        Refuse(headLength);
        var layers = Need("block_count", ConfigLimits.Layers);
        return ConfigLimits.Check(_file.Name, new ModelConfig
        {
            Architecture = _architecture,
            Vocabulary = vocabulary,
            Hidden = hidden,
            FeedForward = Need("feed_forward_length", ConfigLimits.FeedForward),
            Heads = heads,
            KvHeads = Count("attention.head_count_kv", ConfigLimits.Heads) ?? heads,
            HeadLength = headLength,
            Context = Need("context_length", ConfigLimits.Context),
            Layers = ReadLayers(layers, headLength, ropeFactors),
            NormEpsilon = (float)(Positive("attention.layer_norm_rms_epsilon") ?? throw _file.Bad("does not say the epsilon of its norms")),
            Activation = gemma ? Activation.GeluTanh : Activation.Silu,
            // The 27B model of Gemma 3, the one with 62 layers, is the only one whose scale is not that of a head.
            AttentionScale = 1 / MathF.Sqrt(gemma && layers == 62 ? (float)hidden / heads : headLength),
            EmbeddingScale = gemma ? MathF.Sqrt(hidden) : 1,
            TiedHead = tied,
            AttentionBias = _architecture == Architecture.Qwen2,
            QueryKeyNorm = _architecture is Architecture.Qwen3 or Architecture.Gemma3,
            PostNorms = gemma,
        });
    }

    private void Refuse(int headLength)
    {
        if ((Count("attention.value_length", ConfigLimits.HeadLength) ?? headLength) != headLength) throw _file.Bad("has values of another length than keys");
        if ((Count("rope.dimension_count", ConfigLimits.HeadLength) ?? headLength) != headLength) throw _file.Bad("rotates a part of each head only");
        foreach (var key in (ReadOnlySpan<string>)["expert_count", "final_logit_softcapping", "attn_logit_softcapping"])
            if (_file.Values.Has($"{_prefix}.{key}")) throw _file.Bad($"has {_prefix}.{key}, which this engine does not compute");
    }

    private ImmutableArray<LayerConfig> ReadLayers(int count, int headLength, float[]? ropeFactors)
    {
        var global = ReadRope(headLength, ropeFactors);
        if (_architecture != Architecture.Gemma3)
            return [.. Enumerable.Range(1, count).Select(layer => new LayerConfig(_architecture == Architecture.SmolLM3 && layer % 4 == 0 ? null : global, null))];
        var local = RopeFrequencies.Plain(Positive("rope.freq_base_swa") ?? 10_000, headLength);
        var window = Need("attention.sliding_window", ConfigLimits.Context);
        return [.. Slides(count).Select(slides => slides ? new LayerConfig(local, window) : new LayerConfig(global, null))];
    }

    // Every sixth layer sees everything, unless the file says another number, or says it for each layer.
    private IEnumerable<bool> Slides(int count)
    {
        const string Pattern = "attention.sliding_window_pattern";
        var listed = _file.Values.IsList($"{_prefix}.{Pattern}") ? _file.Values.Numbers($"{_prefix}.{Pattern}") : [];
        if (!listed.IsEmpty && listed.Length != count) throw _file.Bad($"has a window pattern of {listed.Length} entries for {count} layers");
        var every = listed.IsEmpty ? Count(Pattern, ConfigLimits.Layers) ?? 6 : 0;
        return Enumerable.Range(0, count).Select(i => listed.IsEmpty ? (i + 1) % every != 0 : listed[i] != 0);
    }

    private Rope ReadRope(int headLength, float[]? factors)
    {
        var theta = Positive("rope.freq_base") ?? 10_000;
        if (factors is not null)
        {
            if (factors.Length != headLength / 2) throw _file.Bad($"has {factors.Length} factors of rotation for heads of {headLength}");
            if (factors.Any(factor => !(factor > 0) || !float.IsFinite(factor))) throw _file.Bad("has factors of rotation that are not above 0");
            return RopeFrequencies.Divided(theta, headLength, factors);
        }
        var type = _file.Values.Text($"{_prefix}.rope.scaling.type") ?? "none";
        var factor = Positive("rope.scaling.factor") ?? 1;
        switch (type)
        {
            case "none":
                return RopeFrequencies.Plain(theta, headLength);
            case "linear":
                return RopeFrequencies.Linear(theta, headLength, factor);
            case "yarn" when theta > 1:
                var magnitude = Positive("rope.scaling.attn_factor");
                return RopeFrequencies.Yarn(theta, headLength, new YarnScaling(
                    factor,
                    Count("rope.scaling.original_context_length", ConfigLimits.Context) ?? Need("context_length", ConfigLimits.Context),
                    Positive("rope.scaling.yarn_beta_fast") ?? 32,
                    Positive("rope.scaling.yarn_beta_slow") ?? 1,
                    Magnitude: magnitude is { } times ? times * ((0.1 * Math.Log(Math.Max(factor, 1))) + 1) : null));
            default:
                throw _file.Bad($"stretches its rotation by {HuggingFaceConfig.Shown(type)}; this engine computes linear and yarn");
        }
    }

    private int Need(string key, int limit) => Count(key, limit) ?? throw _file.Bad($"does not say {_prefix}.{key}");

    private int? Count(string key, int limit) => _file.Values.Count($"{_prefix}.{key}", limit);

    private double? Positive(string key) => _file.Values.Positive($"{_prefix}.{key}");
}
