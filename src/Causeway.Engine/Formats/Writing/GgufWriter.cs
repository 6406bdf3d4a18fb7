using System.Text;

namespace Causeway.Engine.Formats.Writing;

/// <summary>Writes GGUF, version 3, little-endian (github.com/ggml-org/ggml, docs/gguf.md).</summary>
internal static class GgufWriter
{
    private const int Alignment = 32;

    /// <param name="progress">Bytes of weights since it was last called.</param>
    /// <exception cref="IOException">The disk is full or not writable.</exception>
    public static void Write(Stream stream, GgufEntries entries, IReadOnlyList<WrittenTensor> tensors, Action<long>? progress, CancellationToken cancel)
    {
        using var file = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        file.Write("GGUF"u8);
        file.Write(3u);
        file.Write((ulong)tensors.Count);
        entries.WriteTo(file);
        var offset = 0L;
        foreach (var tensor in tensors)
        {
            GgufEntries.WriteText(file, tensor.Name);
            file.Write((uint)tensor.Shape.Length);
            // The file names the fastest dimension first.
            foreach (var length in tensor.Shape.Reverse()) file.Write((ulong)length);
            file.Write(NumberOf(tensor.Type));
            file.Write((ulong)offset);
            offset += Padded(tensor.Bytes);
        }
        file.Flush();
        Pad(stream, stream.Position);
        foreach (var tensor in tensors)
        {
            tensor.WriteTo(stream, progress, cancel);
            Pad(stream, tensor.Bytes);
        }
    }

    /// <summary>The number that stands for a file whose matrices are of one type (<c>general.file_type</c>).</summary>
    public static int FileTypeOf(TensorType type) => type switch
    {
        TensorType.F32 => 0,
        TensorType.F16 => 1,
        TensorType.Q8_0 => 7,
        TensorType.BF16 => 32,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    private static uint NumberOf(TensorType type) => type switch
    {
        TensorType.F32 => 0,
        TensorType.F16 => 1,
        TensorType.Q8_0 => 8,
        TensorType.BF16 => 30,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    private static long Padded(long length) => (length + Alignment - 1) / Alignment * Alignment;

    private static void Pad(Stream stream, long length) => stream.Write(new byte[Padded(length) - length]);
}
