using System.Collections.Immutable;

namespace Causeway.Engine.Formats;

/// <summary>The decoder families this engine runs.</summary>
public enum Architecture
{
    Llama,
    Qwen2,
    Qwen3,
    SmolLM3,
    Gemma3,
}

/// <summary>The gate of the feed-forward block.</summary>
public enum Activation
{
    Silu,
    /// <summary>GELU by its tanh approximation.</summary>
    GeluTanh,
}

/// <summary>
/// Everything the forward pass must know of a decoder beside its weights, whatever file said it. Checked by the reader: counts are positive and
/// bounded, <see cref="Heads"/> is a multiple of <see cref="KvHeads"/>.
/// </summary>
public sealed record ModelConfig
{
    public required Architecture Architecture { get; init; }
    public required int Vocabulary { get; init; }
    public required int Hidden { get; init; }
    public required int FeedForward { get; init; }
    public required int Heads { get; init; }
    public required int KvHeads { get; init; }
    public required int HeadLength { get; init; }

    /// <summary>Positions the model was made for.</summary>
    public required int Context { get; init; }

    public required ImmutableArray<LayerConfig> Layers { get; init; }
    public required float NormEpsilon { get; init; }
    public Activation Activation { get; init; } = Activation.Silu;

    /// <summary>What a score of attention is multiplied with: 1/√HeadLength, or what the model says (Gemma's query_pre_attn_scalar).</summary>
    public required float AttentionScale { get; init; }

    /// <summary>What an embedding is multiplied with: 1, or √Hidden for Gemma.</summary>
    public float EmbeddingScale { get; init; } = 1;

    /// <summary>The head is the embedding (no <c>lm_head.weight</c>).</summary>
    public required bool TiedHead { get; init; }

    /// <summary>q, k and v have biases (Qwen2).</summary>
    public bool AttentionBias { get; init; }

    /// <summary>q and k are RMS-normalised per head before rotation (Qwen3, Gemma 3).</summary>
    public bool QueryKeyNorm { get; init; }

    /// <summary>Norms after attention and after the feed-forward block too (Gemma 3).</summary>
    public bool PostNorms { get; init; }

    /// <summary>What is added to each norm's weight when it is read: 1 for Gemma in Hugging Face's files, 0 elsewhere (GGUF has it added).</summary>
    public float NormWeightOffset { get; init; }
}

/// <summary>What differs between the layers of one decoder.</summary>
/// <param name="Rope">Null: this layer does not rotate (SmolLM3's NoPE layers).</param>
/// <param name="SlidingWindow">How many positions back a query sees, itself included; null for all.</param>
public sealed record LayerConfig(Rope? Rope, int? SlidingWindow);

/// <summary>Rotary position embedding, half-split: element i of a head is rotated with element i + HeadLength/2 (Su et al. 2021, arXiv:2104.09864).</summary>
/// <param name="Frequencies">Radians per position, HeadLength/2 of them, scaling (Llama 3, YaRN, linear) worked in.</param>
/// <param name="Magnitude">What sine and cosine are multiplied with (YaRN's attention factor); 1 elsewhere.</param>
public sealed record Rope(ImmutableArray<float> Frequencies, float Magnitude = 1);
