using System.Text.Encodings.Web;
using System.Text.Json;

namespace Causeway.Gateway.Upstreams.Rehearsal;

/// <summary>What every answer has in common, streamed or whole.</summary>
/// <param name="Id"><c>chatcmpl-…</c>, unique.</param>
/// <param name="Created">Unix seconds.</param>
/// <param name="ServiceTier">Whether the caller named one, and so is told one.</param>
internal sealed record AnswerHead(string Id, long Created, string Model, bool ServiceTier);

internal static class AnswerJson
{
    /// <summary>Like OpenAI, most letters as they are; escaping all of them would triple the bytes of some languages.</summary>
    public static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>The writers' calls are fixed by this folder's code and its tests parse all they write.</summary>
    public static readonly JsonWriterOptions Options = new() { Encoder = Encoder, SkipValidation = true };

    public static void WriteHead(this Utf8JsonWriter json, AnswerHead head, ReadOnlySpan<byte> kind)
    {
        json.WriteString("id"u8, head.Id);
        json.WriteString("object"u8, kind);
        json.WriteNumber("created"u8, head.Created);
        json.WriteString("model"u8, head.Model);
        if (head.ServiceTier) json.WriteString("service_tier"u8, "default"u8);
        json.WriteString("system_fingerprint"u8, "fp_rehearsal"u8);
    }

    public static void WriteUsage(this Utf8JsonWriter json, int prompt, int completion)
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, prompt);
        json.WriteNumber("completion_tokens"u8, completion);
        json.WriteNumber("total_tokens"u8, (long)prompt + completion);
        json.WriteStartObject("prompt_tokens_details"u8);
        json.WriteNumber("cached_tokens"u8, 0);
        json.WriteNumber("audio_tokens"u8, 0);
        json.WriteEndObject();
        json.WriteStartObject("completion_tokens_details"u8);
        json.WriteNumber("reasoning_tokens"u8, 0);
        json.WriteNumber("audio_tokens"u8, 0);
        json.WriteNumber("accepted_prediction_tokens"u8, 0);
        json.WriteNumber("rejected_prediction_tokens"u8, 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Id, type and the member that names and fills the call: of a call, and of the first delta of one.</summary>
    /// <param name="chunk">OpenAI's description of a delta knows no type but function: there a custom call goes without.</param>
    public static void WriteCallBody(this Utf8JsonWriter json, ToolCall call, ReadOnlySpan<char> arguments, bool chunk)
    {
        var custom = call.Kind == ToolKind.Custom;
        json.WriteString("id"u8, call.Id);
        if (!custom) json.WriteString("type"u8, "function"u8);
        else if (!chunk) json.WriteString("type"u8, "custom"u8);
        json.WriteStartObject(custom ? "custom"u8 : "function"u8);
        json.WriteString("name"u8, call.Name);
        json.WriteString(custom ? "input"u8 : "arguments"u8, arguments);
        json.WriteEndObject();
    }
}
