namespace Causeway.TinyModels;

/// <summary>Numbers that are the same on every machine (SplitMix64: Steele, Lea and Flood 2014). Not thread-safe.</summary>
internal sealed class TinyRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Nearly normal, mean 0, variance 1: twelve uniform numbers added, without a library whose last bit could differ.</summary>
    public float Normal()
    {
        var sum = -6.0;
        for (var i = 0; i < 12; i++) sum += (Next() >> 11) * (1.0 / (1L << 53));
        return (float)sum;
    }

    public float[] Normals(int count, float mean, float deviation)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i++) numbers[i] = mean + (deviation * Normal());
        return numbers;
    }
}
