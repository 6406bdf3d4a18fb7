using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// One vector times one panel, straight from the packed integers: this is what decoding waits for, so its only aim is to keep memory busy. AVX2.
/// A block's sum is exact and blocks are added in order, here and in <see cref="IntegerTile{TFormat, TProducts}"/>: a vector's result does not depend
/// on what it is batched with.
/// </summary>
internal static unsafe class IntegerGemv<TFormat, TProducts> where TFormat : struct, IBlockFormat where TProducts : struct, IProducts
{
    /// <summary>y[16 rows] of a tile of one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void One(byte* panel, byte* record, int blocks, float* y)
    {
        Vector256<float> f = default, g = default;
        for (var first = 0; first < blocks; first += TFormat.GroupBlocks)
        {
            var group = panel;
            panel += TFormat.GroupBytes;
            for (var i = 0; i < TFormat.GroupBlocks; i++)
            {
                for (var line = 0; line < BlockLayout<TFormat>.BlockBytes; line += 64) Panel.Prefetch(panel + line);
                Vector256<int> low = default, high = default;
                if (TFormat.Integers == BlockIntegers.Nibbles) Nibbles(panel, record, ref low, ref high);
                else if (TFormat.Integers == BlockIntegers.Signed) Signed(panel, record, ref low, ref high);
                else Sixes(panel, record, ref low, ref high);
                var scale = *QuantizedBatch.Scales(record, 1);
                f = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(low), TFormat.Scale(group, panel, 0) * scale, f);
                g = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(high), TFormat.Scale(group, panel, 1) * scale, g);
                if (TFormat.HasMinimum)
                {
                    var share = Vector256.Create(*QuantizedBatch.Shares(record, 1));
                    f = Vector256.FusedMultiplyAdd(TFormat.Minimum(group, panel, 0), share, f);
                    g = Vector256.FusedMultiplyAdd(TFormat.Minimum(group, panel, 1), share, g);
                }
                panel += BlockLayout<TFormat>.BlockBytes;
                record += QuantizedBatch.RecordBytes(1, IntegerPanels.ZeroPairs<TFormat>());
            }
        }
        f.Store(y);
        g.Store(y + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Nibbles(byte* block, byte* record, ref Vector256<int> low, ref Vector256<int> high)
    {
        low = high = TProducts.Start(*QuantizedBatch.Zeros(record, 1));
        NibblesOf(block, (int*)record, ref low);
        NibblesOf(block + TFormat.ChunkBytes, (int*)record, ref high);
        NibblesOf(block + (2 * TFormat.ChunkBytes), (int*)record + 4, ref low);
        NibblesOf(block + (3 * TFormat.ChunkBytes), (int*)record + 4, ref high);
        low = TProducts.End(low);
        high = TProducts.End(high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void NibblesOf(byte* chunk, int* a, ref Vector256<int> sum)
    {
        TFormat.Quads(chunk, out Vector256<byte> q0, out var q1, out var q2, out var q3);
        sum = TProducts.Add(sum, q0, Vector256.Create(a[0]).AsSByte());
        sum = TProducts.Add(sum, q1, Vector256.Create(a[1]).AsSByte());
        sum = TProducts.Add(sum, q2, Vector256.Create(a[2]).AsSByte());
        sum = TProducts.Add(sum, q3, Vector256.Create(a[3]).AsSByte());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Signed(byte* block, byte* record, ref Vector256<int> low, ref Vector256<int> high)
    {
        SignedOf(block, (int*)record, ref low);
        SignedOf(block + TFormat.ChunkBytes, (int*)record, ref high);
        SignedOf(block + (2 * TFormat.ChunkBytes), (int*)record + 4, ref low);
        SignedOf(block + (3 * TFormat.ChunkBytes), (int*)record + 4, ref high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SignedOf(byte* chunk, int* a, ref Vector256<int> sum)
    {
        TFormat.Quads(chunk, out Vector256<byte> q0, out var q1, out var q2, out var q3);
        sum = Signed(sum, q0.AsSByte(), a[0]);
        sum = Signed(sum, q1.AsSByte(), a[1]);
        sum = Signed(sum, q2.AsSByte(), a[2]);
        sum = Signed(sum, q3.AsSByte(), a[3]);
    }

    // The weight's sign goes over to the activation.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Signed(Vector256<int> sum, Vector256<sbyte> weights, int quad) =>
        TProducts.AddBytes(sum, Avx2.Abs(weights), Avx2.Sign(Vector256.Create(quad).AsSByte(), weights));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sixes(byte* block, byte* record, ref Vector256<int> low, ref Vector256<int> high)
    {
        var zeros = QuantizedBatch.Zeros(record, 1);
        SixesOf(block, (int*)record, zeros, TFormat.Factors(block, 0, 0), ref low);
        SixesOf(block + TFormat.ChunkBytes, (int*)record, zeros, TFormat.Factors(block, 0, 1), ref high);
        SixesOf(block + (2 * TFormat.ChunkBytes), (int*)record + 4, zeros + 2, TFormat.Factors(block, 1, 0), ref low);
        SixesOf(block + (3 * TFormat.ChunkBytes), (int*)record + 4, zeros + 2, TFormat.Factors(block, 1, 1), ref high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SixesOf(byte* chunk, int* a, int* zeros, Vector256<short> factors, ref Vector256<int> sum)
    {
        TFormat.Quads(chunk, out Vector256<byte> q0, out var q1, out var q2, out var q3);
        var first = Vector256.Create(zeros[0]).AsInt16() + Avx2.MultiplyAddAdjacent(q0, Vector256.Create(a[0]).AsSByte());
        first += Avx2.MultiplyAddAdjacent(q1, Vector256.Create(a[1]).AsSByte());
        sum += Avx2.MultiplyAddAdjacent(first, factors);
        var second = Vector256.Create(zeros[1]).AsInt16() + Avx2.MultiplyAddAdjacent(q2, Vector256.Create(a[2]).AsSByte());
        second += Avx2.MultiplyAddAdjacent(q3, Vector256.Create(a[3]).AsSByte());
        sum += Avx2.MultiplyAddAdjacent(second, factors);
    }
}
