using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// How a panel of a plain float type lies in memory: [pairs of columns][16 rows][even, odd] where a type is 16 bits wide, so that one load gives two
/// columns, and [pairs][even, odd][16 rows] for 32 bits.
/// </summary>
internal unsafe interface IFloatFormat
{
    /// <summary>Bytes of a pair of columns of 16 rows.</summary>
    static abstract int PairBytes { get; }

    /// <summary>What <see cref="Even"/> and <see cref="Odd"/> must be multiplied with to be the weights; a power of two.</summary>
    static abstract float Factor { get; }

    /// <summary>Lays out one row.</summary>
    /// <param name="row">As the file stores it.</param>
    static abstract void Pack(ReadOnlySpan<byte> row, int lane, byte* panel);

    /// <summary>The even column's weights of eight rows of a pair, short of <see cref="Factor"/>; AVX2 only.</summary>
    static abstract Vector256<float> Even(byte* pair, int half);

    /// <summary>The odd column's.</summary>
    static abstract Vector256<float> Odd(byte* pair, int half);

    /// <summary>The even column's weights of all sixteen rows of a pair, short of <see cref="Factor"/>; only where <see cref="Panel.Wide"/>.</summary>
    static abstract Vector512<float> WideEven(byte* pair);

    /// <summary>The odd column's.</summary>
    static abstract Vector512<float> WideOdd(byte* pair);

    /// <summary>A pair of columns on any machine, [2][16 rows], short of <see cref="Factor"/>.</summary>
    static abstract void Unpack(byte* pair, float* into);

    /// <summary>One weight, exactly.</summary>
    static abstract float Read(byte* pair, int lane, int odd);
}

