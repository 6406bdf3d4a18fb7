namespace Causeway.Wire.Dialects.JsonCalls;

/// <summary>How a call names its function.</summary>
internal enum CallHeader
{
    /// <summary><c>{"name": "f", "arguments": {…}}</c>, or an array of such objects.</summary>
    Object,
    /// <summary>Kimi: <c>functions.f:0</c> before a tag, the arguments behind it.</summary>
    NumberedName,
    /// <summary>Mistral: the name, perhaps an id, and the arguments; or an array of objects.</summary>
    PlainName,
}

/// <summary>The tags of a dialect whose arguments are JSON. Immutable.</summary>
internal sealed record JsonCallGrammar
{
    /// <summary>Tags at which calls begin; the longest spelling first.</summary>
    public required IReadOnlyList<byte[]> Opens { get; init; }

    /// <summary>Tags that end a call or the block of calls; left out wherever one stands behind a call.</summary>
    public IReadOnlyList<byte[]> Closes { get; init; } = [];

    public required CallHeader Header { get; init; }

    public IReadOnlyList<byte[]> EndTokens { get; init; } = [];

    /// <summary>An object at the very start of the answer may be a call too, if it names a tool of the request and has arguments.</summary>
    public bool AllowsBareStart { get; init; }

    /// <summary>What stands between calls, besides white space; 0 for nothing.</summary>
    public byte Separator { get; init; }

    /// <summary>The opening tag is ordinary text to the tokenizer: nothing in a fenced block is a call.</summary>
    public bool CanBeQuoted { get; init; } = true;
}
