using System.Buffers.Binary;

namespace Causeway.TinyModels;

/// <summary>
/// Floats as a file stores them, by the plainest rule that each format allows; no search for the best scale. <see cref="Rounded"/> says what a
/// reader must get back: worked out from scales and steps, not read from the bytes.
/// </summary>
public static class Quantize
{
    public static int BlockLength(TinyType type) => type switch
    {
        TinyType.Q8_0 or TinyType.Q4_0 => 32,
        TinyType.Q4_K or TinyType.Q6_K => 256,
        _ => 1,
    };

    public static byte[] Bytes(TinyType type, ReadOnlySpan<float> values) => Run(type, values, new float[values.Length]);

    public static float[] Rounded(TinyType type, ReadOnlySpan<float> values)
    {
        var rounded = new float[values.Length];
        Run(type, values, rounded);
        return rounded;
    }

    private static byte[] Run(TinyType type, ReadOnlySpan<float> values, float[] rounded)
    {
        var length = BlockLength(type);
        if (values.Length % length != 0) throw new ArgumentException($"{values.Length} weights are not a whole number of {type}'s blocks.", nameof(values));
        var bytes = new List<byte>(values.Length * 4);
        for (var at = 0; at < values.Length; at += length)
        {
            var block = values.Slice(at, length);
            var into = rounded.AsSpan(at, length);
            switch (type)
            {
                case TinyType.F32: F32(block[0], into, bytes); break;
                case TinyType.F16: F16(block[0], into, bytes); break;
                case TinyType.BF16: BF16(block[0], into, bytes); break;
                case TinyType.Q8_0: Q8_0(block, into, bytes); break;
                case TinyType.Q4_0: Q4_0(block, into, bytes); break;
                case TinyType.Q4_K: Q4_K(block, into, bytes); break;
                default: Q6_K(block, into, bytes); break;
            }
        }
        return [.. bytes];
    }

    private static void F32(float value, Span<float> into, List<byte> bytes)
    {
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(four, value);
        bytes.AddRange(four);
        into[0] = value;
    }

    private static void F16(float value, Span<float> into, List<byte> bytes) => into[0] = WriteHalf(value, bytes);

