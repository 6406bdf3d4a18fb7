using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// Q4_K: blocks as in <see cref="Q4Format"/>; a group serves 8 of them: 16 F16 scales, 16 F16 scales of the minima, then per block 16 bytes of
/// 6-bit scales and 16 bytes of 6-bit minima.
/// </summary>
internal readonly unsafe struct Q4KFormat : IBlockFormat
{
    public static int WeightBytes => 256;
    public static int GroupBlocks => 8;
    public static int GroupBytes => 320;
    public static bool HasMinimum => true;
    public static int Offset => 0;

    public static void Pack(ReadOnlySpan<byte> row, int lane, byte* weights, byte* scales)
    {
        for (var super = 0; super < row.Length / 144; super++)
        {
            var source = row.Slice(super * 144, 144);
            var group = scales + (super * GroupBytes);
            ((ushort*)group)[lane] = MemoryMarshal.Read<ushort>(source);
            ((ushort*)group)[16 + lane] = MemoryMarshal.Read<ushort>(source[2..]);
            for (var block = 0; block < 8; block++)
            {
                var (scale, minimum) = SixBits(source.Slice(4, 12), block);
                group[64 + (block * 32) + lane] = scale;
                group[64 + (block * 32) + 16 + lane] = minimum;
                var nibbles = source.Slice(16 + (block / 2 * 32), 32);
                for (var column = 0; column < 32; column++)
                    Q4Format.PutNibble(weights + (((super * 8) + block) * WeightBytes), lane, column, (nibbles[column] >> (block % 2 * 4)) & 15);
            }
        }
    }

    // ggml's order: the first four in the low 6 bits of bytes 0 to 7, the others' low nibbles in bytes 8 to 11, their high pairs atop bytes 0 to 7.
    private static (byte Scale, byte Minimum) SixBits(ReadOnlySpan<byte> packed, int block) => block < 4
        ? ((byte)(packed[block] & 63), (byte)(packed[block + 4] & 63))
        : ((byte)((packed[block + 4] & 15) | (packed[block - 4] >> 6 << 4)), (byte)((packed[block + 4] >> 4) | (packed[block] >> 6 << 4)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Weights(byte* weights, byte* group, int inGroup, int pair) => Q4Format.Nibbles(weights, pair);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Scale(byte* group, int inGroup) =>
        Panel.Halves(group) * Bytes(group + 64 + (inGroup * 32));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Minimum(byte* group, int inGroup) =>
        Panel.Halves(group + 32) * Bytes(group + 80 + (inGroup * 32));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Bytes(byte* address) =>
        Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(Vector128.Load(address)));

    public static void Unpack(byte* weights, byte* group, int inGroup, short* into, float* scale, float* minimum)
    {
        Q4Format.UnpackNibbles(weights, 0, into);
        var bytes = group + 64 + (inGroup * 32);
        for (var i = 0; i < 16; i++)
        {
            scale[i] = (float)((Half*)group)[i] * bytes[i];
            minimum[i] = (float)((Half*)group)[16 + i] * bytes[16 + i];
        }
    }
}
