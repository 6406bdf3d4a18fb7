namespace Causeway.Engine.Formats;

/// <summary>The ways in which published models stretch rotation beyond the context they were trained on, worked into frequencies.</summary>
internal static class RopeFrequencies
{
    /// <summary>θ^(-2i/d) for i from 0 to d/2.</summary>
    public static Rope Plain(double theta, int headLength) => Rope(theta, headLength, (_, frequency) => frequency);

    /// <summary>Each position counts for 1/factor (Chen et al. 2023, arXiv:2306.15595).</summary>
    public static Rope Linear(double theta, int headLength, double factor) => Rope(theta, headLength, (_, frequency) => frequency / factor);

    /// <summary>Each frequency divided by its own factor: a GGUF file's <c>rope_freqs.weight</c>.</summary>
    public static Rope Divided(double theta, int headLength, IReadOnlyList<float> factors) => Rope(theta, headLength, (i, frequency) => frequency / factors[i]);

    /// <summary>Llama 3.1's: waves that turn often within the original context stay, those that turn less than once are stretched, between them it blends.</summary>
    public static Rope Llama3(double theta, int headLength, double factor, double low, double high, double originalContext) => Rope(theta, headLength, (_, frequency) =>
    {
        var turns = originalContext * frequency / (2 * Math.PI);
        if (turns > high) return frequency;
        if (turns < low) return frequency / factor;
        var kept = (turns - low) / (high - low);
        return ((1 - kept) * frequency / factor) + (kept * frequency);
    });

    /// <summary>YaRN (Peng et al. 2023, arXiv:2309.00071): like Llama 3's, with a ramp over dimensions instead of turns, and scores made sharper.</summary>
    public static Rope Yarn(double theta, int headLength, YarnScaling scaling)
    {
        // The dimension whose wave turns so often within the original context.
        double Dimension(double turns) => headLength * Math.Log(scaling.OriginalContext / (turns * 2 * Math.PI)) / (2 * Math.Log(theta));
        var (low, high) = (Dimension(scaling.BetaFast), Dimension(scaling.BetaSlow));
        if (scaling.Truncate) (low, high) = (Math.Floor(low), Math.Ceiling(high));
        (low, high) = (Math.Max(low, 0), Math.Min(high, headLength - 1));
        if (high <= low) high = low + 0.001;
        var rope = Rope(theta, headLength, (i, frequency) =>
        {
            var stretched = Math.Clamp((i - low) / (high - low), 0, 1);
            return (stretched * frequency / scaling.Factor) + ((1 - stretched) * frequency);
        });
        return rope with { Magnitude = (float)(scaling.Magnitude ?? Math.Max(1, (0.1 * Math.Log(scaling.Factor)) + 1)) };
    }

    private static Rope Rope(double theta, int headLength, Func<int, double, double> scale) =>
        new([.. Enumerable.Range(0, headLength / 2).Select(i => (float)scale(i, Math.Pow(theta, -2.0 * i / headLength)))]);
}

/// <summary>What YaRN is told.</summary>
/// <param name="Truncate">The ends of the ramp are whole dimensions.</param>
/// <param name="Magnitude">What sine and cosine are multiplied with; null for YaRN's own rule, 0.1 ln(factor) + 1.</param>
internal readonly record struct YarnScaling(
    double Factor, double OriginalContext, double BetaFast = 32, double BetaSlow = 1, bool Truncate = true, double? Magnitude = null);
