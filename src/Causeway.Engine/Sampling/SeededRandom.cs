namespace Causeway.Engine.Sampling;

/// <summary>Random numbers that depend on the seed alone: SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators").</summary>
internal struct SeededRandom(long seed)
{
    private ulong _state = (ulong)seed;

    /// <summary>At least 0, below 1, with 53 random bits.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    private ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
