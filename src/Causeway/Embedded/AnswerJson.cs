using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Causeway.Engine.Serving;
using Causeway.Engine.Tokenizers;

namespace Causeway.Embedded;

/// <summary>The parts that whole answers and chunks share.</summary>
internal static class AnswerJson
{
    public static void WriteHead(this Utf8JsonWriter json, AnswerHead head, ReadOnlySpan<byte> kind)
    {
        json.WriteString("id"u8, head.Id);
        json.WriteString("object"u8, kind);
        json.WriteNumber("created"u8, head.Created);
        json.WriteString("model"u8, head.Model);
        json.WriteString("system_fingerprint"u8, "fp_causeway"u8);
    }

    public static void WriteUsage(this Utf8JsonWriter json, AnswerUsage usage)
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, usage.Prompt);
        json.WriteNumber("completion_tokens"u8, usage.Completion);
        json.WriteNumber("total_tokens"u8, usage.Prompt + usage.Completion);
        json.WriteStartObject("prompt_tokens_details"u8);
        json.WriteNumber("cached_tokens"u8, usage.Cached);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Of a chat: <c>{"content":[…],"refusal":null}</c>, or null where there are none.</summary>
    public static void WriteLogprobs(this Utf8JsonWriter json, Tokenizer tokenizer, IReadOnlyList<GeneratedToken> tokens, bool wants)
    {
        if (!wants || tokens.Count == 0)
        {
            json.WriteNull("logprobs"u8);
            return;
        }
        json.WriteStartObject("logprobs"u8);
        json.WriteStartArray("content"u8);
        foreach (var token in tokens)
        {
            json.WriteStartObject();
            WriteToken(json, tokenizer, token.Id, token.Logprob);
            json.WriteStartArray("top_logprobs"u8);
            foreach (var other in token.Alternatives)
            {
                json.WriteStartObject();
                WriteToken(json, tokenizer, other.Id, other.Logprob);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNull("refusal"u8);
        json.WriteEndObject();
    }

    /// <summary>Of a text completion: four lists side by side.</summary>
    public static void WriteTextLogprobs(this Utf8JsonWriter json, Tokenizer tokenizer, IReadOnlyList<GeneratedToken> tokens, bool wants)
    {
        if (!wants || tokens.Count == 0)
        {
            json.WriteNull("logprobs"u8);
            return;
        }
        json.WriteStartObject("logprobs"u8);
        json.WriteStartArray("tokens"u8);
        foreach (var token in tokens) json.WriteStringValue(Spelling(tokenizer, token.Id));
        json.WriteEndArray();
        json.WriteStartArray("token_logprobs"u8);
        foreach (var token in tokens) json.WriteNumberValue(Finite(token.Logprob));
        json.WriteEndArray();
        json.WriteStartArray("top_logprobs"u8);
        foreach (var token in tokens)
        {
            json.WriteStartObject();
            // Two tokens may be spelled alike: the likelier one is told.
            foreach (var other in token.Alternatives.DistinctBy(other => Spelling(tokenizer, other.Id))) json.WriteNumber(Spelling(tokenizer, other.Id), Finite(other.Logprob));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("text_offset"u8);
        var offset = 0;
        foreach (var token in tokens)
        {
            json.WriteNumberValue(offset);
            offset += Spelling(tokenizer, token.Id).Length;
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Most letters as they are: escaping all of them would triple the bytes of some languages.</summary>
    public static Utf8JsonWriter Writer(IBufferWriter<byte> into) => new(into, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    private static void WriteToken(Utf8JsonWriter json, Tokenizer tokenizer, int id, float logprob)
    {
        json.WriteString("token"u8, Spelling(tokenizer, id));
        json.WriteNumber("logprob"u8, Finite(logprob));
        json.WriteStartArray("bytes"u8);
        foreach (var one in tokenizer.BytesOf(id).Span) json.WriteNumberValue(one);
        json.WriteEndArray();
    }

    private static string Spelling(Tokenizer tokenizer, int id) => Encoding.UTF8.GetString(tokenizer.BytesOf(id).Span);

    // OpenAI's own spelling of "hardly ever".
    private static float Finite(float logprob) => float.IsFinite(logprob) ? logprob : -9999;
}
