using System.Text.Json;

namespace Causeway.Embedded;

/// <summary>How a family marks the turns of a conversation.</summary>
/// <param name="Start">What the whole begins with.</param>
/// <param name="Before">Goes before a turn's text, with the role in the place of <c>{0}</c>.</param>
/// <param name="After">Goes behind it.</param>
internal sealed record ChatMarkup(string Start, string Before, string After, string Assistant = "assistant")
{
    private static readonly ChatMarkup _chatMl = new("", "<|im_start|>{0}\n", "<|im_end|>\n");
    private static readonly ChatMarkup _llama3 = new("<|begin_of_text|>", "<|start_header_id|>{0}<|end_header_id|>\n\n", "<|eot_id|>");
    private static readonly ChatMarkup _gemma = new("<bos>", "<start_of_turn>{0}\n", "<end_of_turn>\n", "model");

    /// <summary>By what the model's template writes; null when it is none of these.</summary>
    public static ChatMarkup? Of(string? template) => template switch
    {
        null => null,
        _ when template.Contains("<|im_start|>", StringComparison.Ordinal) => _chatMl,
        _ when template.Contains("<|start_header_id|>", StringComparison.Ordinal) => _llama3,
        _ when template.Contains("<start_of_turn>", StringComparison.Ordinal) => _gemma,
        _ => null,
    };

    /// <summary>The conversation, up to where the assistant begins to speak. Trusted is what the markup wrote.</summary>
    public IReadOnlyList<(string Text, bool Trusted)> Render(JsonElement messages)
    {
        List<(string, bool)> segments = [(Start, true)];
        foreach (var message in messages.EnumerateArray())
        {
            segments.Add((Before.Replace("{0}", RoleOf(message), StringComparison.Ordinal), true));
            segments.Add((TextOf(message), false));
            segments.Add((After, true));
        }
        segments.Add((Before.Replace("{0}", Assistant, StringComparison.Ordinal), true));
        return segments;
    }

    private string RoleOf(JsonElement message) => message.GetProperty("role"u8).GetString() switch
    {
        "assistant" => Assistant,
        "tool" => "user",
        var role => role ?? "user",
    };

    // Calls and their results in the words that ToolPreamble teaches.
    private static string TextOf(JsonElement message)
    {
        var content = message.GetProperty("content"u8).GetString() ?? "";
        if (message.GetProperty("role"u8).ValueEquals("tool"u8)) return $"<tool_response>\n{content}\n</tool_response>";
        if (!message.TryGetProperty("tool_calls"u8, out var calls)) return content;
        var said = calls.EnumerateArray().Select(call => call.GetProperty("function"u8))
            .Select(function => $$"""<tool_call>{{"\n"}}{"name": {{function.GetProperty("name"u8).GetRawText()}}, "arguments": {{function.GetProperty("arguments"u8).GetRawText()}}}{{"\n"}}</tool_call>""");
        return string.Join('\n', content.Length > 0 ? said.Prepend(content) : said);
    }
}
