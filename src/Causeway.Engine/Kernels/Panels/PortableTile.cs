using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>The products where there is no AVX-512: from a block unpacked into the first-level cache, by 256-bit or 128-bit registers.</summary>
internal static unsafe class PortableTile
{
    /// <summary>sums[16 rows] += one item's products with a block of integers.</summary>
    /// <param name="integers">[16 pairs][16 rows][2]</param>
    /// <param name="a">[32]</param>
    /// <param name="factor">[16 rows]: the weights' scale.</param>
    /// <param name="scale">The activations'.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Integers(short* integers, short* a, float* factor, float scale, float* sums)
    {
        if (Avx2.IsSupported) Integers256(integers, (int*)a, factor, scale, sums);
        else Integers128(integers, a, factor, scale, sums);
    }

    /// <summary>sums[16 rows] += one item's products with a block of floats.</summary>
    /// <param name="weights">[columns][16 rows]</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Floats(float* weights, float* x, int columns, float* sums)
    {
        if (Vector256.IsHardwareAccelerated) Floats256(weights, x, columns, sums);
        else Floats128(weights, x, columns, sums);
    }

    private static void Integers256(short* integers, int* a, float* factor, float scale, float* sums)
    {
        Vector256<int> low = default, high = default, low2 = default, high2 = default;
        for (var pair = 0; pair < Panel.BlockPairs; pair += 2)
        {
            var (b, b2) = (Vector256.Create(a[pair]).AsInt16(), Vector256.Create(a[pair + 1]).AsInt16());
            low = Add(low, Vector256.Load(integers), b);
            high = Add(high, Vector256.Load(integers + 16), b);
            low2 = Add(low2, Vector256.Load(integers + 32), b2);
            high2 = Add(high2, Vector256.Load(integers + 48), b2);
            integers += 64;
        }
        (Vector256.Load(sums) + (Vector256.ConvertToSingle(low + low2) * Vector256.Load(factor) * scale)).Store(sums);
        (Vector256.Load(sums + 8) + (Vector256.ConvertToSingle(high + high2) * Vector256.Load(factor + 8) * scale)).Store(sums + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Add(Vector256<int> sum, Vector256<short> left, Vector256<short> right) => AvxVnni.IsSupported
        ? AvxVnni.MultiplyWideningAndAdd(sum, left, right)
        : sum + Avx2.MultiplyAddAdjacent(left, right);

    private static void Integers128(short* integers, short* a, float* factor, float scale, float* sums)
    {
        for (var rows = 0; rows < Panel.Rows; rows += 4)
        {
            Vector128<int> even = default, odd = default;
            for (var pair = 0; pair < Panel.BlockPairs; pair++)
            {
                var both = Vector128.Load((int*)integers + (pair * Panel.Rows) + rows);
                even += ((both << 16) >> 16) * Vector128.Create((int)a[2 * pair]);
                odd += (both >> 16) * Vector128.Create((int)a[(2 * pair) + 1]);
            }
            (Vector128.Load(sums + rows) + (Vector128.ConvertToSingle(even + odd) * Vector128.Load(factor + rows) * scale)).Store(sums + rows);
        }
    }

    private static void Floats256(float* weights, float* x, int columns, float* sums)
    {
        Vector256<float> low = Vector256.Load(sums), high = Vector256.Load(sums + 8), low2 = default, high2 = default;
        for (var i = 0; i < columns; i += 2)
        {
            var (b, b2) = (Vector256.Create(x[i]), Vector256.Create(x[i + 1]));
            low = Vector256.MultiplyAddEstimate(Vector256.Load(weights), b, low);
            high = Vector256.MultiplyAddEstimate(Vector256.Load(weights + 8), b, high);
            low2 = Vector256.MultiplyAddEstimate(Vector256.Load(weights + 16), b2, low2);
            high2 = Vector256.MultiplyAddEstimate(Vector256.Load(weights + 24), b2, high2);
            weights += 32;
        }
        (low + low2).Store(sums);
        (high + high2).Store(sums + 8);
    }

    private static void Floats128(float* weights, float* x, int columns, float* sums)
    {
        Vector128<float> a = Vector128.Load(sums), b = Vector128.Load(sums + 4), c = Vector128.Load(sums + 8), d = Vector128.Load(sums + 12);
        for (var i = 0; i < columns; i++)
        {
            var wide = Vector128.Create(x[i]);
            a = Vector128.MultiplyAddEstimate(Vector128.Load(weights), wide, a);
            b = Vector128.MultiplyAddEstimate(Vector128.Load(weights + 4), wide, b);
            c = Vector128.MultiplyAddEstimate(Vector128.Load(weights + 8), wide, c);
            d = Vector128.MultiplyAddEstimate(Vector128.Load(weights + 12), wide, d);
            weights += 16;
        }
        a.Store(sums);
        b.Store(sums + 4);
        c.Store(sums + 8);
        d.Store(sums + 12);
    }
}
