using System.Text;
using System.Text.Json;

namespace Causeway.Gateway.Upstreams.Rehearsal;

/// <summary>One walk over the messages: how many tokens, a hash of what was said, the texts the scripts answer to.</summary>
internal struct PromptReader()
{
    private const int TokensPerMessage = 4;
    private const int TokensToPrimeTheAnswer = 3;
    private const int TokensPerMedium = 85;

    public int Tokens { get; private set; } = TokensToPrimeTheAnswer;
    public ulong Hash { get; private set; } = Chance.Basis;
    public string LastUserText { get; private set; } = "";
    public string? ToolResult { get; private set; }

    public void Read(JsonElement messages)
    {
        foreach (var message in messages.EnumerateArray())
        {
            var text = Content(message);
            var role = message.GetProperty("role"u8);
            Tokens += TokensPerMessage;
            Note(text);
            Note(message.Text("name"u8));
            ReadCalls(message);
            if (role.ValueEquals("user"u8)) LastUserText = text;
            ToolResult = role.ValueEquals("tool"u8) || role.ValueEquals("function"u8) ? text : null;
        }
    }

    private void Note(string? text)
    {
        if (text is null) return;
        Tokens += ToyTokenizer.Count(text);
        Hash = Chance.Hash(text, Hash);
    }

    private void ReadCalls(JsonElement message)
    {
        if (!message.Has("tool_calls"u8, out var calls)) return;
        foreach (var call in calls.EnumerateArray())
        {
            if (!call.Has("function"u8, out var function) || function.ValueKind is not JsonValueKind.Object) continue;
            Note(function.Text("name"u8));
            Note(function.Text("arguments"u8));
        }
    }

    private string Content(JsonElement message)
    {
        if (!message.Has("content"u8, out var content)) return "";
        if (content.ValueKind is JsonValueKind.String) return content.GetString() ?? "";
        var text = new StringBuilder();
        foreach (var part in content.EnumerateArray())
        {
            if (part.Text("text"u8) is { } piece) text.Append(piece);
            else Tokens += TokensPerMedium;
        }
        return text.ToString();
    }
}
