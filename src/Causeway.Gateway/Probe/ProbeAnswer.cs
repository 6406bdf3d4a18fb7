using System.Text;
using System.Text.Json;

namespace Causeway.Gateway.Probe;

/// <summary>An upstream's answer, read whole; a stream is put together from its events.</summary>
internal sealed class ProbeAnswer
{
    public required int Status { get; init; }

    public required string? MediaType { get; init; }

    /// <summary>The upstream's error in words fit to be shown; null for a 200.</summary>
    public string? Error { get; init; }

    /// <summary>The body as an object; undefined when it is none, and for streams.</summary>
    public JsonElement Body { get; init; }

    /// <summary>The events of a stream, without <c>[DONE]</c>.</summary>
    public IReadOnlyList<JsonElement> Events { get; init; } = [];

    public bool IsDone { get; init; }

    public string Content => Events.Count > 0 ? string.Concat(Events.Select(chunk => Text(Delta(chunk), "content"))) : Text(Message, "content");

    public string FinishReason => Text(Choice(Body, 0), "finish_reason");

    public JsonElement Message => Member(Choice(Body, 0), "message");

    public int Choices => Member(Body, "choices") is { ValueKind: JsonValueKind.Array } choices ? choices.GetArrayLength() : 0;

    public IReadOnlyList<JsonElement> ToolCalls =>
        Member(Message, "tool_calls") is { ValueKind: JsonValueKind.Array } calls ? [.. calls.EnumerateArray()] : [];

    public int? PromptTokens => Count("prompt_tokens");

    public int? CompletionTokens => Count("completion_tokens");

    public bool HasUsage => CompletionTokens is not null;

    public static ProbeAnswer Of(int status, string? mediaType, ReadOnlyMemory<byte> body, Func<ReadOnlyMemory<byte>, string> error)
    {
        if (mediaType == "text/event-stream") return OfEvents(status, mediaType, Encoding.UTF8.GetString(body.Span));
        return new ProbeAnswer { Status = status, MediaType = mediaType, Body = Parse(body), Error = status == 200 ? null : error(body) };
    }

    public static JsonElement Member(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var member) ? member : default;

    public static string Text(JsonElement of, string name)
    {
        try
        {
            return Member(of, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() ?? "" : "";
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair is no text.
            return "";
        }
    }

    private static ProbeAnswer OfEvents(int status, string mediaType, string text)
    {
        var data = text.Split('\n').Where(line => line.StartsWith("data:", StringComparison.Ordinal)).Select(line => line[5..].Trim()).ToList();
        return new ProbeAnswer
        {
            Status = status,
            MediaType = mediaType,
            Events = [.. data.Where(line => line != "[DONE]").Select(line => Parse(Encoding.UTF8.GetBytes(line))).Where(chunk => chunk.ValueKind == JsonValueKind.Object)],
            IsDone = data is [.., "[DONE]"],
        };
    }

    private static JsonElement Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static JsonElement Delta(JsonElement chunk) => Member(Choice(chunk, 0), "delta");

    private static JsonElement Choice(JsonElement of, int index) =>
        Member(of, "choices") is { ValueKind: JsonValueKind.Array } choices && choices.GetArrayLength() > index ? choices[index] : default;

    private int? Count(string name)
    {
        var usage = Events.Count > 0 ? Events.Select(chunk => Member(chunk, "usage")).LastOrDefault(found => found.ValueKind == JsonValueKind.Object) : Member(Body, "usage");
        return Member(usage, name) is { ValueKind: JsonValueKind.Number } count && count.TryGetInt32(out var value) ? value : null;
    }
}
