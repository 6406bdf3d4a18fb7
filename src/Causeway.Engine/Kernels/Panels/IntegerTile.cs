using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>A panel whose integers were unpacked to 16 bits, once for all rows of a large batch.</summary>
internal readonly unsafe struct UnpackedPanel(short* integers, float* scales, float* minima)
{
    /// <summary>[blocks][16 pairs][16 rows][2]</summary>
    public short* Integers { get; } = integers;

    /// <summary>[blocks][16 rows]</summary>
    public float* Scales { get; } = scales;

    /// <summary>[blocks][16 rows], or null.</summary>
    public float* Minima { get; } = minima;
}

/// <summary>Many vectors times unpacked panels: tiles of items by two panels, their sums in registers from the first block to the last. AVX-512.</summary>
internal static unsafe class IntegerTile
{
    /// <summary>Items of <see cref="Six"/>.</summary>
    public const int Items = 6;

    /// <summary>y[6][stride] and y2[6][stride] of six items from <paramref name="item"/> on: 12 integer and 12 float sums fill the registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Six(UnpackedPanel p, UnpackedPanel q, in QuantizedBatch x, int item, float* y, float* y2, long stride)
    {
        var blocks = x.Blocks;
        var a = (int*)(x.Integers + ((long)item * blocks * Panel.BlockColumns));
        var n = (nint)blocks * Panel.BlockPairs;
        var scale = x.Scales + ((long)item * blocks);
        var sums = x.Sums + ((long)item * blocks);
        short* w = p.Integers, v = q.Integers;
        float* ws = p.Scales, vs = q.Scales;
        Vector512<float> f0 = default, f1 = default, f2 = default, f3 = default, f4 = default, f5 = default;
        Vector512<float> g0 = default, g1 = default, g2 = default, g3 = default, g4 = default, g5 = default;
        for (var block = 0; block < blocks; block++)
        {
            Vector512<int> i0 = default, i1 = default, i2 = default, i3 = default, i4 = default, i5 = default;
            Vector512<int> j0 = default, j1 = default, j2 = default, j3 = default, j4 = default, j5 = default;
            for (var pair = 0; pair < Panel.BlockPairs; pair++)
            {
                var left = Vector512.Load(w);
                var right = Vector512.Load(v);
                w += 32;
                v += 32;
                var b = Vector512.Create(a[0]).AsInt16();
                i0 += Avx512BW.MultiplyAddAdjacent(left, b);
                j0 += Avx512BW.MultiplyAddAdjacent(right, b);
                b = Vector512.Create(a[n]).AsInt16();
                i1 += Avx512BW.MultiplyAddAdjacent(left, b);
                j1 += Avx512BW.MultiplyAddAdjacent(right, b);
                b = Vector512.Create(a[2 * n]).AsInt16();
                i2 += Avx512BW.MultiplyAddAdjacent(left, b);
                j2 += Avx512BW.MultiplyAddAdjacent(right, b);
                b = Vector512.Create(a[3 * n]).AsInt16();
                i3 += Avx512BW.MultiplyAddAdjacent(left, b);
                j3 += Avx512BW.MultiplyAddAdjacent(right, b);
                b = Vector512.Create(a[4 * n]).AsInt16();
                i4 += Avx512BW.MultiplyAddAdjacent(left, b);
                j4 += Avx512BW.MultiplyAddAdjacent(right, b);
                b = Vector512.Create(a[5 * n]).AsInt16();
                i5 += Avx512BW.MultiplyAddAdjacent(left, b);
                j5 += Avx512BW.MultiplyAddAdjacent(right, b);
                a++;
            }
            var (s, t) = (Vector512.Load(ws), Vector512.Load(vs));
            ws += 16;
            vs += 16;
            Flush(ref f0, ref g0, i0, j0, s, t, scale[block]);
            Flush(ref f1, ref g1, i1, j1, s, t, scale[block + blocks]);
            Flush(ref f2, ref g2, i2, j2, s, t, scale[block + (2 * blocks)]);
            Flush(ref f3, ref g3, i3, j3, s, t, scale[block + (3 * blocks)]);
            Flush(ref f4, ref g4, i4, j4, s, t, scale[block + (4 * blocks)]);
            Flush(ref f5, ref g5, i5, j5, s, t, scale[block + (5 * blocks)]);
            if (p.Minima is null) continue;
            (s, t) = (Vector512.Load(p.Minima + (block * 16)), Vector512.Load(q.Minima + (block * 16)));
            Subtract(ref f0, ref g0, s, t, scale[block], sums[block]);
            Subtract(ref f1, ref g1, s, t, scale[block + blocks], sums[block + blocks]);
            Subtract(ref f2, ref g2, s, t, scale[block + (2 * blocks)], sums[block + (2 * blocks)]);
            Subtract(ref f3, ref g3, s, t, scale[block + (3 * blocks)], sums[block + (3 * blocks)]);
            Subtract(ref f4, ref g4, s, t, scale[block + (4 * blocks)], sums[block + (4 * blocks)]);
            Subtract(ref f5, ref g5, s, t, scale[block + (5 * blocks)], sums[block + (5 * blocks)]);
        }
        f0.Store(y);
        f1.Store(y + stride);
        f2.Store(y + (2 * stride));
        f3.Store(y + (3 * stride));
        f4.Store(y + (4 * stride));
        f5.Store(y + (5 * stride));
        g0.Store(y2);
        g1.Store(y2 + stride);
        g2.Store(y2 + (2 * stride));
        g3.Store(y2 + (3 * stride));
        g4.Store(y2 + (4 * stride));
        g5.Store(y2 + (5 * stride));
    }

    /// <summary>One item of one panel: what six do not divide.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void One(UnpackedPanel p, in QuantizedBatch x, int item, float* y)
    {
        var a = (int*)(x.Integers + ((long)item * x.Blocks * Panel.BlockColumns));
        var scale = x.Scales + ((long)item * x.Blocks);
        var sum = Vector512<float>.Zero;
        for (var block = 0; block < x.Blocks; block++)
        {
            var (even, odd) = (Vector512<int>.Zero, Vector512<int>.Zero);
            var w = p.Integers + (block * Panel.BlockColumns * Panel.Rows);
            for (var pair = 0; pair < Panel.BlockPairs; pair += 2)
            {
                even += Avx512BW.MultiplyAddAdjacent(Vector512.Load(w + (pair * 32)), Vector512.Create(a[pair]).AsInt16());
                odd += Avx512BW.MultiplyAddAdjacent(Vector512.Load(w + (pair * 32) + 32), Vector512.Create(a[pair + 1]).AsInt16());
            }
            a += Panel.BlockPairs;
            sum = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(even + odd), Vector512.Load(p.Scales + (block * 16)) * scale[block], sum);
            if (p.Minima is null) continue;
            var share = Vector512.Create(-scale[block] * x.Sums[((long)item * x.Blocks) + block]);
            sum = Vector512.FusedMultiplyAdd(Vector512.Load(p.Minima + (block * 16)), share, sum);
        }
        sum.Store(y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Flush(ref Vector512<float> f, ref Vector512<float> g, Vector512<int> i, Vector512<int> j,
        Vector512<float> s, Vector512<float> t, float scale)
    {
        f = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(i), s * scale, f);
        g = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(j), t * scale, g);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Subtract(ref Vector512<float> f, ref Vector512<float> g, Vector512<float> s, Vector512<float> t, float scale, int sum)
    {
        var share = Vector512.Create(-scale * sum);
        f = Vector512.FusedMultiplyAdd(s, share, f);
        g = Vector512.FusedMultiplyAdd(t, share, g);
    }
}
