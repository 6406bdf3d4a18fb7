namespace Causeway.Wire.Dialects.Tags;

/// <summary>How a tag states its name.</summary>
internal enum TagStyle
{
    /// <summary><c>&lt;invoke name="f"&gt;</c>: attributes, in double quotes, single quotes or none.</summary>
    Attributes,
    /// <summary><c>&lt;function=f&gt;</c>.</summary>
    Assignment,
    /// <summary><c>&lt;tool_call&gt;f</c> up to a line end or the next tag; keys in <c>&lt;arg_key&gt;</c>.</summary>
    KeyElements,
}

/// <summary>The tags of a dialect that gives every parameter its own element. Immutable.</summary>
internal sealed record TagGrammar
{
    /// <summary>Opens the block around calls; empty when there is none.</summary>
    public byte[] BlockOpen { get; init; } = [];

    public byte[] BlockClose { get; init; } = [];

    /// <summary>A call's opening tag up to where its name is stated.</summary>
    public required byte[] CallOpen { get; init; }

    public required byte[] CallClose { get; init; }

    public required byte[] ParameterOpen { get; init; }

    public required byte[] ParameterClose { get; init; }

    public required TagStyle Style { get; init; }

    /// <summary>Tokens that end the model's turn; left out when nothing follows them.</summary>
    public IReadOnlyList<byte[]> EndTokens { get; init; } = [];

    /// <summary>One line end after a value's opening tag and one before its closing tag are markup.</summary>
    public bool TrimsLineEnds { get; init; }

    /// <summary>A call without its block counts when it begins a line and names a tool of the request.</summary>
    public bool AllowsBareCalls { get; init; }

    /// <summary>The tags are ordinary text to the tokenizer, so that a fenced block may well show one: nothing there is a call.</summary>
    public bool CanBeQuoted { get; init; } = true;

    /// <summary>A value that no schema describes becomes what it looks like; otherwise it is a string.</summary>
    public bool InfersUntyped { get; init; }

    /// <summary>The tags are a known wrong spelling of another grammar's.</summary>
    public bool IsMisspelled { get; init; }
}
