using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// Few vectors times one panel, straight from the packed integers: this is what decoding waits for, so its only aim is to keep memory busy.
/// AVX-512; products of 16-bit pairs by vpmaddwd. A block's sum is exact and blocks are added in order, here and in <see cref="IntegerTile"/>: a
/// vector's result does not depend on what it is batched with.
/// </summary>
internal static unsafe class IntegerGemv<TFormat> where TFormat : struct, IBlockFormat
{
    /// <summary>y[16 rows] of one item.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void One(byte* weights, byte* scales, in QuantizedBatch x, int item, float* y)
    {
        var a = (int*)(x.Integers + ((long)item * x.Blocks * Panel.BlockColumns));
        var scale = x.Scales + ((long)item * x.Blocks);
        var sums = x.Sums + ((long)item * x.Blocks);
        var sum = Vector512<float>.Zero;
        for (var block = 0; block < x.Blocks; block++)
        {
            var group = scales + (block / TFormat.GroupBlocks * TFormat.GroupBytes);
            var inGroup = block % TFormat.GroupBlocks;
            for (var line = 0; line < TFormat.WeightBytes; line += 64) Panel.Prefetch(weights + line);
            var even = Vector512.Create(TFormat.Offset * sums[block]);
            var odd = Vector512<int>.Zero;
            for (var pair = 0; pair < 16; pair += 8)
            {
                even = Step(weights, group, inGroup, pair, a, even);
                odd = Step(weights, group, inGroup, pair + 1, a, odd);
                even = Step(weights, group, inGroup, pair + 2, a, even);
                odd = Step(weights, group, inGroup, pair + 3, a, odd);
                even = Step(weights, group, inGroup, pair + 4, a, even);
                odd = Step(weights, group, inGroup, pair + 5, a, odd);
                even = Step(weights, group, inGroup, pair + 6, a, even);
                odd = Step(weights, group, inGroup, pair + 7, a, odd);
            }
            sum = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(even + odd), TFormat.Scale(group, inGroup) * scale[block], sum);
            if (TFormat.HasMinimum)
                sum = Vector512.FusedMultiplyAdd(TFormat.Minimum(group, inGroup), Vector512.Create(-scale[block] * sums[block]), sum);
            weights += TFormat.WeightBytes;
            a += Panel.BlockPairs;
        }
        sum.Store(y);
    }

    /// <summary>y[4][stride] of four items from <paramref name="item"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Four(byte* weights, byte* scales, in QuantizedBatch x, int item, float* y, long stride)
    {
        var blocks = x.Blocks;
        var a = (int*)(x.Integers + ((long)item * blocks * Panel.BlockColumns));
        var next = (long)blocks * Panel.BlockPairs;
        var scale = x.Scales + ((long)item * blocks);
        var sums = x.Sums + ((long)item * blocks);
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
        for (var block = 0; block < blocks; block++)
        {
            var group = scales + (block / TFormat.GroupBlocks * TFormat.GroupBytes);
            var inGroup = block % TFormat.GroupBlocks;
            for (var line = 0; line < TFormat.WeightBytes; line += 64) Panel.Prefetch(weights + line);
            var a0 = Vector512.Create(TFormat.Offset * sums[block]);
            var a1 = Vector512.Create(TFormat.Offset * sums[block + blocks]);
            var a2 = Vector512.Create(TFormat.Offset * sums[block + (2 * blocks)]);
            var a3 = Vector512.Create(TFormat.Offset * sums[block + (3 * blocks)]);
            for (var pair = 0; pair < 16; pair++)
            {
                var w = TFormat.Weights(weights, group, inGroup, pair);
                a0 += Avx512BW.MultiplyAddAdjacent(w, Vector512.Create(a[pair]).AsInt16());
                a1 += Avx512BW.MultiplyAddAdjacent(w, Vector512.Create(a[pair + next]).AsInt16());
                a2 += Avx512BW.MultiplyAddAdjacent(w, Vector512.Create(a[pair + (2 * next)]).AsInt16());
                a3 += Avx512BW.MultiplyAddAdjacent(w, Vector512.Create(a[pair + (3 * next)]).AsInt16());
            }
            var w2 = TFormat.Scale(group, inGroup);
            s0 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(a0), w2 * scale[block], s0);
            s1 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(a1), w2 * scale[block + blocks], s1);
            s2 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(a2), w2 * scale[block + (2 * blocks)], s2);
            s3 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(a3), w2 * scale[block + (3 * blocks)], s3);
            if (TFormat.HasMinimum)
            {
                var minimum = TFormat.Minimum(group, inGroup);
                s0 = Vector512.FusedMultiplyAdd(minimum, Vector512.Create(-scale[block] * sums[block]), s0);
                s1 = Vector512.FusedMultiplyAdd(minimum, Vector512.Create(-scale[block + blocks] * sums[block + blocks]), s1);
                s2 = Vector512.FusedMultiplyAdd(minimum, Vector512.Create(-scale[block + (2 * blocks)] * sums[block + (2 * blocks)]), s2);
                s3 = Vector512.FusedMultiplyAdd(minimum, Vector512.Create(-scale[block + (3 * blocks)] * sums[block + (3 * blocks)]), s3);
            }
            weights += TFormat.WeightBytes;
            a += Panel.BlockPairs;
        }
        s0.Store(y);
        s1.Store(y + stride);
        s2.Store(y + (2 * stride));
        s3.Store(y + (3 * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Step(byte* weights, byte* group, int inGroup, int pair, int* a, Vector512<int> sum) =>
        sum + Avx512BW.MultiplyAddAdjacent(TFormat.Weights(weights, group, inGroup, pair), Vector512.Create(a[pair]).AsInt16());
}
