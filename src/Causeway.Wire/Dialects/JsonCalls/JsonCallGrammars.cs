namespace Causeway.Wire.Dialects.JsonCalls;

/// <summary>The grammars of the families whose arguments are JSON.</summary>
internal static class JsonCallGrammars
{
    public static byte[] KimiSection { get; } = "<|tool_calls_section_begin|>"u8.ToArray();

    /// <summary>Another spelling that some of Kimi's engines use.</summary>
    public static byte[] KimiSectionSingular { get; } = "<|tool_call_section_begin|>"u8.ToArray();

    public static byte[] KimiCall { get; } = "<|tool_call_begin|>"u8.ToArray();

    public static byte[] KimiArguments { get; } = "<|tool_call_argument_begin|>"u8.ToArray();

    public static byte[] KimiCallEnd { get; } = "<|tool_call_end|>"u8.ToArray();

    public static JsonCallGrammar Hermes { get; } = new()
    {
        Opens = ["<tool_call>"u8.ToArray()],
        Closes = ["</tool_call>"u8.ToArray()],
        Header = CallHeader.Object,
        EndTokens = ["<|im_end|>"u8.ToArray(), "<|endoftext|>"u8.ToArray()],
    };

    public static JsonCallGrammar Kimi { get; } = new()
    {
        Opens = [KimiSection, KimiSectionSingular, KimiCall],
        Closes = [KimiCallEnd, "<|tool_calls_section_end|>"u8.ToArray(), "<|tool_call_section_end|>"u8.ToArray()],
        Header = CallHeader.NumberedName,
        EndTokens = ["<|im_end|>"u8.ToArray()],
        CanBeQuoted = false,
    };

    public static JsonCallGrammar Mistral { get; } = new()
    {
        Opens = ["[TOOL_CALLS]"u8.ToArray()],
        Header = CallHeader.PlainName,
        EndTokens = ["</s>"u8.ToArray()],
        Separator = (byte)',',
    };

    public static JsonCallGrammar Llama { get; } = new()
    {
        Opens = ["<|python_tag|>"u8.ToArray()],
        Header = CallHeader.Object,
        EndTokens = ["<|eot_id|>"u8.ToArray(), "<|eom_id|>"u8.ToArray(), "<|end_of_text|>"u8.ToArray()],
        AllowsBareStart = true,
        Separator = (byte)';',
    };
}
