using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>Q8_0: a chunk is its four quads, a block's scales are 16 F16. Integers are kept without a sign, as vpdpbusd wants them.</summary>
internal readonly unsafe struct Q8Format : IBlockFormat
{
    // Turning them adds 128 to each of four bytes.
    private const int SignBits = unchecked((int)0x80808080);

    public static BlockIntegers Integers => BlockIntegers.Bytes;
    public static int Zero => -128;
    public static int ChunkBytes => 128;
    public static int ScaleBytes => 32;
    public static int GroupBlocks => 1;
    public static int GroupBytes => 0;
    public static bool HasMinimum => false;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(ReadOnlySpan<byte> row, int lane, byte* panel)
    {
        for (var at = 0; at < row.Length / 34; at++)
        {
            var source = row.Slice(at * 34, 34);
            var block = BlockLayout<Q8Format>.Block(panel, at);
            ((ushort*)(block + BlockLayout<Q8Format>.WeightBytes))[lane] = MemoryMarshal.Read<ushort>(source);
            var quads = MemoryMarshal.Cast<byte, int>(source[2..]);
            for (var quad = 0; quad < 8; quad++)
                ((int*)(block + Panel.Chunk(quad / 4, lane / 8, ChunkBytes)))[(quad % 4 * 8) + (lane % 8)] = quads[quad] ^ SignBits;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Quads(byte* chunk, out Vector256<byte> q0, out Vector256<byte> q1, out Vector256<byte> q2, out Vector256<byte> q3)
    {
        q0 = Vector256.Load(chunk);
        q1 = Vector256.Load(chunk + 32);
        q2 = Vector256.Load(chunk + 64);
        q3 = Vector256.Load(chunk + 96);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Quads(byte* chunk, out Vector128<byte> q0, out Vector128<byte> q1, out Vector128<byte> q2, out Vector128<byte> q3)
    {
        q0 = Vector128.Load(chunk);
        q1 = Vector128.Load(chunk + 32);
        q2 = Vector128.Load(chunk + 64);
        q3 = Vector128.Load(chunk + 96);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scale(byte* group, byte* block, int part, int half) =>
        Panel.EightHalves(block + BlockLayout<Q8Format>.WeightBytes + (half * 16));

    public static Vector256<float> Minimum(byte* group, byte* block, int half) => default;

    public static (float Scale0, float Scale1, float Minimum) Read(byte* group, byte* block, int lane)
    {
        var scale = (float)((Half*)(block + BlockLayout<Q8Format>.WeightBytes))[lane];
        return (scale, scale, 0);
    }
}
