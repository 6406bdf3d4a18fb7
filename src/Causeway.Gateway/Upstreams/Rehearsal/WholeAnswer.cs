using System.Text.Json;

namespace Causeway.Gateway.Upstreams.Rehearsal;

/// <summary>Renders <c>chat.completion</c>. Says token by token what the stream would say, so that the two cannot differ.</summary>
internal static class WholeAnswer
{
    /// <returns>Tokens of the longest choice: choices are said side by side.</returns>
    public static int Render(RehearsalRequest request, ChoicePlay[] plays, AnswerHead head, RenderBuffer buffer)
    {
        using var json = new Utf8JsonWriter(buffer, AnswerJson.Options);
        var total = 0;
        var longest = 0;
        json.WriteStartObject();
        json.WriteHead(head, "chat.completion"u8);
        json.WriteStartArray("choices"u8);
        for (var index = 0; index < plays.Length; index++)
        {
            var said = WriteChoice(json, request, plays[index], index);
            total += said;
            longest = Math.Max(longest, said);
        }
        json.WriteEndArray();
        json.WriteUsage(request.PromptTokens, total);
        json.WriteEndObject();
        return longest;
    }

    private static int WriteChoice(Utf8JsonWriter json, RehearsalRequest request, ChoicePlay play, int index)
    {
        json.WriteStartObject();
        json.WriteNumber("index"u8, index);
        json.WriteStartObject("message"u8);
        json.WriteString("role"u8, "assistant"u8);
        var cursor = new PlayCursor(play);
        if (play.IsCalls) WriteCalls(json, ref cursor);
        else WriteContent(json, ref cursor);
        json.WriteNull("refusal"u8);
        json.WriteStartArray("annotations"u8);
        json.WriteEndArray();
        json.WriteEndObject();
        if (request.Logprobs && !play.IsCalls) WriteLogprobs(json, play, request.TopLogprobs);
        else json.WriteNull("logprobs"u8);
        json.WriteString("finish_reason"u8, cursor.Finish);
        json.WriteEndObject();
        return cursor.Said;
    }

    private static void WriteContent(Utf8JsonWriter json, ref PlayCursor cursor)
    {
        json.WritePropertyName("content"u8);
        while (cursor.Next())
            json.WriteStringValueSegment(cursor.Text, isFinalSegment: false);
        json.WriteStringValueSegment(ReadOnlySpan<char>.Empty, isFinalSegment: true);
    }

    private static void WriteCalls(Utf8JsonWriter json, ref PlayCursor cursor)
    {
        json.WriteNull("content"u8);
        var parts = cursor.Play.Parts;
        var lengths = new int[parts.Length];
        while (cursor.Next())
            lengths[cursor.Part] += cursor.Text.Length;
        if (parts[0].Call is { Kind: ToolKind.LegacyFunction } legacy) WriteLegacyCall(json, legacy, parts[0].Text.AsSpan(0, lengths[0]));
        else
        {
            json.WriteStartArray("tool_calls"u8);
            for (var index = 0; index <= cursor.Part; index++)
                WriteCall(json, parts[index], lengths[index]);
            json.WriteEndArray();
        }
    }

    private static void WriteCall(Utf8JsonWriter json, PlayPart part, int length)
    {
        if (part.Call is not { } call) return;
        json.WriteStartObject();
        json.WriteCallBody(call, part.Text.AsSpan(0, length), chunk: false);
        json.WriteEndObject();
    }

    private static void WriteLegacyCall(Utf8JsonWriter json, ToolCall call, ReadOnlySpan<char> arguments)
    {
        json.WriteStartObject("function_call"u8);
        json.WriteString("name"u8, call.Name);
        json.WriteString("arguments"u8, arguments);
        json.WriteEndObject();
    }

    private static void WriteLogprobs(Utf8JsonWriter json, ChoicePlay play, int alternatives)
    {
        json.WriteStartObject("logprobs"u8);
        json.WriteStartArray("content"u8);
        var cursor = new PlayCursor(play);
        while (cursor.Next())
            TokenLogprobs.Write(json, cursor.Text, alternatives);
        json.WriteEndArray();
        json.WriteNull("refusal"u8);
        json.WriteEndObject();
    }
}
