using System.Text;
using System.Text.Json;
using Causeway.Engine.Serving;
using Causeway.Engine.Tokenizers;

namespace Causeway.Embedded;

/// <summary>Gathers the deltas of one choice of a whole answer.</summary>
internal sealed class WholeChoice
{
    private readonly StringBuilder _content = new();
    private readonly StringBuilder _reasoning = new();
    private readonly List<(string? Id, string Name, StringBuilder Arguments)> _calls = [];
    private readonly List<GeneratedToken> _tokens = [];
    private string _finish = "stop";

    public void Add(Delta delta)
    {
        _tokens.AddRange(delta.Tokens);
        switch (delta.Kind)
        {
            case DeltaKind.Content: _content.Append(delta.Text); break;
            case DeltaKind.Reasoning: _reasoning.Append(delta.Text); break;
            case DeltaKind.CallBegin: _calls.Add((delta.Id, delta.Text, new StringBuilder())); break;
            case DeltaKind.Arguments: _calls[delta.Call].Arguments.Append(delta.Text); break;
            default: _finish = delta.Text; break;
        }
    }

    public void WriteChat(Utf8JsonWriter json, int index, Tokenizer tokenizer, bool wantsLogprobs)
    {
        json.WriteStartObject();
        json.WriteNumber("index"u8, index);
        json.WriteStartObject("message"u8);
        json.WriteString("role"u8, "assistant"u8);
        if (_content.Length == 0 && _calls.Count > 0) json.WriteNull("content"u8);
        else json.WriteString("content"u8, _content.ToString());
        if (_reasoning.Length > 0) json.WriteString("reasoning_content"u8, _reasoning.ToString());
        json.WriteNull("refusal"u8);
        if (_calls.Count > 0) WriteCalls(json);
        json.WriteEndObject();
        json.WriteLogprobs(tokenizer, _tokens, wantsLogprobs);
        json.WriteString("finish_reason"u8, _finish);
        json.WriteEndObject();
    }

    public void WriteText(Utf8JsonWriter json, int index, Tokenizer tokenizer, bool wantsLogprobs, string echo)
    {
        json.WriteStartObject();
        json.WriteString("text"u8, echo + _content);
        json.WriteNumber("index"u8, index);
        json.WriteTextLogprobs(tokenizer, _tokens, wantsLogprobs);
        json.WriteString("finish_reason"u8, _finish);
        json.WriteEndObject();
    }

    private void WriteCalls(Utf8JsonWriter json)
    {
        json.WriteStartArray("tool_calls"u8);
        foreach (var (id, name, arguments) in _calls)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, id);
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, name);
            json.WriteString("arguments"u8, arguments.ToString());
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
