namespace Causeway.Engine.Formats;

/// <summary>The largest sizes that a configuration may ask for: well above any published model of these families, well below what would hurt.</summary>
internal static class ConfigLimits
{
    public const int Layers = 1024;
    public const int Hidden = 65_536;
    public const int FeedForward = 1 << 20;
    public const int Heads = 1024;
    public const int HeadLength = 1024;
    public const int Vocabulary = 1 << 21;
    public const int Context = 1 << 24;

    /// <exception cref="ModelFormatException">Sizes that no decoder can have together.</exception>
    public static ModelConfig Check(string file, ModelConfig config)
    {
        if (config.Heads % config.KvHeads != 0)
            throw new ModelFormatException($"{file}: {config.Heads} heads cannot share {config.KvHeads} heads of keys and values.");
        if (config.HeadLength % 2 != 0) throw new ModelFormatException($"{file}: a head of {config.HeadLength} numbers cannot be rotated in pairs.");
        if (config.NormEpsilon is not (> 0 and < 1)) throw new ModelFormatException($"{file}: the epsilon of the norms is not between 0 and 1.");
        if (config.Layers.Any(layer => layer.Rope is { } rope && rope.Frequencies.Any(frequency => !float.IsFinite(frequency))))
            throw new ModelFormatException($"{file}: the rotation's frequencies are not finite.");
        return config;
    }
}
