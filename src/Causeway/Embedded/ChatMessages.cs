using System.Buffers;
using System.Text;
using System.Text.Json;
using Causeway.Wire.Errors;

namespace Causeway.Embedded;

/// <summary>
/// A request's messages as published chat templates expect them: contents as text, arguments of calls as objects, <c>developer</c> as <c>system</c>.
/// </summary>
internal static class ChatMessages
{
    private const int MaxMessages = 4096;

    /// <param name="preamble">Goes before the first system message's words, or becomes one; null for none.</param>
    /// <exception cref="EmbeddedRefusal">Something that is no message, or more than text.</exception>
    public static JsonDocument Normalize(JsonElement root, string? preamble)
    {
        if (!root.TryGetProperty("messages"u8, out var messages) || messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() is 0 or > MaxMessages)
            throw Wrong($"'messages' must be a list of 1 to {MaxMessages} messages.", "messages");
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = AnswerJson.Writer(buffer))
        {
            json.WriteStartArray();
            var isFirstSystem = IsSystem(messages[0]);
            if (preamble is not null && !isFirstSystem) WriteSystem(json, preamble);
            var index = 0;
            foreach (var message in messages.EnumerateArray())
            {
                Write(json, message, index == 0 && isFirstSystem ? preamble : null, $"messages[{index}]");
                index++;
            }
            json.WriteEndArray();
        }
        return JsonDocument.Parse(buffer.WrittenMemory, new JsonDocumentOptions { MaxDepth = 256 });
    }

    private static void Write(Utf8JsonWriter json, JsonElement message, string? preamble, string place)
    {
        if (message.ValueKind != JsonValueKind.Object) throw Wrong("A message is an object.", place);
        var role = RoleOf(message) ?? throw Wrong("A message's role is system, developer, user, assistant or tool.", place + ".role");
        if (message.GetProperty("role"u8).ValueEquals("tool"u8) && !(message.TryGetProperty("tool_call_id"u8, out var answered) && answered.ValueKind == JsonValueKind.String))
            throw new EmbeddedRefusal(ErrorCodes.MissingRequiredParameter.Error("A tool's result names the call that it answers: 'tool_call_id'.", place + ".tool_call_id"));
        var content = TextOf(message, place);
        json.WriteStartObject();
        json.WriteString("role"u8, role);
        json.WriteString("content"u8, preamble is null ? content : $"{preamble}\n\n{content}");
        foreach (var name in (string[])["name", "tool_call_id", "reasoning_content"])
            if (message.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String) json.WriteString(name, value.GetString());
        if (role == "assistant" && message.TryGetProperty("tool_calls"u8, out var calls) && calls.ValueKind == JsonValueKind.Array && calls.GetArrayLength() > 0) WriteCalls(json, calls, place);
        json.WriteEndObject();
    }

    private static void WriteSystem(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, "system"u8);
        json.WriteString("content"u8, text);
        json.WriteEndObject();
    }

    private static void WriteCalls(Utf8JsonWriter json, JsonElement calls, string place)
    {
        json.WriteStartArray("tool_calls"u8);
        foreach (var call in calls.EnumerateArray())
        {
            if (call.ValueKind != JsonValueKind.Object || !call.TryGetProperty("function"u8, out var function) || function.ValueKind != JsonValueKind.Object
                || !function.TryGetProperty("name"u8, out var name) || name.ValueKind != JsonValueKind.String)
                throw Wrong("A tool call has a function with a name.", place + ".tool_calls");
            json.WriteStartObject();
            if (call.TryGetProperty("id"u8, out var id) && id.ValueKind == JsonValueKind.String) json.WriteString("id"u8, id.GetString());
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, name.GetString());
            json.WritePropertyName("arguments"u8);
            WriteArguments(json, function);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    // OpenAI has them as a text with JSON in it, templates go through their members.
    private static void WriteArguments(Utf8JsonWriter json, JsonElement function)
    {
        if (!function.TryGetProperty("arguments"u8, out var arguments)) json.WriteRawValue("{}"u8);
        else if (arguments.ValueKind != JsonValueKind.String) arguments.WriteTo(json);
        else if (TryParse(arguments.GetString() ?? "") is { } parsed)
            using (parsed) parsed.RootElement.WriteTo(json);
        else arguments.WriteTo(json);
    }

    private static JsonDocument? TryParse(string text)
    {
        try
        {
            return JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 100 });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string TextOf(JsonElement message, string place)
    {
        if (!message.TryGetProperty("content"u8, out var content) || content.ValueKind == JsonValueKind.Null) return "";
        if (content.ValueKind == JsonValueKind.String) return content.GetString() ?? "";
        if (content.ValueKind != JsonValueKind.Array) throw Wrong("A message's content is a text or a list of parts.", place + ".content");
        var text = new StringBuilder();
        foreach (var part in content.EnumerateArray())
        {
            if (part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text"u8, out var piece) && piece.ValueKind == JsonValueKind.String) text.Append(piece.GetString());
            else throw new EmbeddedRefusal(ErrorCodes.UnsupportedParameter.Error("Embedded models read text only.", place + ".content"));
        }
        return text.ToString();
    }

    private static bool IsSystem(JsonElement message) => message.ValueKind == JsonValueKind.Object && RoleOf(message) == "system";

    private static string? RoleOf(JsonElement message) => !message.TryGetProperty("role"u8, out var role) || role.ValueKind != JsonValueKind.String ? null : role.GetString() switch
    {
        "system" or "developer" => "system",
        "user" => "user",
        "assistant" => "assistant",
        "tool" or "function" => "tool",
        _ => null,
    };

    private static EmbeddedRefusal Wrong(string message, string param) => new(ErrorCodes.InvalidType.Error(message, param));
}
