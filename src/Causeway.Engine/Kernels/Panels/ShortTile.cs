using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// A tile of four rows of activations times a panel of bytes, both widened to 16 bits: vpmaddwd takes two signed products at once, where the
/// bytes themselves need three instructions for four. Sums as in <see cref="IntegerTile{TFormat, TProducts}"/>. AVX2.
/// </summary>
internal static unsafe class ShortTile<TFormat> where TFormat : struct, IBlockFormat
{
    /// <summary>Per block [8 quads][columns 0 and 2, 1 and 3][2 halves of 8 rows] of [8 rows][2 columns] numbers, then [16 rows] scales as floats.</summary>
    public const int BlockBytes = Scales + 64;

    private const int Scales = 1024;
    private const int Rows = QuantizedBatch.TileRows;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Unpack(byte* panel, int blocks, byte* into)
    {
        for (var block = 0; block < blocks; block++)
        {
            for (var line = 0; line < BlockLayout<TFormat>.BlockBytes; line += 64) Panel.Prefetch(panel + line);
            for (var chunk = 0; chunk < 4; chunk++)
            {
                TFormat.Quads(panel + (chunk * TFormat.ChunkBytes), out Vector256<byte> q0, out var q1, out var q2, out var q3);
                var to = into + (chunk / 2 * 512) + (chunk % 2 * 32);
                Widen(q0, to);
                Widen(q1, to + 128);
                Widen(q2, to + 256);
                Widen(q3, to + 384);
            }
            TFormat.Scale(panel, panel, 0, 0).Store((float*)(into + Scales));
            TFormat.Scale(panel, panel, 0, 1).Store((float*)(into + Scales) + 8);
            panel += BlockLayout<TFormat>.BlockBytes;
            into += BlockBytes;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Widen(Vector256<byte> quad, byte* into)
    {
        var signed = (quad ^ Vector256.Create((byte)128)).AsInt16();
        ((signed << 8) >> 8).Store((short*)into);
        (signed >> 8).Store((short*)(into + 64));
    }

    /// <summary>y[4][16 rows] += the products.</summary>
    /// <param name="record">Of <see cref="QuantizedBatch.Shorts"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Four(byte* panel, byte* record, int blocks, float* y)
    {
        for (var block = 0; block < blocks; block++)
        {
            Vector256<int> i0 = default, i1 = default, i2 = default, i3 = default, j0 = default, j1 = default, j2 = default, j3 = default;
            var a = (int*)record;
            for (var w = panel; w < panel + Scales; w += 64, a += Rows)
            {
                var (left, right) = (Vector256.Load((short*)w), Vector256.Load((short*)w + 16));
                Step(left, right, a[0], ref i0, ref j0);
                Step(left, right, a[1], ref i1, ref j1);
                Step(left, right, a[2], ref i2, ref j2);
                Step(left, right, a[3], ref i3, ref j3);
            }
            Add(a, panel + Scales, y, i0, i1, i2, i3);
            Add(a, panel + Scales + 32, y + 8, j0, j1, j2, j3);
            panel += BlockBytes;
            record += QuantizedBatch.ShortRecordBytes;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(Vector256<short> left, Vector256<short> right, int pair, ref Vector256<int> i, ref Vector256<int> j)
    {
        var a = Vector256.Create(pair).AsInt16();
        i += Avx2.MultiplyAddAdjacent(left, a);
        j += Avx2.MultiplyAddAdjacent(right, a);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(int* activations, byte* weights, float* y, Vector256<int> s0, Vector256<int> s1, Vector256<int> s2, Vector256<int> s3) =>
        new TileScales((float*)activations, Vector256.Load((float*)weights)).Add(y, Vector256.ConvertToSingle(s0), Vector256.ConvertToSingle(s1),
            Vector256.ConvertToSingle(s2), Vector256.ConvertToSingle(s3));
}
