namespace Causeway.TinyModels;

/// <summary>The sizes of a model made for a test: small enough to be computed by hand in a moment, irregular enough to catch a swapped dimension.</summary>
public sealed record TinyShape
{
    public int Hidden { get; init; } = 64;
    public int FeedForward { get; init; } = 96;
    public int Layers { get; init; } = 3;
    public int Heads { get; init; } = 4;
    public int KvHeads { get; init; } = 2;
    public int HeadLength { get; init; } = 32;
    public int Context { get; init; } = 256;
}
