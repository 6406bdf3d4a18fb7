using System.Buffers;
using System.Text.Json;
using Causeway.Engine.Tokenizers;

namespace Causeway.Embedded;

/// <summary>Writes the events of a streamed answer. One answer's: not thread-safe.</summary>
internal sealed class ChunkJson(AnswerHead head, ChatAsk ask, Tokenizer tokenizer, IBufferWriter<byte> into) : IDisposable
{
    private readonly Utf8JsonWriter _json = AnswerJson.Writer(into);
    private readonly HashSet<int> _begun = [];

    public void Write(Delta delta)
    {
        if (head.IsChat && _begun.Add(delta.Choice)) WriteRole(delta.Choice);
        Begin();
        _json.WriteStartObject();
        if (head.IsChat) WriteChat(delta);
        else WriteText(delta);
        _json.WriteString("finish_reason"u8, delta.Kind == DeltaKind.Finish ? delta.Text : null);
        _json.WriteEndObject();
        _json.WriteEndArray();
        if (ask.IncludeUsage) _json.WriteNull("usage"u8);
        End();
    }

    /// <summary>The chunk with the usage, where it was asked for, and the end of the stream.</summary>
    public void WriteEnd(AnswerUsage usage)
    {
        if (ask.IncludeUsage)
        {
            Begin();
            _json.WriteEndArray();
            _json.WriteUsage(usage);
            End();
        }
        into.Write("data: [DONE]\n\n"u8);
    }

    public void Dispose() => _json.Dispose();

    private void WriteRole(int choice)
    {
        Begin();
        _json.WriteStartObject();
        _json.WriteNumber("index"u8, choice);
        _json.WriteStartObject("delta"u8);
        _json.WriteString("role"u8, "assistant"u8);
        _json.WriteString("content"u8, ""u8);
        _json.WriteEndObject();
        _json.WriteNull("logprobs"u8);
        _json.WriteNull("finish_reason"u8);
        _json.WriteEndObject();
        _json.WriteEndArray();
        if (ask.IncludeUsage) _json.WriteNull("usage"u8);
        End();
    }

    private void WriteChat(Delta delta)
    {
        _json.WriteNumber("index"u8, delta.Choice);
        _json.WriteStartObject("delta"u8);
        if (delta.Kind == DeltaKind.Content) _json.WriteString("content"u8, delta.Text);
        else if (delta.Kind == DeltaKind.Reasoning) _json.WriteString("reasoning_content"u8, delta.Text);
        else if (delta.Kind is DeltaKind.CallBegin or DeltaKind.Arguments) WriteCall(delta);
        _json.WriteEndObject();
        _json.WriteLogprobs(tokenizer, delta.Tokens, ask.WantsLogprobs);
    }

    private void WriteCall(Delta delta)
    {
        _json.WriteStartArray("tool_calls"u8);
        _json.WriteStartObject();
        _json.WriteNumber("index"u8, delta.Call);
        if (delta.Kind == DeltaKind.CallBegin)
        {
            _json.WriteString("id"u8, delta.Id);
            _json.WriteString("type"u8, "function"u8);
        }
        _json.WriteStartObject("function"u8);
        if (delta.Kind == DeltaKind.CallBegin) _json.WriteString("name"u8, delta.Text);
        _json.WriteString("arguments"u8, delta.Kind == DeltaKind.CallBegin ? "" : delta.Text);
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.WriteEndArray();
    }

    private void WriteText(Delta delta)
    {
        _json.WriteString("text"u8, delta.Kind == DeltaKind.Finish ? "" : delta.Text);
        _json.WriteNumber("index"u8, delta.Choice);
        _json.WriteTextLogprobs(tokenizer, delta.Tokens, ask.WantsLogprobs);
    }

    private void Begin()
    {
        into.Write("data: "u8);
        _json.Reset(into);
        _json.WriteStartObject();
        _json.WriteHead(head, head.IsChat ? "chat.completion.chunk"u8 : "text_completion"u8);
        _json.WriteStartArray("choices"u8);
    }

    private void End()
    {
        _json.WriteEndObject();
        _json.Flush();
        into.Write("\n\n"u8);
    }
}
