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
            case TensorType.Q4_0:
                Q4_0(row, into);
                break;
            case TensorType.Q4_K:
                for (var block = 0; block * 144 < row.Length; block++) Q4_K(row.Slice(block * 144, 144), into.Slice(block * 256, 256));
                break;
            case TensorType.Q6_K:
                for (var block = 0; block * 210 < row.Length; block++) Q6_K(row.Slice(block * 210, 210), into.Slice(block * 256, 256));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, null);
        }
    }

    /// <summary>The scale and the minimum, 6 bits each, of a sub-block of 32 weights in the 12 bytes that Q4_K has for eight.</summary>
    public static (int Scale, int Minimum) SixBits(ReadOnlySpan<byte> twelve, int sub) => sub < 4
        ? (twelve[sub] & 63, twelve[sub + 4] & 63)
        : ((twelve[sub + 4] & 15) | (twelve[sub - 4] >> 6 << 4), (twelve[sub + 4] >> 4) | (twelve[sub] >> 6 << 4));

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

    // Byte i of a block holds weight i in its low nibble and weight i + 16 in its high one; 8 stands for 0.
    private static void Q4_0(ReadOnlySpan<byte> row, Span<float> into)
    {
        for (var block = 0; block * 18 < row.Length; block++)
        {
            var bytes = row.Slice(block * 18, 18);
            var scale = (float)MemoryMarshal.Read<Half>(bytes);
            for (var i = 0; i < 16; i++)
            {
                into[(block * 32) + i] = scale * ((bytes[2 + i] & 15) - 8);
                into[(block * 32) + 16 + i] = scale * ((bytes[2 + i] >> 4) - 8);
            }
        }
    }

    // Two sub-blocks of 32 share 32 bytes: the first has the low nibbles, the second the high ones.
    private static void Q4_K(ReadOnlySpan<byte> block, Span<float> into)
    {
        var (scale, minimum) = ((float)MemoryMarshal.Read<Half>(block), (float)MemoryMarshal.Read<Half>(block[2..]));
        for (var sub = 0; sub < 8; sub++)
        {
            var (a, b) = SixBits(block.Slice(4, 12), sub);
            var nibbles = block.Slice(16 + (sub / 2 * 32), 32);
            for (var i = 0; i < 32; i++)
                into[(sub * 32) + i] = (scale * a * (sub % 2 == 0 ? nibbles[i] & 15 : nibbles[i] >> 4)) - (minimum * b);
        }
    }

    // Weight i of a half of 128 has its nibble in byte i % 64, low first, and its high pair in byte i % 32; 32 stands for 0.
    private static void Q6_K(ReadOnlySpan<byte> block, Span<float> into)
    {
        var nibbles = block[..128];
        var pairs = block.Slice(128, 64);
        var scales = block.Slice(192, 16);
        var scale = (float)MemoryMarshal.Read<Half>(block[208..]);
        for (var i = 0; i < 256; i++)
        {
            var (half, at) = Math.DivRem(i, 128);
            var low = (nibbles[(half * 64) + (at % 64)] >> (at / 64 * 4)) & 15;
            var high = (pairs[(half * 32) + (at % 32)] >> (at / 32 * 2)) & 3;
            into[i] = scale * (sbyte)scales[i / 16] * ((low | (high << 4)) - 32);
        }
    }
}
