using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Json;

namespace Causeway.Wire.Errors;

/// <summary>Writes an error as OpenAI's SDKs read it; <c>param</c> and <c>code</c> are always present, null when unknown.</summary>
public static class ErrorJson
{
    /// <summary>Writes <c>{"error":{"message":..,"type":..,"param":..,"code":..}}</c>.</summary>
    public static void Write(IBufferWriter<byte> output, WireError error)
    {
        using var json = new Utf8JsonWriter(output, WireJson.WriterOptions);
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteString("message"u8, error.Message);
        json.WriteString("type"u8, error.Type);
        json.WriteString("param"u8, error.Param);
        json.WriteString("code"u8, error.Code);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Writes the same as one event of a stream, blank line included: SDKs raise it as an error.</summary>
    public static void WriteEvent(IBufferWriter<byte> output, WireError error)
    {
        output.Write("data: "u8);
        Write(output, error);
        output.Write("\n\n"u8);
    }
}
