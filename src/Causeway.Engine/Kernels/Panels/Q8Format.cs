using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>Q8_0: a block is [16 pairs][16 rows][2] signed bytes, its group one F16 scale per row.</summary>
internal readonly unsafe struct Q8Format : IBlockFormat
{
    public static int WeightBytes => 512;
    public static int GroupBlocks => 1;
    public static int GroupBytes => 32;
    public static bool HasMinimum => false;
    public static int Offset => 0;

    public static void Pack(ReadOnlySpan<byte> row, int lane, byte* weights, byte* scales)
    {
        for (var block = 0; block < row.Length / 34; block++)
        {
            var source = row.Slice(block * 34, 34);
            ((ushort*)scales)[(block * 16) + lane] = MemoryMarshal.Read<ushort>(source);
            var pairs = MemoryMarshal.Cast<byte, ushort>(source[2..]);
            for (var pair = 0; pair < 16; pair++) ((ushort*)weights)[(block * 256) + (pair * 16) + lane] = pairs[pair];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Weights(byte* weights, byte* group, int inGroup, int pair) =>
        Avx512BW.ConvertToVector512Int16(Vector256.Load((sbyte*)weights + (pair * 32)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Scale(byte* group, int inGroup) => Panel.Halves(group);

    public static Vector512<float> Minimum(byte* group, int inGroup) => default;

    public static void Unpack(byte* weights, byte* group, int inGroup, short* into, float* scale, float* minimum)
    {
        for (var i = 0; i < WeightBytes; i += 16)
        {
            var (low, high) = Vector128.Widen(Vector128.Load((sbyte*)weights + i));
            low.Store(into + i);
            high.Store(into + i + 8);
        }
        for (var i = 0; i < 16; i++) scale[i] = (float)((Half*)group)[i];
    }
}
