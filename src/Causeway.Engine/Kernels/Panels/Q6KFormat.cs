using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// Q6_K: a chunk is its low nibbles as in <see cref="Q4Format"/> and then a vector whose pairs of bits are the high ones of the four quads. A group is
/// the 16 scales of 8 blocks, floats as in <see cref="Q4KFormat"/>; a block's own are [2 parts][16 rows] signed bytes, their factors.
/// </summary>
internal readonly unsafe struct Q6KFormat : IBlockFormat
{
    private const int FactorsAt = 384;

    public static BlockIntegers Integers => BlockIntegers.Sixes;
    public static int Zero => -32;
    public static int ChunkBytes => 96;
    public static int ScaleBytes => 32;
    public static int GroupBlocks => 8;
    public static int GroupBytes => 64;
    public static bool HasMinimum => false;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(ReadOnlySpan<byte> row, int lane, byte* panel)
    {
        for (var super = 0; super < row.Length / 210; super++)
        {
            var source = row.Slice(super * 210, 210);
            ((float*)BlockLayout<Q6KFormat>.Group(panel, super * 8))[lane] = (float)MemoryMarshal.Read<Half>(source[208..]);
            for (var inGroup = 0; inGroup < 8; inGroup++)
            {
                var block = BlockLayout<Q6KFormat>.Block(panel, (super * 8) + inGroup);
                PackBlock(source, inGroup, block, lane);
                (block[FactorsAt + lane], block[FactorsAt + 16 + lane]) = (source[192 + (2 * inGroup)], source[193 + (2 * inGroup)]);
            }
        }
    }

    // ggml's order: two halves of 128 columns; a half's four quarters of 32 share 64 bytes of nibbles and 32 bytes of high pairs.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PackBlock(ReadOnlySpan<byte> source, int inGroup, byte* block, int lane)
    {
        var nibbles = stackalloc uint[8];
        var (half, quarter) = Math.DivRem(inGroup, 4);
        var low = MemoryMarshal.Cast<byte, uint>(source.Slice((half * 64) + (quarter % 2 * 32), 32));
        var pairs = MemoryMarshal.Cast<byte, uint>(source.Slice(128 + (half * 32), 32));
        for (var quad = 0; quad < 8; quad++) nibbles[quad] = (low[quad] >> (quarter / 2 * 4)) & Q4Format.Nibbles;
        Q4Format.PutNibbles(block, ChunkBytes, lane, nibbles);
        for (var part = 0; part < 2; part++)
        {
            var high = 0u;
            for (var quad = 0; quad < 4; quad++) high |= ((pairs[(part * 4) + quad] >> (quarter * 2)) & 0x03030303) << (quad * 2);
            ((uint*)(block + Panel.Chunk(part, lane / 8, ChunkBytes) + 64))[lane % 8] = high;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Quads(byte* chunk, out Vector256<byte> q0, out Vector256<byte> q1, out Vector256<byte> q2, out Vector256<byte> q3)
    {
        Q4Format.Quads(chunk, out q0, out q1, out q2, out q3);
        var (high, mask) = (Vector256.Load((ushort*)(chunk + 64)), Vector256.Create((byte)0x30));
        q0 |= (high << 4).AsByte() & mask;
        q1 |= (high << 2).AsByte() & mask;
        q2 |= high.AsByte() & mask;
        q3 |= (high >>> 2).AsByte() & mask;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Quads(byte* chunk, out Vector128<byte> q0, out Vector128<byte> q1, out Vector128<byte> q2, out Vector128<byte> q3)
    {
        Q4Format.Quads(chunk, out q0, out q1, out q2, out q3);
        var (high, mask) = (Vector128.Load((ushort*)(chunk + 64)), Vector128.Create((byte)0x30));
        q0 |= (high << 4).AsByte() & mask;
        q1 |= (high << 2).AsByte() & mask;
        q2 |= high.AsByte() & mask;
        q3 |= (high >>> 2).AsByte() & mask;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scale(byte* group, byte* block, int part, int half)
    {
        var factors = Avx2.ConvertToVector256Int32((sbyte*)block + FactorsAt + (part * 16) + (half * 8));
        return Vector256.Load((float*)group + (half * 8)) * Vector256.ConvertToSingle(factors);
    }

    public static Vector256<float> Minimum(byte* group, byte* block, int half) => default;

    public static (float Scale0, float Scale1, float Minimum) Read(byte* group, byte* block, int lane)
    {
        var scale = ((float*)group)[lane];
        var factors = (sbyte*)block + FactorsAt;
        return (scale * factors[lane], scale * factors[16 + lane], 0);
    }
}
