using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>Q4_0: a chunk is two vectors, each with a quad in the low nibbles and the next in the high ones; a block's scales are 16 F16.</summary>
internal readonly unsafe struct Q4Format : IBlockFormat
{
    public static BlockIntegers Integers => BlockIntegers.Nibbles;
    public static int Zero => -8;
    public static int ChunkBytes => 64;
    public static int ScaleBytes => 32;
    public static int GroupBlocks => 1;
    public static int GroupBytes => 0;
    public static bool HasMinimum => false;

    public static void Pack(ReadOnlySpan<byte> row, int lane, byte* panel)
    {
        for (var at = 0; at < row.Length / 18; at++)
        {
            var source = row.Slice(at * 18, 18);
            var block = BlockLayout<Q4Format>.Block(panel, at);
            ((ushort*)(block + BlockLayout<Q4Format>.WeightBytes))[lane] = MemoryMarshal.Read<ushort>(source);
            for (var column = 0; column < 16; column++)
            {
                PutNibble(block, ChunkBytes, lane, column, source[2 + column] & 15);
                PutNibble(block, ChunkBytes, lane, column + 16, source[2 + column] >> 4);
            }
        }
    }

    /// <summary>Sets a nibble of a block that was zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PutNibble(byte* block, int chunkBytes, int lane, int column, int nibble)
    {
        var quad = column % 16 / 4;
        var chunk = block + Panel.Chunk(column / 16, lane / 8, chunkBytes);
        chunk[(quad / 2 * 32) + (lane % 8 * 4) + (column % 4)] |= (byte)(nibble << (quad % 2 * 4));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Quads(byte* chunk, out Vector256<byte> q0, out Vector256<byte> q1, out Vector256<byte> q2, out Vector256<byte> q3)
    {
        var mask = Vector256.Create((byte)15);
        var (low, high) = (Vector256.Load(chunk), Vector256.Load(chunk + 32));
        q0 = low & mask;
        q1 = (low.AsUInt16() >>> 4).AsByte() & mask;
        q2 = high & mask;
        q3 = (high.AsUInt16() >>> 4).AsByte() & mask;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Quads(byte* chunk, out Vector128<byte> q0, out Vector128<byte> q1, out Vector128<byte> q2, out Vector128<byte> q3)
    {
        var mask = Vector128.Create((byte)15);
        var (low, high) = (Vector128.Load(chunk), Vector128.Load(chunk + 32));
        q0 = low & mask;
        q1 = (low.AsUInt16() >>> 4).AsByte() & mask;
        q2 = high & mask;
        q3 = (high.AsUInt16() >>> 4).AsByte() & mask;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scale(byte* group, byte* block, int half) =>
        Panel.EightHalves(block + BlockLayout<Q4Format>.WeightBytes + (half * 16));

    public static Vector256<float> Minimum(byte* group, byte* block, int half) => default;

    public static Vector256<short> Factors(byte* block, int part, int half) => default;

    public static (float Scale, float Minimum, int Factor0, int Factor1) Read(byte* group, byte* block, int lane) =>
        ((float)((Half*)(block + BlockLayout<Q4Format>.WeightBytes))[lane], 0, 1, 1);
}
