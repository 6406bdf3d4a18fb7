using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Causeway.Engine.Kernels;

namespace Causeway.Benchmarks.Training;

/// <summary>What the cores could do at the most: multiplications and additions of registers, nothing else.</summary>
internal static class Peak
{
    private const int Steps = 4_000_000;

    /// <returns>10⁹ operations on 32-bit floats a second, best of several.</returns>
    public static double Measure()
    {
        var best = double.MaxValue;
        for (var round = 0; round < 8; round++)
        {
            var start = Stopwatch.GetTimestamp();
            Cores.ForEach(Environment.ProcessorCount, _ => Spin());
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        var width = Vector512.IsHardwareAccelerated ? Vector512<float>.Count : Vector256<float>.Count;
        return Environment.ProcessorCount * 2.0 * 10 * width * Steps / best / 1e9;
    }

    private static float Spin() => Vector512.IsHardwareAccelerated ? Wide() : Narrow();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Wide()
    {
        var x = Vector512.Create(0.5f);
        Vector512<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x;
        for (var step = 0; step < Steps; step++)
        {
            (a, b, c, d, e) = (Once(x, a), Once(x, b), Once(x, c), Once(x, d), Once(x, e));
            (f, g, h, i, j) = (Once(x, f), Once(x, g), Once(x, h), Once(x, i), Once(x, j));
        }
        return (a + b + c + d + e + f + g + h + i + j)[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Narrow()
    {
        var x = Vector256.Create(0.5f);
        Vector256<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x;
        for (var step = 0; step < Steps; step++)
        {
            (a, b, c, d, e) = (Once(x, a), Once(x, b), Once(x, c), Once(x, d), Once(x, e));
            (f, g, h, i, j) = (Once(x, f), Once(x, g), Once(x, h), Once(x, i), Once(x, j));
        }
        return (a + b + c + d + e + f + g + h + i + j)[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Once(Vector512<float> x, Vector512<float> sum) => Vector512.FusedMultiplyAdd(x, x, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Once(Vector256<float> x, Vector256<float> sum) => Vector256.FusedMultiplyAdd(x, x, sum);
}
