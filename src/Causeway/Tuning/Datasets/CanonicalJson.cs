using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Causeway.Tuning.Datasets;

/// <summary>
/// JSON written in one way: members in the order of their names, no white space, each text escaped alike; numbers as they stand. After RFC 8785,
/// which would round numbers.
/// </summary>
internal static class CanonicalJson
{
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>SHA-256 of the value.</summary>
    /// <exception cref="InvalidOperationException">A text in it is no Unicode.</exception>
    public static byte[] Hash(JsonElement value) => Hash(json => Write(json, value, except: null));

    /// <summary>SHA-256 of messages, without what says how much they are to be learnt.</summary>
    /// <exception cref="InvalidOperationException">A text in them is no Unicode.</exception>
    public static byte[] HashOfPrompt(IEnumerable<JsonElement> messages) => Hash(json =>
    {
        json.WriteStartArray();
        foreach (var message in messages) Write(json, message, except: "weight");
        json.WriteEndArray();
    });

    private static byte[] Hash(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, _options)) write(json);
        return SHA256.HashData(bytes.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, JsonElement value, string? except)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in value.EnumerateObject().Where(member => member.Name != except).OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    json.WritePropertyName(member.Name);
                    Write(json, member.Value, null);
                }
                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray()) Write(json, item, null);
                json.WriteEndArray();
                break;
            case JsonValueKind.String:
                json.WriteStringValue(value.GetString());
                break;
            default:
                json.WriteRawValue(value.GetRawText(), skipInputValidation: true);
                break;
        }
    }
}
