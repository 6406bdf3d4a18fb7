using System.Runtime.InteropServices;
using System.Text.Json;

namespace Causeway.Wire.Embeddings;

/// <summary>Writes OpenAI's answer to a request for embeddings.</summary>
public static class EmbeddingAnswer
{
    /// <param name="vectors">One for each input, in their order.</param>
    public static void Write(Utf8JsonWriter json, string model, IReadOnlyList<float[]> vectors, bool asBase64, long promptTokens)
    {
        json.WriteStartObject();
        json.WriteString("object"u8, "list"u8);
        json.WriteStartArray("data"u8);
        for (var index = 0; index < vectors.Count; index++) Write(json, index, vectors[index], asBase64);
        json.WriteEndArray();
        json.WriteString("model"u8, model);
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, promptTokens);
        json.WriteNumber("total_tokens"u8, promptTokens);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, int index, float[] vector, bool asBase64)
    {
        json.WriteStartObject();
        json.WriteString("object"u8, "embedding"u8);
        json.WriteNumber("index"u8, index);
        if (asBase64) json.WriteBase64String("embedding"u8, LittleEndian(vector));
        else
        {
            json.WriteStartArray("embedding"u8);
            foreach (var number in vector) json.WriteNumberValue(number);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static byte[] LittleEndian(float[] vector)
    {
        var bytes = MemoryMarshal.AsBytes(vector.AsSpan()).ToArray();
        if (!BitConverter.IsLittleEndian)
            for (var i = 0; i < bytes.Length; i += sizeof(float)) bytes.AsSpan(i, sizeof(float)).Reverse();
        return bytes;
    }
}
