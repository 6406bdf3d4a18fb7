using System.Text.Json;

namespace Causeway.Gateway.Upstreams.Rehearsal;

/// <summary>
/// Renders the events of a chat or of a text completion, a round at a time: one token of every choice that still has one. Nothing is
/// produced ahead of the reader.
/// </summary>
internal sealed class EventPlayer : IDisposable
{
    private readonly RehearsalRequest _request;
    private readonly AnswerHead _head;
    private readonly RenderBuffer _buffer;
    private readonly Utf8JsonWriter _json;
    private readonly PlayCursor[] _cursors;
    private readonly bool[] _finished;

    public EventPlayer(RehearsalRequest request, ChoicePlay[] plays, AnswerHead head, RenderBuffer buffer)
    {
        _request = request;
        _head = head;
        _buffer = buffer;
        _json = new Utf8JsonWriter(buffer, AnswerJson.Options);
        _cursors = new PlayCursor[plays.Length];
        for (var index = 0; index < plays.Length; index++)
            _cursors[index] = new PlayCursor(plays[index]);
        _finished = new bool[plays.Length];
    }

    /// <summary>Rounds rendered up to now.</summary>
    public int Round { get; private set; }

    /// <summary>Whether the end of the stream was rendered.</summary>
    public bool IsDone { get; private set; }

    public void RenderRound()
    {
        if (Round++ == 0 && !_request.IsText)
        {
            for (var index = 0; index < _cursors.Length; index++)
                WriteOpening(index);
        }
        var open = 0;
        for (var index = 0; index < _cursors.Length; index++)
            if (!_finished[index] && !Speak(index)) open++;
        if (open > 0) return;
        if (_request.IncludeUsage) WriteUsage();
        _buffer.Write("data: [DONE]\n\n"u8);
        IsDone = true;
    }

    public void Dispose() => _json.Dispose();

    /// <summary>Says the next token, and the end with the last one. True at the end.</summary>
    private bool Speak(int index)
    {
        ref var cursor = ref _cursors[index];
        if (cursor.Next()) WriteToken(index, ref cursor);
        if (!cursor.AtEnd) return false;
        WriteFinish(index, cursor.Finish);
        return _finished[index] = true;
    }

    private void WriteOpening(int index)
    {
        BeginChoice(index);
        _json.WriteString("role"u8, "assistant"u8);
        if (_cursors[index].Play.IsCalls) _json.WriteNull("content"u8);
        else _json.WriteString("content"u8, ""u8);
        _json.WriteNull("refusal"u8);
        _json.WriteEndObject();
        if (HasLogprobs(index)) WriteLogprobs([]);
        else _json.WriteNull("logprobs"u8);
        EndChoice(null);
    }

    private void WriteToken(int index, ref PlayCursor cursor)
    {
        if (_request.IsText)
        {
            WriteText(index, cursor.Text, null);
            return;
        }
        BeginChoice(index);
        if (cursor.Call is { } call) WriteCallDelta(call, ref cursor);
        else _json.WriteString("content"u8, cursor.Text);
        _json.WriteEndObject();
        if (HasLogprobs(index)) WriteLogprobs(cursor.Text);
        else _json.WriteNull("logprobs"u8);
        EndChoice(null);
    }

    private void WriteText(int index, ReadOnlySpan<char> text, string? finish)
    {
        BeginEvent();
        _json.WriteStartObject();
        _json.WriteString("text"u8, text);
        _json.WriteNumber("index"u8, index);
        _json.WriteNull("logprobs"u8);
        EndChoice(finish);
    }

    private void WriteFinish(int index, string reason)
    {
        if (_request.IsText)
        {
            WriteText(index, [], reason);
            return;
        }
        BeginChoice(index);
        _json.WriteEndObject();
        _json.WriteNull("logprobs"u8);
        EndChoice(reason);
    }

    private void WriteCallDelta(ToolCall call, ref PlayCursor cursor)
    {
        if (call.Kind == ToolKind.LegacyFunction)
        {
            _json.WriteStartObject("function_call"u8);
            if (cursor.IsCallHead) _json.WriteString("name"u8, call.Name);
            _json.WriteString("arguments"u8, cursor.Text);
            _json.WriteEndObject();
            return;
        }
        _json.WriteStartArray("tool_calls"u8);
        _json.WriteStartObject();
        _json.WriteNumber("index"u8, cursor.Part);
        if (cursor.IsCallHead) _json.WriteCallBody(call, [], chunk: true);
        else WriteArguments(call, cursor.Text);
        _json.WriteEndObject();
        _json.WriteEndArray();
    }

    private void WriteArguments(ToolCall call, ReadOnlySpan<char> piece)
    {
        var custom = call.Kind == ToolKind.Custom;
        _json.WriteStartObject(custom ? "custom"u8 : "function"u8);
        _json.WriteString(custom ? "input"u8 : "arguments"u8, piece);
        _json.WriteEndObject();
    }

    private bool HasLogprobs(int index) => _request.Logprobs && !_cursors[index].Play.IsCalls;

    private void WriteLogprobs(ReadOnlySpan<char> token)
    {
        _json.WriteStartObject("logprobs"u8);
        _json.WriteStartArray("content"u8);
        if (!token.IsEmpty) TokenLogprobs.Write(_json, token, _request.TopLogprobs);
        _json.WriteEndArray();
        _json.WriteNull("refusal"u8);
        _json.WriteEndObject();
    }

    private void WriteUsage()
    {
        var completion = 0;
        foreach (ref var cursor in _cursors.AsSpan())
            completion += cursor.Said;
        BeginEvent();
        _json.WriteEndArray();
        _json.WriteUsage(_request.PromptTokens, completion);
        EndEvent();
    }

    private void BeginChoice(int index)
    {
        BeginEvent();
        _json.WriteStartObject();
        _json.WriteNumber("index"u8, index);
        _json.WriteStartObject("delta"u8);
    }

    private void EndChoice(string? finish)
    {
        _json.WriteString("finish_reason"u8, finish);
        _json.WriteEndObject();
        _json.WriteEndArray();
        if (_request.IncludeUsage) _json.WriteNull("usage"u8);
        EndEvent();
    }

    private void BeginEvent()
    {
        _buffer.Write("data: "u8);
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteHead(_head, _request.IsText ? "text_completion"u8 : "chat.completion.chunk"u8);
        _json.WriteStartArray("choices"u8);
    }

    private void EndEvent()
    {
        _json.WriteEndObject();
        _json.Flush();
        _buffer.Write("\n\n"u8);
    }
}
