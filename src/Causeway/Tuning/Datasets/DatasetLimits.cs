namespace Causeway.Tuning.Datasets;

/// <summary>How large a file to learn from may be, and how small.</summary>
internal sealed record DatasetLimits
{
    /// <summary>Of the whole file; it is held in memory.</summary>
    public long MaxBytes { get; init; } = 512L << 20;

    public int MaxLineBytes { get; init; } = 4 << 20;

    public int MaxLines { get; init; } = 1_000_000;

    /// <summary>Messages of one conversation.</summary>
    public int MaxMessages { get; init; } = 512;

    /// <summary>Different examples that a file needs; OpenAI's own least.</summary>
    public int MinExamples { get; init; } = 10;
}
