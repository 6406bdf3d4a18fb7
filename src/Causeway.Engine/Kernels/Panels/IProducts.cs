using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// Sums of products of unsigned with signed bytes, four to a lane of 32 bits. The results are exact and so the same whichever way they are made, as
/// long as no more are added than the format's <see cref="BlockIntegers"/> allow.
/// </summary>
internal interface IProducts
{
    /// <summary>A sum that starts with a pair of 16-bit numbers.</summary>
    static abstract Vector256<int> Start(int pair);

    /// <summary>Adds to a sum of up to 32 products of nibbles.</summary>
    static abstract Vector256<int> Add(Vector256<int> sum, Vector256<byte> weights, Vector256<sbyte> activations);

    /// <summary>What was started and added to.</summary>
    static abstract Vector256<int> End(Vector256<int> sum);

    /// <summary>Adds products of whole bytes to a sum that was not started.</summary>
    static abstract Vector256<int> AddBytes(Vector256<int> sum, Vector256<byte> weights, Vector256<sbyte> activations);
}

/// <summary>AVX2: vpmaddubsw makes pairs of products 16-bit numbers, vpmaddwd makes pairs of those 32-bit ones.</summary>
internal readonly struct Avx2Products : IProducts
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Start(int pair) => Vector256.Create(pair);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sum, Vector256<byte> weights, Vector256<sbyte> activations) =>
        (sum.AsInt16() + Avx2.MultiplyAddAdjacent(weights, activations)).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> End(Vector256<int> sum) => Avx2.MultiplyAddAdjacent(sum.AsInt16(), Vector256<short>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddBytes(Vector256<int> sum, Vector256<byte> weights, Vector256<sbyte> activations) =>
        sum + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(weights, activations), Vector256<short>.One);
}

/// <summary>AVX-VNNI: vpdpbusd does it all.</summary>
internal readonly struct VnniProducts : IProducts
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Start(int pair) => Vector256.Create((short)pair + (pair >> 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sum, Vector256<byte> weights, Vector256<sbyte> activations) =>
        AvxVnni.MultiplyWideningAndAdd(sum, weights, activations);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> End(Vector256<int> sum) => sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddBytes(Vector256<int> sum, Vector256<byte> weights, Vector256<sbyte> activations) =>
        AvxVnni.MultiplyWideningAndAdd(sum, weights, activations);
}