/// <summary>F32, as it is.</summary>
internal readonly unsafe struct F32Format : IFloatFormat
{
    public static int PairBytes => 128;
    public static float Factor => 1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(ReadOnlySpan<byte> row, int lane, byte* panel)
    {
        var numbers = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(row);
        for (var i = 0; i < numbers.Length; i++) ((float*)panel)[(i * 16) + lane] = numbers[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Even(byte* pair, int half) => Vector256.Load((float*)pair + (half * 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Odd(byte* pair, int half) => Vector256.Load((float*)pair + 16 + (half * 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WideEven(byte* pair) => Vector512.Load((float*)pair);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WideOdd(byte* pair) => Vector512.Load((float*)pair + 16);

    public static void Unpack(byte* pair, float* into) => new ReadOnlySpan<float>(pair, 32).CopyTo(new Span<float>(into, 32));

    public static float Read(byte* pair, int lane, int odd) => ((float*)pair)[(odd * 16) + lane];
}

/// <summary>BF16: a float's upper half, so a shift or a mask makes it one.</summary>
internal readonly unsafe struct BF16Format : IFloatFormat
{
    public static int PairBytes => 64;
    public static float Factor => 1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(ReadOnlySpan<byte> row, int lane, byte* panel)
    {
        var pairs = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, uint>(row);
        for (var i = 0; i < pairs.Length; i++) ((uint*)panel)[(i * Panel.Rows) + lane] = pairs[i];
        if (row.Length % 4 != 0) ((ushort*)panel)[((pairs.Length * Panel.Rows) + lane) * 2] = System.Runtime.InteropServices.MemoryMarshal.Read<ushort>(row[^2..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Even(byte* pair, int half) => (Vector256.Load((uint*)pair + (half * 8)) << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Odd(byte* pair, int half) =>
        (Vector256.Load((uint*)pair + (half * 8)) & Vector256.Create(0xFFFF0000)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WideEven(byte* pair) => (Vector512.Load((uint*)pair) << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WideOdd(byte* pair) => (Vector512.Load((uint*)pair) & Vector512.Create(0xFFFF0000)).AsSingle();

    public static void Unpack(byte* pair, float* into)
    {
        for (var i = 0; i < Panel.Rows; i += 4)
        {
            var both = Vector128.Load((uint*)pair + i);
            (both << 16).AsSingle().Store(into + i);
            (both & Vector128.Create(0xFFFF0000)).AsSingle().Store(into + Panel.Rows + i);
        }
    }

    public static float Read(byte* pair, int lane, int odd) => BitConverter.UInt32BitsToSingle((uint)((ushort*)pair)[(lane * 2) + odd] << 16);
}

/// <summary>
/// F16, times 2^10 so that no number is subnormal (.NET 10 has no F16C, and a shift cannot normalise): exact below <see cref="Limit"/>. A shift and
/// a mask move sign, exponent and fraction to their places; the exponent's other bias is part of <see cref="Factor"/>.
/// </summary>
internal readonly unsafe struct F16Format : IFloatFormat
{
    /// <summary>A matrix with greater weights is packed as F32.</summary>
    public const float Limit = 63.9f;

    private const uint Mask = 0x8FFFE000;
    private const ushort Magnitude = 0x7FFF;

    public static int PairBytes => 64;
    public static float Factor => BitConverter.UInt32BitsToSingle((112 - 10 + 127) << 23);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(ReadOnlySpan<byte> row, int lane, byte* panel)
    {
        var numbers = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ushort>(row);
        for (var i = 0; i < numbers.Length; i++) ((ushort*)panel)[(i / 2 * 32) + (lane * 2) + (i & 1)] = Times1024(numbers[i]);
    }

    /// <summary>Whether the format holds all of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Holds(ReadOnlySpan<Half> numbers)
    {
        var bits = System.Runtime.InteropServices.MemoryMarshal.Cast<Half, ushort>(numbers);
        var greatest = Vector256<ushort>.Zero;
        var i = 0;
        for (; i + Vector256<ushort>.Count <= bits.Length; i += Vector256<ushort>.Count)
            greatest = Vector256.Max(greatest, Vector256.Create(bits[i..]) & Vector256.Create(Magnitude));
        var most = BitConverter.HalfToUInt16Bits((Half)Limit);
        // What is no number is greater than all that are.
        if (Vector256.GreaterThanAny(greatest, Vector256.Create(most))) return false;
        for (; i < bits.Length; i++)
        {
            if ((bits[i] & Magnitude) > most) return false;
        }
        return true;
    }

    // Ten more in the exponent, where there is one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ushort Times1024(ushort bits) =>
        (bits & 0x7C00) != 0 ? (ushort)(bits + (10 << 10)) : (bits & Magnitude) == 0 ? bits : Normalised(bits);

    private static ushort Normalised(ushort bits) => BitConverter.HalfToUInt16Bits((Half)((float)BitConverter.UInt16BitsToHalf(bits) * 1024));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Even(byte* pair, int half) =>
        (((Vector256.Load((int*)pair + (half * 8)) << 16) >> 3) & Vector256.Create(unchecked((int)Mask))).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Odd(byte* pair, int half) =>
        ((Vector256.Load((int*)pair + (half * 8)) >> 3) & Vector256.Create(unchecked((int)Mask))).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WideEven(byte* pair) =>
        (((Vector512.Load((int*)pair) << 16) >> 3) & Vector512.Create(unchecked((int)Mask))).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WideOdd(byte* pair) => ((Vector512.Load((int*)pair) >> 3) & Vector512.Create(unchecked((int)Mask))).AsSingle();

    public static void Unpack(byte* pair, float* into)
    {
        for (var i = 0; i < Panel.Rows; i += 4)
        {
            var both = Vector128.Load((int*)pair + i);
            (((both << 16) >> 3) & Vector128.Create(unchecked((int)Mask))).AsSingle().Store(into + i);
            ((both >> 3) & Vector128.Create(unchecked((int)Mask))).AsSingle().Store(into + Panel.Rows + i);
        }
    }

    public static float Read(byte* pair, int lane, int odd) => (float)((Half*)pair)[(lane * 2) + odd] * (1f / 1024);
}
