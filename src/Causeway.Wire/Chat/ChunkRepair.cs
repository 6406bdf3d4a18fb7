using System.Buffers;

namespace Causeway.Wire.Chat;

/// <summary>
/// Rewrites the few things in an answer that make SDKs stumble, and nothing else: tool calls without <c>index</c>, arguments that are
/// JSON instead of text, token counts that are no counts. All other bytes stay.
/// </summary>
public static class ChunkRepair
{
    /// <summary>
    /// Repairs the event that <paramref name="tap"/> has just read as <see cref="ChunkTraits.NeedsRepair"/>. False, with nothing
    /// written, when there is nothing to repair.
    /// </summary>
    /// <param name="data">The event's payload.</param>
    /// <param name="tap">The stream's tap, which knows the tool calls so far.</param>
    /// <param name="estimate">Counts to put where the upstream's are nonsense.</param>
    /// <param name="output">Where the repaired payload goes, without <c>data:</c> and line ends.</param>
    public static bool TryWriteChunk(ReadOnlySpan<byte> data, ChunkTap tap, TokenUsage estimate, IBufferWriter<byte> output) =>
        TryWrite(data, tap.ToolCalls, estimate, output);

    /// <summary>Repairs a whole answer in the same way.</summary>
    public static bool TryWriteCompletion(ReadOnlySpan<byte> body, TokenUsage estimate, IBufferWriter<byte> output) =>
        TryWrite(body, null, estimate, output);

    private static bool TryWrite(ReadOnlySpan<byte> json, ToolCallIndexes? calls, TokenUsage estimate, IBufferWriter<byte> output)
    {
        var repair = new AnswerRepair(json, calls, estimate, output);
        return repair.TryWrite();
    }
}
