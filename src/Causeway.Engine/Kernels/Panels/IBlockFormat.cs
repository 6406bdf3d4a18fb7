using System.Runtime.Intrinsics;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// How a panel of a block-quantised type lies in memory: its integers in blocks of 16 rows by 32 columns, and apart from them the scales, in groups
/// that serve one or several blocks. A weight is <c>integer * scale - minimum</c>, scale and minimum per row and block; integers fit 13 bits, so
/// that a block's products with 15-bit activations fit an int32.
/// </summary>
internal unsafe interface IBlockFormat
{
    /// <summary>Bytes of the integers of a block; a multiple of 64.</summary>
    static abstract int WeightBytes { get; }

    /// <summary>Blocks that a group of scales serves.</summary>
    static abstract int GroupBlocks { get; }

    /// <summary>Bytes of a group of scales; a multiple of 32.</summary>
    static abstract int GroupBytes { get; }

    static abstract bool HasMinimum { get; }

    /// <summary>What is added to the integers of <see cref="Weights"/> to get the weight's.</summary>
    static abstract int Offset { get; }

    /// <summary>Lays out one row.</summary>
    /// <param name="row">As the file stores it.</param>
    /// <param name="lane">Which of the panel's rows it is.</param>
    static abstract void Pack(ReadOnlySpan<byte> row, int lane, byte* weights, byte* scales);

    /// <summary>Integers of a pair of columns, [row][even, odd], without <see cref="Offset"/>; AVX-512 only.</summary>
    /// <param name="weights">The block's.</param>
    /// <param name="group">The block's group of scales.</param>
    /// <param name="inGroup">Which block of its group it is.</param>
    static abstract Vector512<short> Weights(byte* weights, byte* group, int inGroup, int pair);

    /// <summary>AVX-512 only.</summary>
    static abstract Vector512<float> Scale(byte* group, int inGroup);

    /// <summary>AVX-512 only; not called unless <see cref="HasMinimum"/>.</summary>
    static abstract Vector512<float> Minimum(byte* group, int inGroup);

    /// <summary>The same as the three above for a whole block, on any machine, with <see cref="Offset"/> added.</summary>
    /// <param name="into">[16 pairs][16 rows][2]</param>
    /// <param name="scale">[16 rows]</param>
    /// <param name="minimum">[16 rows]; not written unless <see cref="HasMinimum"/>.</param>
    static abstract void Unpack(byte* weights, byte* group, int inGroup, short* into, float* scale, float* minimum);
}
