using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// The geometry that all packed matrices share. A panel is 16 rows side by side, one row per lane of two 256-bit registers, so that a product
/// needs no sum across lanes. Columns of floats run in pairs, (even, odd), and those of integers in quads, in blocks of 32.
/// </summary>
internal static class Panel
{
    public const int Rows = 16;
    public const int BlockColumns = 32;

    /// <summary>How far ahead of the multiplication weights are asked for: some dozen cache lines outrun a page walk of a guest with small pages.</summary>
    public const int PrefetchBytes = 3072;

    /// <summary>The same where one vector alone is multiplied, and reads one stream of weights.</summary>
    public const int StreamBytes = 6144;

    /// <summary>Where it reads four.</summary>
    public const int StreamBytesOfFour = 2048;

    public static int Count(int rows) => (rows + Rows - 1) / Rows;

    public static int Blocks(int columns) => (columns + BlockColumns - 1) / BlockColumns;

    /// <summary>
    /// The 512-bit kernels for several vectors of floats, for attention and for what happens between the matrices run here (in a native program only if it
    /// was compiled for x86-64-v4). Other matrix kernels but those of <see cref="WideIntegers"/> are 256-bit: one vector waits for memory either way, and one
    /// code is as fast compiled just in time as ahead of it.
    /// </summary>
    public static bool Wide
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Avx512BW.IsSupported && Avx512DQ.IsSupported;
    }

    /// <summary>
    /// 512-bit vpmaddubsw and vpaddw are how nibbles and numbers of six bits meet many rows of activations. AMD's processors with AVX-VNNI, Zen 5 and
    /// later, have twice the multiplications in these that they have in 256-bit vpdpbusd (measured: 1.8 times). Zen 4 and Intel's with AVX-VNNI have as
    /// many in 256 bits, by published tables; nothing else was measured.
    /// </summary>
    public static readonly bool WideIntegers = Wide && AvxVnni.IsSupported && IsAmd;

    // CPUID, leaf 0, begins the vendor's name in EBX: "Auth".
    private static bool IsAmd => X86Base.CpuId(0, 0).Ebx == 0x68747541;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Prefetch(byte* address)
    {
        if (Sse.IsSupported) Sse.Prefetch0(address + PrefetchBytes);
    }

    /// <summary>
    /// For weights that are read once until the next token: into the first-level cache alone, so that they push nothing from one cache into the next.
    /// On Zen 5 one answer is up to 8 % faster for it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Stream(byte* address, int ahead = StreamBytes)
    {
        if (Sse.IsSupported) Sse.PrefetchNonTemporal(address + ahead);
    }

    /// <summary>Where a block's chunk is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Chunk(int part, int half, int bytes) => ((2 * part) + half) * bytes;

    /// <summary>8 numbers in F16, exactly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector256<float> EightHalves(byte* address)
    {
        // The sign is copied over the exponent's upper bits and masked away again; what is left is 2^112 times too small.
        var bits = (Avx2.ConvertToVector256Int32((short*)address) << 13) & Vector256.Create(unchecked((int)0x8FFFE000));
        return bits.AsSingle() * Vector256.Create(BitConverter.UInt32BitsToSingle((112 + 127) << 23));
    }
}
