namespace Causeway.TinyModels;

/// <summary>The sizes of a model made for a test: small enough to be computed by hand in a moment, irregular enough to catch a swapped dimension.</summary>
public sealed record TinyShape
{
    /// <summary>Every row is a whole number of the 256-weight blocks that Q4_K and Q6_K need.</summary>
    public static TinyShape Of256 { get; } = new() { Hidden = 256, FeedForward = 512, Heads = 4, KvHeads = 2, HeadLength = 64 };

    public int Hidden { get; init; } = 64;
    public int FeedForward { get; init; } = 96;
    public int Heads { get; init; } = 4;
    public int KvHeads { get; init; } = 2;

    /// <summary>Not <see cref="Hidden"/> / <see cref="Heads"/>, as in Qwen3 and Gemma 3.</summary>
    public int HeadLength { get; init; } = 32;

    public int Context { get; init; } = 256;

    /// <summary>Null for as many as the architecture needs to show each kind of its layers.</summary>
    public int? Layers { get; init; }

    /// <summary>What a sliding layer of Gemma 3 sees, the position itself included.</summary>
    public int SlidingWindow { get; init; } = 8;

    /// <summary>Null for what the published models of the architecture do.</summary>
    public bool? TiedHead { get; init; }

    /// <summary>Null for none, except for Llama, which has its own (llama3).</summary>
    public TinyRope? Rope { get; init; }

    internal int LayersOf(TinyArchitecture architecture) => Layers ?? architecture switch
    {
        TinyArchitecture.SmolLM3 => 5,
        TinyArchitecture.Gemma3 => 7,
        _ => 3,
    };

    internal bool TiedHeadOf(TinyArchitecture architecture) => TiedHead ?? architecture != TinyArchitecture.Llama;

    internal TinyRope RopeOf(TinyArchitecture architecture) => Rope ?? (architecture == TinyArchitecture.Llama ? TinyRope.Llama3 : TinyRope.None);
}

/// <summary>How the rotation is stretched beyond the context that the model was trained on.</summary>
public enum TinyRope
{
    None,
    Linear,
    Llama3,
    Yarn,
}

/// <summary>The families a model can be made of.</summary>
public enum TinyArchitecture
{
    Llama,
    Qwen2,
    Qwen3,
    SmolLM3,
    Gemma3,
}

/// <summary>How the weights of a file are stored; the block formats are those of GGUF.</summary>
public enum TinyType
{
    F32,
    F16,
    BF16,
    Q8_0,
    Q4_0,
    Q4_K,
    Q6_K,
}
