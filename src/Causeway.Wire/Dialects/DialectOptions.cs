namespace Causeway.Wire.Dialects;

/// <summary>Where the reasoning of a model is in its text.</summary>
public enum ReasoningMarkup
{
    /// <summary>Nowhere: tags of reasoning are ordinary text.</summary>
    None,
    /// <summary>Between an opening and a closing tag, at the start of the answer or after a tool call.</summary>
    Tagged,
    /// <summary>From the first byte on, because the prompt opened it: only the closing tag is sure to come. An opening tag may come too.</summary>
    OpenedByPrompt,
}

/// <summary>How an answer ended.</summary>
public enum DialectEnd
{
    /// <summary>The model stopped by itself: what it left open is closed for it, and such a call counts as complete.</summary>
    Stopped,
    /// <summary>The answer was cut (<c>length</c>, a broken stream): an open call stays open, its arguments a prefix of valid JSON.</summary>
    Cut,
}

/// <summary>How one answer is read. Immutable.</summary>
public sealed record DialectOptions
{
    public static DialectOptions Default { get; } = new();

    public ReasoningMarkup Reasoning { get; init; }

    /// <summary>Tool calls are recognised and left out, as <c>tool_choice: none</c> asks; <see cref="DialectRepairs.CallDiscarded"/> tells of it.</summary>
    public bool DiscardCalls { get; init; }

    /// <summary>
    /// Bytes held at most to type a value, or to find the name of a call that states its arguments first. A longer value becomes a
    /// string; a longer call without a name is plain text.
    /// </summary>
    public int MaxHeldBytes { get; init; } = 1 << 20;
}
