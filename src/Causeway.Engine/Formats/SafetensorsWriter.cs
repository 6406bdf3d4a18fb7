using System.Buffers.Binary;
using System.Text.Json;
using Causeway.Engine.Formats.Writing;

namespace Causeway.Engine.Formats;

/// <summary>Writes tensors as safetensors: a length, a JSON header, the bytes. A file is there whole or not at all.</summary>
internal static class SafetensorsWriter
{
    /// <param name="tensors">In this order.</param>
    /// <param name="type">F32, F16 or BF16: each number rounded to the nearest, ties to even.</param>
    /// <param name="metadata">Texts for the header's <c>__metadata__</c>.</param>
    /// <exception cref="IOException">The disk is full or not writable; what stood there before is untouched.</exception>
    public static void Write(string path, IReadOnlyList<(string Name, int[] Shape, float[] Values)> tensors, IReadOnlyDictionary<string, string> metadata, TensorType type = TensorType.F32) =>
        Write(path, [.. tensors.Select(tensor => WrittenTensor.Of(tensor.Name, tensor.Shape, tensor.Values, type))], metadata);

    /// <param name="tensors">In this order; F32, F16 or BF16.</param>
    /// <param name="progress">Bytes of weights since it was last called.</param>
    /// <exception cref="IOException">The disk is full or not writable; what stood there before is untouched.</exception>
    public static void Write(
        string path, IReadOnlyList<WrittenTensor> tensors, IReadOnlyDictionary<string, string> metadata, Action<long>? progress = null, CancellationToken cancel = default) =>
        WholeFile.Write(path, file =>
        {
            var header = Header(tensors, metadata);
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            file.Write(length);
            file.Write(header);
            foreach (var tensor in tensors) tensor.WriteTo(file, progress, cancel);
        });

    private static byte[] Header(IReadOnlyList<WrittenTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach (var (key, value) in metadata) json.WriteString(key, value);
            json.WriteEndObject();
            var at = 0L;
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", NameOf(tensor.Type));
                json.WriteStartArray("shape");
                foreach (var dimension in tensor.Shape) json.WriteNumberValue(dimension);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(at);
                json.WriteNumberValue(at += tensor.Bytes);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (bytes.Length % 8 != 0) bytes.WriteByte((byte)' ');
        return bytes.ToArray();
    }

    private static string NameOf(TensorType type) => type switch
    {
        TensorType.F32 => "F32",
        TensorType.F16 => "F16",
        TensorType.BF16 => "BF16",
        _ => throw new ArgumentException($"safetensors has no {type}.", nameof(type)),
    };
}