    private static void BF16(float value, Span<float> into, List<byte> bytes)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        bits = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
        bytes.Add((byte)bits);
        bytes.Add((byte)(bits >> 8));
        into[0] = BitConverter.UInt32BitsToSingle(bits << 16);
    }

    private static void Q8_0(ReadOnlySpan<float> block, Span<float> into, List<byte> bytes)
    {
        var scale = WriteHalf(Largest(block) / 127, bytes);
        for (var i = 0; i < 32; i++)
        {
            var step = Step(block[i], scale, -128, 127);
            bytes.Add((byte)(sbyte)step);
            into[i] = scale * step;
        }
    }

    // 4 bits around 8; byte i holds weight i low and weight i + 16 high.
    private static void Q4_0(ReadOnlySpan<float> block, Span<float> into, List<byte> bytes)
    {
        var scale = WriteHalf(Largest(block) / 7, bytes);
        var steps = new int[32];
        for (var i = 0; i < 32; i++)
        {
            steps[i] = Step(block[i], scale, -8, 7);
            into[i] = scale * steps[i];
        }
        for (var i = 0; i < 16; i++) bytes.Add((byte)((steps[i] + 8) | ((steps[i + 16] + 8) << 4)));
    }

    // 8 sub-blocks of 32: weight = scale * a * step - minimum * b, a and b of 6 bits, step of 4.
    private static void Q4_K(ReadOnlySpan<float> block, Span<float> into, List<byte> bytes)
    {
        var (spans, minima) = (new float[8], new float[8]);
        for (var sub = 0; sub < 8; sub++)
        {
            var (low, high) = (0f, 0f);
            foreach (var value in block.Slice(sub * 32, 32)) (low, high) = (MathF.Min(low, value), MathF.Max(high, value));
            (spans[sub], minima[sub]) = ((high - low) / 15, -low);
        }
        var scale = WriteHalf(spans.Max() / 63, bytes);
        var minimum = WriteHalf(minima.Max() / 63, bytes);
        var a = spans.Select(span => Step(span, scale, 0, 63)).ToArray();
        var b = minima.Select(value => Step(value, minimum, 0, 63)).ToArray();
        WriteSixBits(a, b, bytes);

        var steps = new int[256];
        for (var i = 0; i < 256; i++)
        {
            var sub = i / 32;
            steps[i] = Step(block[i] + (minimum * b[sub]), scale * a[sub], 0, 15);
            into[i] = (scale * a[sub] * steps[i]) - (minimum * b[sub]);
        }
        for (var pair = 0; pair < 4; pair++)
            for (var i = 0; i < 32; i++) bytes.Add((byte)(steps[(pair * 64) + i] | (steps[(pair * 64) + 32 + i] << 4)));
    }

    // 12 bytes: the low 6 bits of bytes 0-3 and 4-7 are a[0..3] and b[0..3]; a[4..7] and b[4..7] have their low nibbles in bytes 8-11 and
    // their high pairs on top of bytes 0-7.
    private static void WriteSixBits(int[] a, int[] b, List<byte> bytes)
    {
        for (var i = 0; i < 4; i++) bytes.Add((byte)(a[i] | (a[i + 4] >> 4 << 6)));
        for (var i = 0; i < 4; i++) bytes.Add((byte)(b[i] | (b[i + 4] >> 4 << 6)));
        for (var i = 0; i < 4; i++) bytes.Add((byte)((a[i + 4] & 15) | ((b[i + 4] & 15) << 4)));
    }

    // 16 sub-blocks of 16: weight = scale * a * step, a of 8 signed bits, step of 6 around 32.
    private static void Q6_K(ReadOnlySpan<float> block, Span<float> into, List<byte> bytes)
    {
        var spans = new float[16];
        for (var sub = 0; sub < 16; sub++) spans[sub] = Largest(block.Slice(sub * 16, 16)) / 31;
        var half = new List<byte>();
        var scale = WriteHalf(spans.Max() / 127, half);
        var a = spans.Select(span => Step(span, scale, -128, 127)).ToArray();
        var steps = new int[256];
        for (var i = 0; i < 256; i++)
        {
            var step = Step(block[i], scale * a[i / 16], -32, 31);
            steps[i] = step + 32;
            into[i] = scale * a[i / 16] * step;
        }
        // In each half of 128, byte l of the low nibbles holds weights l and l + 64, byte l of the high pairs l, l + 32, l + 64 and l + 96.
        for (var at = 0; at < 256; at += 128)
            for (var l = 0; l < 64; l++) bytes.Add((byte)((steps[at + l] & 15) | ((steps[at + l + 64] & 15) << 4)));
        for (var at = 0; at < 256; at += 128)
            for (var l = 0; l < 32; l++)
                bytes.Add((byte)((steps[at + l] >> 4) | (steps[at + l + 32] >> 4 << 2) | (steps[at + l + 64] >> 4 << 4) | (steps[at + l + 96] >> 4 << 6)));
        bytes.AddRange(a.Select(value => (byte)(sbyte)value));
        bytes.AddRange(half);
    }

    private static float Largest(ReadOnlySpan<float> values)
    {
        var largest = 0f;
        foreach (var value in values) largest = MathF.Max(largest, MathF.Abs(value));
        return largest;
    }

    private static int Step(float value, float scale, int low, int high) =>
        scale == 0 ? 0 : Math.Clamp((int)MathF.Round(value / scale), low, high);

    private static float WriteHalf(float value, List<byte> bytes)
    {
        Span<byte> two = stackalloc byte[2];
        BinaryPrimitives.WriteHalfLittleEndian(two, (Half)value);
        bytes.AddRange(two);
        return (float)(Half)value;
    }
}
