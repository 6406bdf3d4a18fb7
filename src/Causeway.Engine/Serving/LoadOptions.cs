namespace Causeway.Engine.Serving;

/// <summary>How a model is put into memory and how much it may do at once.</summary>
public sealed record LoadOptions
{
    /// <summary>Threads that compute; 0 for one per core of the machine.</summary>
    public int Threads { get; init; }

    /// <summary>Tokens of prompt and answer together; at most what the model was made for.</summary>
    public int ContextTokens { get; init; } = 8192;

    /// <summary>Bytes of keys and values of all sequences; null for room for four full contexts, or less where memory is short, but for one at least.</summary>
    public long? KvBytes { get; init; }

    /// <summary>Sequences that share a pass.</summary>
    public int MaxSequences { get; init; } = 16;

    /// <summary>Requests that wait for a place beside those that run; one more is refused.</summary>
    public int QueueLength { get; init; } = 64;

    /// <summary>Tokens of prompts computed in one pass while answers are running: less keeps them flowing, more computes prompts faster.</summary>
    public int PrefillBesideAnswers { get; init; } = 32;

    /// <summary>Tokens of prompts computed in one pass while no answer is running.</summary>
    public int PrefillAlone { get; init; } = 512;

    /// <summary>Whether one or two answers at once are computed ahead where they repeat their prompt or themselves: the same tokens, sooner.</summary>
    public bool Drafts { get; init; } = true;

    /// <summary>Memory that may be used; null for what the machine (or the container) has free.</summary>
    public long? AvailableBytes { get; init; }

    /// <summary>Where time comes from, for the times in outcomes and counters.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    internal int ThreadCount => Threads > 0 ? Threads : Environment.ProcessorCount;
}
