using System.Text.Json;
using System.Text.Unicode;

namespace Causeway.Wire.Chat;

/// <summary>What one event of a stream is to the relay. None: an ordinary event, forward its bytes.</summary>
[Flags]
public enum ChunkTraits
{
    None = 0,
    /// <summary><c>[DONE]</c>.</summary>
    Done = 1,
    /// <summary>Not a JSON object in valid UTF-8. Nothing else is known of it.</summary>
    Malformed = 2,
    /// <summary>The upstream reports an error; <c>UpstreamErrorBody</c> reads it.</summary>
    Error = 4,
    /// <summary>No choices, only usage: the extra chunk, to be left out when the caller did not ask for it.</summary>
    UsageOnly = 8,
    /// <summary>SDKs would stumble over it: <see cref="ChunkRepair"/> writes a sound one.</summary>
    NeedsRepair = 16,
    /// <summary>A choice states its finish reason.</summary>
    Finish = 32,
    /// <summary>Carries a usage object.</summary>
    Usage = 64,
}

/// <summary>
/// Reads a stream of chunks beside the bytes: usage, finish reason, how much text went by. One per stream, for one thread at a time;
/// <see cref="Reset"/> makes it fit for the next stream. Reading never throws; ordinary deltas allocate nothing.
/// </summary>
public sealed class ChunkTap
{
    private readonly ChunkShape _shape = new();
    private TokenEstimate _estimate;
    private long _contentBytes;
    private bool _isUsed;

    /// <summary>Whether <c>[DONE]</c> was seen.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The last sound usage the upstream stated.</summary>
    public TokenUsage? Usage { get; private set; }

    /// <summary>The last finish reason of any choice; null while none has finished.</summary>
    public string? FinishReason { get; private set; }

    public bool HasFinished => FinishReason is not null;

    /// <summary>The model that the first chunk with a model named.</summary>
    public string? Model { get; private set; }

    /// <summary>Bytes of text streamed, as JSON spells it: content, reasoning, refusals, tool names and arguments.</summary>
    public long ContentBytes => _contentBytes;

    /// <summary>The gateway's own estimate of the completion tokens streamed so far.</summary>
    public long EstimatedTokens => _estimate.Tokens;

    internal ToolCallIndexes ToolCalls { get; } = new();

    /// <summary>Reads one event's payload, as <c>SseEventData</c> gives it.</summary>
    public ChunkTraits Read(ReadOnlySpan<byte> data)
    {
        _isUsed = true;
        if (!Utf8.IsValid(data)) return ChunkTraits.Malformed;
        return _shape.TryMatch(data, ref _estimate, ref _contentBytes) ? ChunkTraits.None : ReadWhole(data);
    }

    /// <summary>Forgets the stream.</summary>
    public void Reset()
    {
        if (!_isUsed) return;
        _isUsed = false;
        _shape.Clear();
        _estimate = default;
        _contentBytes = 0;
        IsDone = false;
        Usage = null;
        FinishReason = null;
        Model = null;
        ToolCalls.Clear();
    }

    private ChunkTraits ReadWhole(ReadOnlySpan<byte> data)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            IsDone = true;
            return ChunkTraits.Done;
        }
        Span<TextHole> holes = stackalloc TextHole[ChunkShape.MaxHoles];
        var answer = new AnswerReader(data, ToolCalls, holes) { WantsModel = Model is null };
        if (!answer.TryRead() || answer.Root != JsonTokenType.StartObject) return ChunkTraits.Malformed;
        var traits = TraitsOf(in answer);
        if (traits == ChunkTraits.None && answer.HoleCount <= holes.Length) _shape.Learn(data, holes[..answer.HoleCount]);
        Take(in answer);
        return traits;
    }

    private static ChunkTraits TraitsOf(ref readonly AnswerReader answer)
    {
        var traits = ChunkTraits.None;
        if (answer.HasError) traits |= ChunkTraits.Error;
        if (answer.HasUsage) traits |= ChunkTraits.Usage;
        if (answer.HasUsage && answer.Choices == 0) traits |= ChunkTraits.UsageOnly;
        if (answer.NeedsRepair) traits |= ChunkTraits.NeedsRepair;
        if (answer.FinishReason is not null) traits |= ChunkTraits.Finish;
        return traits;
    }

    private void Take(ref readonly AnswerReader answer)
    {
        Usage = answer.Usage ?? Usage;
        FinishReason = answer.FinishReason ?? FinishReason;
        Model ??= answer.Model;
        _contentBytes += answer.ContentBytes;
        _estimate += answer.Estimate;
    }
}
