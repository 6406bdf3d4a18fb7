using Causeway.Wire.Json;

namespace Causeway.Wire.Answers;

/// <summary>A member of an object that is not read, only kept.</summary>
/// <param name="Range">From the name's quote to the end of the value.</param>
/// <param name="IsNull">Whether the value is null: nothing is lost without it.</param>
public readonly record struct FrameMember(ByteRange Range, bool IsNull);

/// <summary>A part of one of the lists of an <see cref="AnswerFrame"/>.</summary>
public readonly record struct FrameSlice(int Start, int Count);

/// <summary>A string value, or its absence.</summary>
/// <param name="Inside">The raw bytes between the quotes.</param>
/// <param name="IsPresent">Whether there is a string.</param>
public readonly record struct FrameText(ByteRange Inside, bool IsPresent);

/// <summary>One choice of an answer or of a chunk, as ranges into the bytes that were read.</summary>
public readonly record struct ChoiceFrame
{
    public int Index { get; init; }

    /// <summary>The whole element.</summary>
    public ByteRange Element { get; init; }

    /// <summary>Members beside <c>index</c>, <c>delta</c>, <c>message</c> and <c>finish_reason</c>.</summary>
    public FrameSlice Rest { get; init; }

    public bool HasRole { get; init; }

    public FrameText Content { get; init; }

    /// <summary>The content is no text but parts: one of <see cref="MessageRest"/>.</summary>
    public bool ContentIsKept { get; init; }

    /// <summary><c>reasoning_content</c>, or <c>reasoning</c> where that is absent.</summary>
    public FrameText Reasoning { get; init; }

    /// <summary>Whether the reasoning's member is <c>reasoning</c>.</summary>
    public bool ReasoningIsShort { get; init; }

    /// <summary>Members of the delta or message beside role, content, reasoning and tool calls.</summary>
    public FrameSlice MessageRest { get; init; }

    public FrameSlice Calls { get; init; }

    public FrameText FinishReason { get; init; }
}

/// <summary>One element of <c>tool_calls</c>.</summary>
public readonly record struct CallFrame
{
    /// <summary>The stated index; for a chunk that states none the one that fits, for a whole answer the position.</summary>
    public int Index { get; init; }

    public FrameText Id { get; init; }

    public FrameText Name { get; init; }

    public FrameText Arguments { get; init; }

    /// <summary>Where the arguments are JSON instead of text: that JSON; else empty.</summary>
    public ByteRange ArgumentsJson { get; init; }

    /// <summary>Members beside <c>index</c>, <c>id</c>, <c>type</c> and <c>function</c>.</summary>
    public FrameSlice Rest { get; init; }

    /// <summary>Whether the call says of what type it is.</summary>
    public bool HasType { get; init; }

    /// <summary>Has a function; a call of another type is kept as it is.</summary>
    public bool IsFunction { get; init; }

    /// <summary>The whole element.</summary>
    public ByteRange Element { get; init; }
}
