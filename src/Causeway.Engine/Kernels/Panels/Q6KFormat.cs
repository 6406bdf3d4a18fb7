using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// Q6_K: a block is its low nibbles as in <see cref="Q4Format"/>, then two cache lines of words whose eight pairs of bits are the high ones of eight
/// pairs of columns. A group serves 8 blocks: 16 F16 scales, then per block [2 halves][16 rows] signed bytes, the scales of 16 columns each, which
/// are multiplied into the integers.
/// </summary>
internal readonly unsafe struct Q6KFormat : IBlockFormat
{
    public static int WeightBytes => 384;
    public static int GroupBlocks => 8;
    public static int GroupBytes => 288;
    public static bool HasMinimum => false;
    public static int Offset => 0;

    public static void Pack(ReadOnlySpan<byte> row, int lane, byte* weights, byte* scales)
    {
        for (var super = 0; super < row.Length / 210; super++)
        {
            var source = row.Slice(super * 210, 210);
            var group = scales + (super * GroupBytes);
            ((ushort*)group)[lane] = MemoryMarshal.Read<ushort>(source[208..]);
            for (var column = 0; column < 256; column++)
            {
                var block = weights + (((super * 8) + (column / 32)) * WeightBytes);
                var six = SixBits(source, column);
                Q4Format.PutNibble(block, lane, column % 32, six & 15);
                var pair = column % 32 / 2;
                ((ushort*)(block + 256))[(pair / 8 * 32) + (lane * 2) + (column & 1)] |= (ushort)(six >> 4 << (pair % 8 * 2));
            }
            for (var half = 0; half < 16; half++) group[32 + (half * 16) + lane] = source[192 + half];
        }
    }

    // ggml's order: two halves of 128 columns; a half's four quarters of 32 share 64 bytes of nibbles and 32 bytes of high pairs.
    private static int SixBits(ReadOnlySpan<byte> source, int column)
    {
        var (half, inHalf) = Math.DivRem(column, 128);
        var (quarter, at) = Math.DivRem(inHalf, 32);
        var nibble = (source[(half * 64) + (quarter % 2 * 32) + at] >> (quarter / 2 * 4)) & 15;
        var high = (source[128 + (half * 32) + at] >> (quarter * 2)) & 3;
        return nibble | (high << 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Weights(byte* weights, byte* group, int inGroup, int pair)
    {
        var high = Vector512.Load((ushort*)(weights + 256) + (pair / 8 * 32));
        var shift = (pair % 8 * 2) - 4;
        high = (shift < 0 ? high << -shift : high >>> shift) & Vector512.Create((ushort)0x30);
        var six = Q4Format.Nibbles(weights, pair) | high.AsInt16();
        return (six - Vector512.Create((short)32)) * PairScales(group, inGroup, pair / 8);
    }

    // Each row's signed byte on both words of the row.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> PairScales(byte* group, int inGroup, int half)
    {
        var wide = Avx512F.ConvertToVector512Int32(Vector128.Load((sbyte*)group + 32 + (inGroup * 32) + (half * 16)));
        return ((wide << 16) | (wide & Vector512.Create(0xFFFF))).AsInt16();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Scale(byte* group, int inGroup) => Panel.Halves(group);

    public static Vector512<float> Minimum(byte* group, int inGroup) => default;

    public static void Unpack(byte* weights, byte* group, int inGroup, short* into, float* scale, float* minimum)
    {
        Q4Format.UnpackNibbles(weights, 0, into);
        for (var pair = 0; pair < 16; pair++)
        {
            var high = (ushort*)(weights + 256) + (pair / 8 * 32);
            for (var i = 0; i < 32; i++)
            {
                var six = into[(pair * 32) + i] + (((high[i] >> (pair % 8 * 2)) & 3) << 4);
                into[(pair * 32) + i] = (short)((six - 32) * ((sbyte*)group)[32 + (inGroup * 32) + (pair / 8 * 16) + (i / 2)]);
            }
        }
        for (var i = 0; i < 16; i++) scale[i] = (float)((Half*)group)[i];
    }
}
