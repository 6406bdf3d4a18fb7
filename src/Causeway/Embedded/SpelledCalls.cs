using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Causeway.Embedded;

/// <summary>
/// A conversation's calls and their results as text, for templates that know turns of user and assistant only and would leave them out or refuse
/// them: in the words of Hermes, which <see cref="ToolPreamble"/> asks for. A result is the user's turn, those that follow each other are one.
/// </summary>
internal static class SpelledCalls
{
    /// <param name="messages">As <see cref="ChatMessages"/> makes them.</param>
    public static JsonDocument Of(JsonElement messages)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = AnswerJson.Writer(buffer))
        {
            json.WriteStartArray();
            var results = new StringBuilder();
            foreach (var message in messages.EnumerateArray())
            {
                var (role, content) = (message.GetProperty("role"u8).GetString(), message.GetProperty("content"u8).GetString());
                if (role == "tool")
                {
                    results.Append(results.Length > 0 ? "\n" : "").Append("<tool_response>\n").Append(content).Append("\n</tool_response>");
                    continue;
                }
                if (role != "user") Write(json, "user", Taken(results));
                Write(json, role, role == "user" ? Joined(Taken(results), content, "\n\n") : Joined(content, CallsOf(message), "\n"));
            }
            Write(json, "user", Taken(results));
            json.WriteEndArray();
        }
        return JsonDocument.Parse(buffer.WrittenMemory);
    }

    private static string CallsOf(JsonElement message) => !message.TryGetProperty("tool_calls"u8, out var calls) ? "" : string.Join('\n', calls.EnumerateArray().Select(call =>
    {
        var function = call.GetProperty("function"u8);
        return $"<tool_call>\n{{\"name\": {Raw(function.GetProperty("name"u8))}, \"arguments\": {Raw(function.GetProperty("arguments"u8))}}}\n</tool_call>";
    }));

    private static string Raw(JsonElement value) => Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(value));

    private static string Joined(string? first, string? second, string between) => string.IsNullOrEmpty(first) ? second ?? "" : string.IsNullOrEmpty(second) ? first : first + between + second;

    private static string? Taken(StringBuilder text)
    {
        var taken = text.Length == 0 ? null : text.ToString();
        text.Clear();
        return taken;
    }

    private static void Write(Utf8JsonWriter json, string? role, string? content)
    {
        if (content is null) return;
        json.WriteStartObject();
        json.WriteString("role"u8, role);
        json.WriteString("content"u8, content);
        json.WriteEndObject();
    }
}
