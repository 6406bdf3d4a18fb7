using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>What a block's integers are, which says how many products fit 16 bits.</summary>
internal enum BlockIntegers
{
    /// <summary>0 to 15: the products of a whole block with bytes fit two 16-bit sums.</summary>
    Nibbles,
    /// <summary>0 to 255, and 128 too great: two products of what is meant fit.</summary>
    Bytes,
    /// <summary>0 to 63, and 32 too great: eight products of what is meant fit, as many as 16 columns add to each of two sums; they have a scale of their own.</summary>
    Sixes,
}

/// <summary>
/// How a panel of a block-quantised type lies in memory, in the order in which it is read: blocks of 16 rows by 32 columns, each its integers and then
/// its scales, and before each group of blocks what they share. A block's integers are four chunks, [2 parts of 16 columns][2 halves of 8 rows], and a
/// chunk unpacks to four quads, vectors of [8 rows][4 columns] bytes. A weight is <c>(integer + Zero) * scale - minimum</c>, scale and minimum per
/// row and block; with <see cref="BlockIntegers.Sixes"/> the scale is per row and part.
/// </summary>
internal unsafe interface IBlockFormat
{
    static abstract BlockIntegers Integers { get; }

    /// <summary>What is added to the stored integers to get the weight's.</summary>
    static abstract int Zero { get; }

    /// <summary>Bytes of the integers of a chunk; a multiple of 32.</summary>
    static abstract int ChunkBytes { get; }

    /// <summary>Bytes of a block's scales, after its chunks; a multiple of 32.</summary>
    static abstract int ScaleBytes { get; }

    /// <summary>Blocks of a group; a row's blocks are a multiple of it.</summary>
    static abstract int GroupBlocks { get; }

    /// <summary>Bytes before a group's blocks; a multiple of 32.</summary>
    static abstract int GroupBytes { get; }

    static abstract bool HasMinimum { get; }

    /// <summary>Lays out one row in a panel that is zero there.</summary>
    /// <param name="row">As the file stores it.</param>
    /// <param name="lane">Which of the panel's rows it is.</param>
    static abstract void Pack(ReadOnlySpan<byte> row, int lane, byte* panel);

    /// <summary>A chunk's four quads; AVX2 only.</summary>
    static abstract void Quads(byte* chunk, out Vector256<byte> q0, out Vector256<byte> q1, out Vector256<byte> q2, out Vector256<byte> q3);

    /// <summary>The first four rows of each of a chunk's quads, or of 16 bytes later the last four, on any machine.</summary>
    static abstract void Quads(byte* chunk, out Vector128<byte> q0, out Vector128<byte> q1, out Vector128<byte> q2, out Vector128<byte> q3);

    /// <summary>The scales of eight rows; AVX2 only.</summary>
    /// <param name="part">Matters to <see cref="BlockIntegers.Sixes"/> only.</param>
    static abstract Vector256<float> Scale(byte* group, byte* block, int part, int half);

    /// <summary>The minima of eight rows; AVX2 only, and not called unless <see cref="HasMinimum"/>.</summary>
    static abstract Vector256<float> Minimum(byte* group, byte* block, int half);

    /// <summary>The scales of a row's parts and its minimum, on any machine.</summary>
    static abstract (float Scale0, float Scale1, float Minimum) Read(byte* group, byte* block, int lane);
}

/// <summary>Where a panel's blocks are.</summary>
internal static unsafe class BlockLayout<TFormat> where TFormat : struct, IBlockFormat
{
    public static int WeightBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4 * TFormat.ChunkBytes;
    }

    public static int BlockBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => WeightBytes + TFormat.ScaleBytes;
    }

    public static byte* Group(byte* panel, int block) =>
        panel + ((long)(block / TFormat.GroupBlocks) * (TFormat.GroupBytes + (TFormat.GroupBlocks * BlockBytes)));

    public static byte* Block(byte* panel, int block) => Group(panel, block) + TFormat.GroupBytes + (block % TFormat.GroupBlocks * BlockBytes);

    public static long PanelBytes(int columns) => ((long)Block(null, Panel.Blocks(columns)) + 63) / 64 * 64;
}
