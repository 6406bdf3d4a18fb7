using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace Causeway.TinyModels;

/// <summary>Writes a file of the safetensors format: a length, a header of JSON, then the numbers.</summary>
public static class Safetensors
{
    /// <param name="type">F32, F16 or BF16.</param>
    public static void Write(string path, TinyType type, IReadOnlyList<TinyTensor> tensors)
    {
        if (type > TinyType.BF16) throw new ArgumentException($"Safetensors files do not hold {type}.", nameof(type));
        var header = new JsonObject { ["__metadata__"] = new JsonObject { ["format"] = "pt" } };
        using var data = new MemoryStream();
        foreach (var tensor in tensors)
        {
            var begin = data.Position;
            data.Write(Quantize.Bytes(type, tensor.Values));
            header[tensor.Name] = new JsonObject
            {
                ["dtype"] = type.ToString(),
                ["shape"] = new JsonArray([.. tensor.Shape.Select(length => JsonValue.Create(length))]),
                ["data_offsets"] = new JsonArray(begin, data.Position),
            };
        }
        // Padded so that the numbers are aligned, as the format asks.
        var json = Encoding.UTF8.GetBytes(header.ToJsonString());
        var padded = (json.Length + 7) / 8 * 8;
        using var file = File.Create(path);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, padded);
        file.Write(length);
        file.Write(json);
        for (var i = json.Length; i < padded; i++) file.WriteByte((byte)' ');
        data.WriteTo(file);
    }
}
