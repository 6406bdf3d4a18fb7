using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// Q4_K: chunks as in <see cref="Q4Format"/>. A group is 16 scales and 16 scales of the minima, which 8 blocks share; a block's own scales are 16
/// bytes of 6-bit scales and 16 bytes of 6-bit minima. The file's scales are F16 and often too small to be normal there; they are floats here because
/// processors take a hundred cycles to multiply what is not.
/// </summary>
internal readonly unsafe struct Q4KFormat : IBlockFormat
{
    private const int Scales = 256;
    private const int Minima = 272;

    public static BlockIntegers Integers => BlockIntegers.Nibbles;
    public static int Zero => 0;
    public static int ChunkBytes => 64;
    public static int ScaleBytes => 32;
    public static int GroupBlocks => 8;
    public static int GroupBytes => 128;
    public static bool HasMinimum => true;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(ReadOnlySpan<byte> row, int lane, byte* panel)
    {
        var nibbles = stackalloc uint[8];
        for (var super = 0; super < row.Length / 144; super++)
        {
            var source = row.Slice(super * 144, 144);
            var group = BlockLayout<Q4KFormat>.Group(panel, super * 8);
            ((float*)group)[lane] = (float)MemoryMarshal.Read<Half>(source);
            ((float*)group)[16 + lane] = (float)MemoryMarshal.Read<Half>(source[2..]);
            for (var inGroup = 0; inGroup < 8; inGroup++)
            {
                var block = BlockLayout<Q4KFormat>.Block(panel, (super * 8) + inGroup);
                (block[Scales + lane], block[Minima + lane]) = SixBits(source.Slice(4, 12), inGroup);
                var quads = MemoryMarshal.Cast<byte, uint>(source.Slice(16 + (inGroup / 2 * 32), 32));
                for (var quad = 0; quad < 8; quad++) nibbles[quad] = (quads[quad] >> (inGroup % 2 * 4)) & Q4Format.Nibbles;
                Q4Format.PutNibbles(block, ChunkBytes, lane, nibbles);
            }
        }
    }

    // ggml's order: the first four in the low 6 bits of bytes 0 to 7, the others' low nibbles in bytes 8 to 11, their high pairs atop bytes 0 to 7.
    private static (byte Scale, byte Minimum) SixBits(ReadOnlySpan<byte> packed, int block) => block < 4
        ? ((byte)(packed[block] & 63), (byte)(packed[block + 4] & 63))
        : ((byte)((packed[block + 4] & 15) | (packed[block - 4] >> 6 << 4)), (byte)((packed[block + 4] >> 4) | (packed[block] >> 6 << 4)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Quads(byte* chunk, out Vector256<byte> q0, out Vector256<byte> q1, out Vector256<byte> q2, out Vector256<byte> q3) =>
        Q4Format.Quads(chunk, out q0, out q1, out q2, out q3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Quads(byte* chunk, out Vector128<byte> q0, out Vector128<byte> q1, out Vector128<byte> q2, out Vector128<byte> q3) =>
        Q4Format.Quads(chunk, out q0, out q1, out q2, out q3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scale(byte* group, byte* block, int part, int half) =>
        Vector256.Load((float*)group + (half * 8)) * Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(block + Scales + (half * 8)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Minimum(byte* group, byte* block, int half) =>
        Vector256.Load((float*)group + 16 + (half * 8)) * Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(block + Minima + (half * 8)));

    public static (float Scale0, float Scale1, float Minimum) Read(byte* group, byte* block, int lane)
    {
        var scale = ((float*)group)[lane] * block[Scales + lane];
        return (scale, scale, ((float*)group)[16 + lane] * block[Minima + lane]);
    }
}
