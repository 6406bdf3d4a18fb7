namespace Causeway.Engine.Constraints.Frames;

/// <summary>Texts that may not come again, the last one first.</summary>
internal sealed class SeenTexts(byte[] spelled, SeenTexts? before)
{
    private readonly int _hash = HashOf(spelled, before);

    /// <summary>As they are written, closing quote included.</summary>
    public byte[] Spelled => spelled;

    public SeenTexts? Before => before;

    public int Count { get; } = (before?.Count ?? 0) + 1;

    public static bool Same(SeenTexts? left, SeenTexts? right)
    {
        for (; !ReferenceEquals(left, right); (left, right) = (left.Before, right.Before))
            if (left is null || right is null || left._hash != right._hash || !left.Spelled.AsSpan().SequenceEqual(right.Spelled)) return false;
        return true;
    }

    public static bool Contains(SeenTexts? seen, ReadOnlySpan<byte> spelled)
    {
        for (; seen is not null; seen = seen.Before)
            if (seen.Spelled.AsSpan().SequenceEqual(spelled)) return true;
        return false;
    }

    public override bool Equals(object? obj) => obj is SeenTexts other && Same(this, other);

    public override int GetHashCode() => _hash;

    private static int HashOf(byte[] spelled, SeenTexts? before)
    {
        var hash = new HashCode();
        hash.AddBytes(spelled);
        hash.Add(before?._hash ?? 0);
        return hash.ToHashCode();
    }
}
