namespace Causeway.Engine.Serving;

/// <summary>The model has as many requests as it takes: come again later. Nothing was started.</summary>
public sealed class EngineBusyException : Exception
{
    internal EngineBusyException(int running, int queued)
        : base($"The model is busy: {running} requests run and {queued} wait, which is all it takes.") => (Running, Queued) = (running, queued);

    public int Running { get; }
    public int Queued { get; }
}

/// <summary>A prompt that the context has no room for, now or ever. Nothing was started.</summary>
public sealed class PromptTooLongException : Exception
{
    internal PromptTooLongException(int tokens, int room)
        : base($"The prompt has {tokens} tokens; the model's context has room for {room}, one of them for the answer.") => (Tokens, Room) = (tokens, room);

    public int Tokens { get; }

    /// <summary>Tokens of prompt and answer together.</summary>
    public int Room { get; }
}
