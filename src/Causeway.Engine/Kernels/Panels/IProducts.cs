using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// Sums of products of weights' integers, plus the format's zero, with signed bytes, four to a lane of 32 bits. The results are exact and so the same
/// whichever way they are made, as long as no more are added than the format's <see cref="BlockIntegers"/> allow.
/// </summary>
internal interface IProducts
{
    /// <summary>Sums start with a pair of 16-bit numbers, otherwise with one of 32 bits to which <see cref="VnniProducts.Offset"/> has been added.</summary>
    static abstract bool Pairs { get; }

    /// <summary>A sum that starts with what <see cref="QuantizedBatch.Zeros"/> holds.</summary>
    static abstract Vector256<int> Start(int zero);

    static abstract Vector256<int> Add(Vector256<int> sum, Vector256<byte> weights, Vector256<sbyte> activations);

    /// <summary>What was started and added to.</summary>
    static abstract Vector256<float> End(Vector256<int> sum);
}

/// <summary>AVX2, for nibbles and numbers of six bits: vpmaddubsw makes pairs of products 16-bit numbers, vpmaddwd makes pairs of those 32-bit ones.</summary>
internal readonly struct Avx2Products : IProducts
{
    public static bool Pairs => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Start(int zero) => Vector256.Create(zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sum, Vector256<byte> weights, Vector256<sbyte> activations) =>
        (sum.AsInt16() + Avx2.MultiplyAddAdjacent(weights, activations)).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> End(Vector256<int> sum) =>
        Vector256.ConvertToSingle(Avx2.MultiplyAddAdjacent(sum.AsInt16(), Vector256<short>.One));
}

/// <summary>AVX2, for bytes of which 128 is to be taken away: the sign of what is left goes over to the activation, and two products fit 16 bits.</summary>
internal readonly struct Avx2ByteProducts : IProducts
{
    public static bool Pairs => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Start(int zero) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sum, Vector256<byte> weights, Vector256<sbyte> activations)
    {
        var signed = (weights ^ Vector256.Create((byte)128)).AsSByte();
        var products = Avx2.MultiplyAddAdjacent(Avx2.Abs(signed), Avx2.Sign(activations, signed));
        return sum + Avx2.MultiplyAddAdjacent(products, Vector256<short>.One);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> End(Vector256<int> sum) => Vector256.ConvertToSingle(sum);
}

/// <summary>AVX-VNNI, for all: vpdpbusd adds four products to 32 bits.</summary>
internal readonly struct VnniProducts : IProducts
{
    /// <summary>
    /// The bits of <see cref="OffsetNumber"/>: a sum of up to 22 bits and a sign that starts with them is, read as a float, that number plus the sum.
    /// Subtracting it is exact, and is done where the processor does not multiply, as converting the sum would be.
    /// </summary>
    public const int Offset = 0x4B400000;

    private const float OffsetNumber = 0xC00000;

    public static bool Pairs => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Start(int zero) => Vector256.Create(zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sum, Vector256<byte> weights, Vector256<sbyte> activations) =>
        AvxVnni.MultiplyWideningAndAdd(sum, weights, activations);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> End(Vector256<int> sum) => sum.AsSingle() - Vector256.Create(OffsetNumber);
}
