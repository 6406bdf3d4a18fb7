using Causeway.Engine.Formats;

namespace Causeway.Engine.Tests.Training;

/// <summary>Decoders of a few thousand weights, one for each family: every kind of layer the trainer knows is in one of them.</summary>
internal static class SmallConfigs
{
    public static ModelConfig Of(Architecture architecture) => architecture switch
    {
        Architecture.Llama => Base(architecture),
        Architecture.Qwen2 => Base(architecture) with { AttentionBias = true, TiedHead = true },
        Architecture.Qwen3 => Base(architecture) with { QueryKeyNorm = true, TiedHead = true },
        Architecture.SmolLM3 => Base(architecture) with { Layers = [new(Rope(10_000), null), new(null, null)], TiedHead = true },
        Architecture.Gemma3 => Base(architecture) with
        {
            Layers = [new(Rope(10_000), 3), new(Rope(1_000_000), null)],
            QueryKeyNorm = true,
            PostNorms = true,
            NormWeightOffset = 1,
            TiedHead = true,
            Activation = Activation.GeluTanh,
            AttentionScale = 0.3f,
            EmbeddingScale = MathF.Sqrt(12),
        },
        _ => throw new ArgumentOutOfRangeException(nameof(architecture)),
    };

    private static ModelConfig Base(Architecture architecture) => new()
    {
        Architecture = architecture,
        Vocabulary = 19,
        Hidden = 12,
        FeedForward = 20,
        Heads = 4,
        KvHeads = 2,
        HeadLength = 6,
        Context = 64,
        Layers = [new(Rope(10_000), null), new(Rope(10_000), null)],
        NormEpsilon = 1e-5f,
        AttentionScale = 1 / MathF.Sqrt(6),
        TiedHead = false,
    };

    private static Rope Rope(double theta) => new([.. Enumerable.Range(0, 3).Select(i => (float)Math.Pow(theta, -2.0 * i / 6))]);
}
