namespace Causeway.Wire.Dialects.Tags;

/// <summary>The grammars of the families that give every parameter an element.</summary>
internal static class TagGrammars
{
    private static readonly byte[][] s_deepSeekEnds = ["<｜end▁of▁sentence｜>"u8.ToArray()];

    /// <summary>DeepSeek V3.2.</summary>
    public static TagGrammar Dsml { get; } = DsmlWith("<｜DSML｜function_calls>"u8, "</｜DSML｜function_calls>"u8);

    /// <summary>DeepSeek V4: only the block has another name.</summary>
    public static TagGrammar DsmlToolCalls { get; } = DsmlWith("<｜DSML｜tool_calls>"u8, "</｜DSML｜tool_calls>"u8) with { AllowsBareCalls = false };

    /// <summary>What is left when an engine takes the token <c>｜DSML｜</c> for one that nobody should see.</summary>
    public static TagGrammar DsmlWithoutBars { get; } = new()
    {
        BlockOpen = "<function_calls>"u8.ToArray(),
        BlockClose = "</function_calls>"u8.ToArray(),
        CallOpen = "<invoke"u8.ToArray(),
        CallClose = "</invoke>"u8.ToArray(),
        ParameterOpen = "<parameter"u8.ToArray(),
        ParameterClose = "</parameter>"u8.ToArray(),
        Style = TagStyle.Attributes,
        EndTokens = s_deepSeekEnds,
        IsMisspelled = true,
    };

    public static TagGrammar MiniMax { get; } = new()
    {
        BlockOpen = "<minimax:tool_call>"u8.ToArray(),
        BlockClose = "</minimax:tool_call>"u8.ToArray(),
        CallOpen = "<invoke"u8.ToArray(),
        CallClose = "</invoke>"u8.ToArray(),
        ParameterOpen = "<parameter"u8.ToArray(),
        ParameterClose = "</parameter>"u8.ToArray(),
        Style = TagStyle.Attributes,
        EndTokens = ["[e~["u8.ToArray()],
        AllowsBareCalls = true,
    };

    public static TagGrammar Qwen3Coder { get; } = new()
    {
        BlockOpen = "<tool_call>"u8.ToArray(),
        BlockClose = "</tool_call>"u8.ToArray(),
        CallOpen = "<function="u8.ToArray(),
        CallClose = "</function>"u8.ToArray(),
        ParameterOpen = "<parameter="u8.ToArray(),
        ParameterClose = "</parameter>"u8.ToArray(),
        Style = TagStyle.Assignment,
        EndTokens = ["<|im_end|>"u8.ToArray(), "<|endoftext|>"u8.ToArray()],
        TrimsLineEnds = true,
        AllowsBareCalls = true,
    };

    public static TagGrammar Glm { get; } = new()
    {
        CallOpen = "<tool_call>"u8.ToArray(),
        CallClose = "</tool_call>"u8.ToArray(),
        ParameterOpen = "<arg_key>"u8.ToArray(),
        ParameterClose = "</arg_value>"u8.ToArray(),
        Style = TagStyle.KeyElements,
        EndTokens = ["<|endoftext|>"u8.ToArray(), "<|user|>"u8.ToArray(), "<|observation|>"u8.ToArray()],
        InfersUntyped = true,
    };

    private static TagGrammar DsmlWith(ReadOnlySpan<byte> open, ReadOnlySpan<byte> close) => new()
    {
        BlockOpen = open.ToArray(),
        BlockClose = close.ToArray(),
        CallOpen = "<｜DSML｜invoke"u8.ToArray(),
        CallClose = "</｜DSML｜invoke>"u8.ToArray(),
        ParameterOpen = "<｜DSML｜parameter"u8.ToArray(),
        ParameterClose = "</｜DSML｜parameter>"u8.ToArray(),
        Style = TagStyle.Attributes,
        EndTokens = s_deepSeekEnds,
        AllowsBareCalls = true,
        CanBeQuoted = false,
    };
}
