namespace Causeway.Wire.Chat;

/// <summary>The finish reasons of OpenAI's dialect, so that naming one costs no string.</summary>
internal static class FinishReasons
{
    public static string? Known(ReadOnlySpan<byte> reason)
    {
        if (reason.SequenceEqual("stop"u8)) return "stop";
        if (reason.SequenceEqual("length"u8)) return "length";
        if (reason.SequenceEqual("tool_calls"u8)) return "tool_calls";
        if (reason.SequenceEqual("content_filter"u8)) return "content_filter";
        return reason.SequenceEqual("function_call"u8) ? "function_call" : null;
    }
}
