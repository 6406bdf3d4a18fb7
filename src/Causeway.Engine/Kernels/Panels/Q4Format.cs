using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>Q4_0: a chunk is two vectors, each with a quad in the low nibbles and the next in the high ones; a block's scales are 16 F16.</summary>
internal readonly unsafe struct Q4Format : IBlockFormat
{
    /// <summary>The low nibbles of four bytes.</summary>
    public const uint Nibbles = 0x0F0F0F0F;

    public static BlockIntegers Integers => BlockIntegers.Nibbles;
    public static int Zero => -8;
    public static int ChunkBytes => 64;
    public static int ScaleBytes => 32;
    public static int GroupBlocks => 1;
    public static int GroupBytes => 0;
    public static bool HasMinimum => false;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(ReadOnlySpan<byte> row, int lane, byte* panel)
    {
        var nibbles = stackalloc uint[8];
        for (var at = 0; at < row.Length / 18; at++)
        {
            var source = row.Slice(at * 18, 18);
            var block = BlockLayout<Q4Format>.Block(panel, at);
            ((ushort*)(block + BlockLayout<Q4Format>.WeightBytes))[lane] = MemoryMarshal.Read<ushort>(source);
            var quads = MemoryMarshal.Cast<byte, uint>(source[2..]);
            for (var quad = 0; quad < 4; quad++) (nibbles[quad], nibbles[quad + 4]) = (quads[quad] & Nibbles, (quads[quad] >> 4) & Nibbles);
            PutNibbles(block, ChunkBytes, lane, nibbles);
        }
    }

    /// <summary>Sets a row of a block.</summary>
    /// <param name="quads">[8]: nibbles of four columns each, a byte for each.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PutNibbles(byte* block, int chunkBytes, int lane, uint* quads)
    {
        for (var part = 0; part < 2; part++, quads += 4)
        {
            var into = (uint*)(block + Panel.Chunk(part, lane / 8, chunkBytes)) + (lane % 8);
            (into[0], into[8]) = (quads[0] | (quads[1] << 4), quads[2] | (quads[3] << 4));
        }
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
    public static Vector256<float> Scale(byte* group, byte* block, int part, int half) =>
        Panel.EightHalves(block + BlockLayout<Q4Format>.WeightBytes + (half * 16));

    public static Vector256<float> Minimum(byte* group, byte* block, int half) => default;

    public static (float Scale0, float Scale1, float Minimum) Read(byte* group, byte* block, int lane)
    {
        var scale = (float)((Half*)(block + BlockLayout<Q4Format>.WeightBytes))[lane];
        return (scale, scale, 0);
    }
}
