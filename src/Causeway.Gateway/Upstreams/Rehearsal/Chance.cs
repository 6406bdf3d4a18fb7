namespace Causeway.Gateway.Upstreams.Rehearsal;

/// <summary>
/// Deterministic variety: FNV-1a over text as the seed, SplitMix64 as the sequence. The same request gives the same answer
/// in every process and on every machine, which <see cref="HashCode"/> and <see cref="Random"/> do not promise.
/// </summary>
internal struct Chance(ulong seed)
{
    public const ulong Basis = 14695981039346656037;

    private ulong _state = seed;

    public static ulong Hash(ReadOnlySpan<char> text, ulong basis)
    {
        foreach (var letter in text)
            basis = (basis ^ letter) * 1099511628211;
        return basis;
    }

    /// <summary>An independent seed for the <paramref name="index"/>-th child of <paramref name="seed"/>.</summary>
    public static ulong Child(ulong seed, int index) => new Chance(seed ^ ((ulong)index * 0xD6E8FEB86659FD93)).Next();

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>0 &lt;= result &lt; <paramref name="count"/>.</summary>
    public int Below(int count) => (int)(Next() % (uint)count);

    public T Pick<T>(ReadOnlySpan<T> choices) => choices[Below(choices.Length)];
}
