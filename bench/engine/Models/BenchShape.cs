namespace Causeway.EngineBench.Models;

/// <summary>The sizes of the model that is measured: Qwen 3 with a tied head.</summary>
internal sealed record BenchShape(string Name, int Layers, int Hidden, int Heads, int KvHeads, int HeadLength, int FeedForward)
{
    public const int Vocabulary = 32000;
    public const int Context = 4096;

    /// <summary>473 M weights.</summary>
    public static BenchShape Full { get; } = new("473M", 28, 1024, 16, 8, 128, 3072);

    /// <summary>35 M weights: to see that everything works.</summary>
    public static BenchShape Small { get; } = new("35M", 6, 512, 8, 4, 64, 1536);

    /// <summary>Bytes of a position's keys and values in 16 bits.</summary>
    public long KvBytesPerToken => 2L * 2 * Layers * KvHeads * HeadLength;
}
