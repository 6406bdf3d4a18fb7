using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Causeway.Engine.Formats;

/// <summary>Stored numbers as floats, a row at a time: for embeddings, norms, tests and packing, not for the inner loops.</summary>
internal static class Dequantize
{
    /// <param name="row">A whole number of the type's blocks.</param>
    /// <param name="into">As many floats as the row has weights.</param>
    public static void Row(TensorType type, ReadOnlySpan<byte> row, Span<float> into)
    {
        switch (type)
        {
            case TensorType.F32:
                MemoryMarshal.Cast<byte, float>(row).CopyTo(into);
                break;
            case TensorType.F16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(row), into);
                break;
            case TensorType.BF16:
                BFloat16(MemoryMarshal.Cast<byte, ushort>(row), into);
                break;
            case TensorType.Q8_0:
                Q8_0(row, into);
                break;
            default:
                throw new NotSupportedException($"{type} is not read yet.");
        }
    }

    private static void BFloat16(ReadOnlySpan<ushort> row, Span<float> into)
    {
        for (var i = 0; i < row.Length; i++) into[i] = BitConverter.UInt32BitsToSingle((uint)row[i] << 16);
    }

    private static void Q8_0(ReadOnlySpan<byte> row, Span<float> into)
    {
        for (var block = 0; block * 34 < row.Length; block++)
        {
            var bytes = row.Slice(block * 34, 34);
            var scale = (float)MemoryMarshal.Read<Half>(bytes);
            for (var i = 0; i < 32; i++) into[(block * 32) + i] = scale * (sbyte)bytes[2 + i];
        }
    }
}
