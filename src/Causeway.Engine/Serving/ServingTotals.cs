namespace Causeway.Engine.Serving;

/// <summary>What the scheduler counts; it alone writes.</summary>
internal sealed class ServingTotals(TimeProvider time)
{
    public TimeProvider Time { get; } = time;

    public long Passes { get; set; }
    public long Prompt { get; set; }
    public long Cached { get; set; }
    public long Generated { get; set; }
    public long Drafted { get; set; }
    public long Accepted { get; set; }
    public long Preemptions { get; set; }
    public TimeSpan Busy { get; set; }
}

/// <summary>What a loaded model is doing and has done. Totals only grow; a rate is the difference of two readings over the time between them.</summary>
/// <param name="Running">Sequences that share the passes.</param>
/// <param name="Queued">Requests that wait for a place or for memory.</param>
/// <param name="KvPages">Pages of keys and values that there are.</param>
/// <param name="KvPagesUsed">Pages that sequences hold.</param>
/// <param name="KvPagesIdle">Pages that nobody holds and that a later prompt may find.</param>
/// <param name="Passes">Forward passes.</param>
/// <param name="PromptTokens">Tokens of prompts (and of answers that had to be computed again) that passes computed.</param>
/// <param name="CachedTokens">Tokens of prompts that were found in the cache instead.</param>
/// <param name="GeneratedTokens">Tokens of answers.</param>
/// <param name="DraftedTokens">Tokens that were computed before it was known whether they would come.</param>
/// <param name="AcceptedTokens">How many of them came: passes that were saved.</param>
/// <param name="Preemptions">How often a sequence had to give its pages to an earlier one.</param>
/// <param name="Busy">Time spent in passes.</param>
public readonly record struct EngineCounters(
    int Running, int Queued, int KvPages, int KvPagesUsed, int KvPagesIdle,
    long Passes, long PromptTokens, long CachedTokens, long GeneratedTokens, long DraftedTokens, long AcceptedTokens, long Preemptions, TimeSpan Busy);
