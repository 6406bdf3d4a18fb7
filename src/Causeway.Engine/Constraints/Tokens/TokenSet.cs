namespace Causeway.Engine.Constraints.Tokens;

/// <summary>Some tokens of a vocabulary: those of a mask that others share, without a few, and a few more.</summary>
internal sealed record TokenSet(ulong[]? Base, int[] More, int[] Without)
{
    /// <summary>Sets their bits and leaves the others as they are.</summary>
    public void AddTo(Span<ulong> mask)
    {
        if (Without.Length > 0)
        {
            AddWithout(mask);
            return;
        }
        if (Base is { } shared)
            for (var i = 0; i < shared.Length; i++) mask[i] |= shared[i];
        foreach (var token in More) mask[token >> 6] |= 1UL << token;
    }

    // What is left out here may be allowed by another frame, and must then stay.
    private void AddWithout(Span<ulong> mask)
    {
        var own = new ulong[mask.Length];
        Base?.CopyTo(own, 0);
        foreach (var token in More) own[token >> 6] |= 1UL << token;
        foreach (var token in Without) own[token >> 6] &= ~(1UL << token);
        for (var i = 0; i < own.Length; i++) mask[i] |= own[i];
    }

    /// <summary>Bytes that it alone takes.</summary>
    public int Weight => 64 + 4 * (More.Length + Without.Length);
}
