using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Causeway.Engine.Formats.Writing;

/// <summary>Floats as a file stores them, a row at a time; the other way round than <see cref="Dequantize"/>.</summary>
internal static class RowEncoding
{
    /// <param name="row">A whole number of the type's blocks.</param>
    /// <param name="into">As many bytes as the type's row has.</param>
    /// <param name="name">For the message.</param>
    /// <exception cref="ModelFormatException">A number that the type cannot hold.</exception>
    public static void Encode(TensorType type, ReadOnlySpan<float> row, Span<byte> into, string name)
    {
        switch (type)
        {
            case TensorType.F32:
                MemoryMarshal.AsBytes(row).CopyTo(into);
                break;
            case TensorType.F16:
                var halves = MemoryMarshal.Cast<byte, Half>(into);
                TensorPrimitives.ConvertToHalf(row, halves);
                for (var i = 0; i < row.Length; i++)
                    if (!Half.IsFinite(halves[i]) && float.IsFinite(row[i])) throw new ModelFormatException($"{name} has numbers that F16 cannot hold (above 65504). Write it as BF16.");
                break;
            case TensorType.BF16:
                BFloat16(row, MemoryMarshal.Cast<byte, ushort>(into));
                break;
            case TensorType.Q8_0:
                for (var block = 0; block * 32 < row.Length; block++) Q8_0(row.Slice(block * 32, 32), into.Slice(block * 34, 34), name);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, null);
        }
    }

    /// <summary>Each number rounded to the nearest, ties to even.</summary>
    public static void BFloat16(ReadOnlySpan<float> row, Span<ushort> into)
    {
        for (var i = 0; i < row.Length; i++)
        {
            var bits = BitConverter.SingleToUInt32Bits(row[i]);
            into[i] = float.IsNaN(row[i]) ? (ushort)0x7FC0 : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }
    }

    // As ggml's reference does it: the quotient by the scale before that is rounded to F16.
    private static void Q8_0(ReadOnlySpan<float> values, Span<byte> into, string name)
    {
        var largest = TensorPrimitives.MaxMagnitude(values);
        var scale = Math.Abs(largest) / 127;
        if (!Half.IsFinite((Half)scale)) throw new ModelFormatException($"{name} has numbers that Q8_0 cannot hold. Write it as BF16.");
        MemoryMarshal.Write(into, (Half)scale);
        var inverse = scale == 0 ? 0 : 1 / scale;
        for (var i = 0; i < values.Length; i++) into[i + 2] = unchecked((byte)(sbyte)MathF.Round(values[i] * inverse, MidpointRounding.AwayFromZero));
    }
}
