using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// Q4_0: a block is four cache lines of 16-bit words, [4][16 rows][2]; nibble n of a word of line l belongs to column 8 l + 2 n (first word) or
/// 8 l + 2 n + 1 (second), so a shift and a mask make a pair of columns. A group is one F16 scale per row.
/// </summary>
internal readonly unsafe struct Q4Format : IBlockFormat
{
    public static int WeightBytes => 256;
    public static int GroupBlocks => 1;
    public static int GroupBytes => 32;
    public static bool HasMinimum => false;
    public static int Offset => -8;

    public static void Pack(ReadOnlySpan<byte> row, int lane, byte* weights, byte* scales)
    {
        for (var block = 0; block < row.Length / 18; block++)
        {
            var source = row.Slice(block * 18, 18);
            ((ushort*)scales)[(block * 16) + lane] = MemoryMarshal.Read<ushort>(source);
            for (var column = 0; column < 32; column++)
            {
                var nibble = column < 16 ? source[2 + column] & 15 : source[2 + column - 16] >> 4;
                PutNibble(weights + (block * WeightBytes), lane, column, nibble);
            }
        }
    }

    /// <summary>Sets a nibble of a block that was zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PutNibble(byte* block, int lane, int column, int nibble) =>
        ((ushort*)block)[(column / 8 * 32) + (lane * 2) + (column & 1)] |= (ushort)(nibble << (column % 8 / 2 * 4));

    /// <summary>A pair of columns of a block of nibbles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Nibbles(byte* weights, int pair) =>
        ((Vector512.Load((ushort*)weights + (pair / 4 * 32)) >>> (pair % 4 * 4)) & Vector512.Create((ushort)15)).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Weights(byte* weights, byte* group, int inGroup, int pair) => Nibbles(weights, pair);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Scale(byte* group, int inGroup) => Panel.Halves(group);

    public static Vector512<float> Minimum(byte* group, int inGroup) => default;

    public static void Unpack(byte* weights, byte* group, int inGroup, short* into, float* scale, float* minimum)
    {
        UnpackNibbles(weights, -8, into);
        for (var i = 0; i < 16; i++) scale[i] = (float)((Half*)group)[i];
    }

    public static void UnpackNibbles(byte* weights, short offset, short* into)
    {
        for (var line = 0; line < 4; line++)
        {
            for (var i = 0; i < 32; i += 8)
            {
                var words = Vector128.Load((ushort*)weights + (line * 32) + i);
                for (var n = 0; n < 4; n++)
                {
                    var integers = (words & Vector128.Create((ushort)15)).AsInt16() + Vector128.Create(offset);
                    integers.Store(into + (((line * 4) + n) * 32) + i);
                    words >>>= 4;
                }
            }
        }
    }
}
