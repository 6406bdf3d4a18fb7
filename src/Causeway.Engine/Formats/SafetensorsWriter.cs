using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Causeway.Engine.Formats;

/// <summary>Writes tensors as safetensors: a length, a JSON header, the bytes. A file is there whole or not at all.</summary>
internal static class SafetensorsWriter
{
    /// <param name="tensors">In this order.</param>
    /// <param name="type">F32, or BF16: each number rounded to the nearest, ties to even.</param>
    /// <param name="metadata">Texts for the header's <c>__metadata__</c>.</param>
    /// <exception cref="IOException">The disk is full or not writable; what stood there before is untouched.</exception>
    public static void Write(string path, IReadOnlyList<(string Name, int[] Shape, float[] Values)> tensors, IReadOnlyDictionary<string, string> metadata, TensorType type = TensorType.F32)
    {
        var half = path + ".part";
        try
        {
            using (var file = new FileStream(half, FileMode.Create, FileAccess.Write))
            {
                var header = Header(tensors, metadata, type);
                Span<byte> length = stackalloc byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
                file.Write(length);
                file.Write(header);
                foreach (var tensor in tensors) file.Write(BytesOf(tensor.Values, type));
                file.Flush(flushToDisk: true);
            }
            File.Move(half, path, overwrite: true);
        }
        catch
        {
            File.Delete(half);
            throw;
        }
    }

    private static byte[] Header(IReadOnlyList<(string Name, int[] Shape, float[] Values)> tensors, IReadOnlyDictionary<string, string> metadata, TensorType type)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach (var (key, value) in metadata) json.WriteString(key, value);
            json.WriteEndObject();
            var at = 0L;
            foreach (var (name, shape, values) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", type == TensorType.BF16 ? "BF16" : "F32");
                json.WriteStartArray("shape");
                foreach (var dimension in shape) json.WriteNumberValue(dimension);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(at);
                json.WriteNumberValue(at += (long)values.Length * type.BlockBytes());
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (bytes.Length % 8 != 0) bytes.WriteByte((byte)' ');
        return bytes.ToArray();
    }

    private static ReadOnlySpan<byte> BytesOf(float[] values, TensorType type)
    {
        if (type == TensorType.F32) return MemoryMarshal.AsBytes<float>(values);
        var rounded = new ushort[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var bits = BitConverter.SingleToUInt32Bits(values[i]);
            rounded[i] = float.IsNaN(values[i]) ? (ushort)0x7FC0 : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }
        return MemoryMarshal.AsBytes<ushort>(rounded);
    }
}
