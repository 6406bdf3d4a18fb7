using Causeway.Engine.Kernels;

namespace Causeway.Engine.Training;

/// <summary>Cuts elementwise work into chunks for all cores. The cuts do not depend on the number of cores, so neither do sums over chunks.</summary>
internal static class Chunks
{
    /// <param name="length">Of the whole.</param>
    /// <param name="size">Of a chunk; the last may be shorter.</param>
    /// <param name="chunk">Gets where a chunk begins and where it ends.</param>
    public static void ForEach(int length, int size, Action<int, int> chunk)
    {
        var count = Count(length, size);
        if (count > 1) Parallel.For(0, count, LoopThreads.OfCaller, i => chunk(i * size, Math.Min(length, (i + 1) * size)));
        else if (count == 1) chunk(0, length);
    }

    public static int Count(int length, int size) => (length + size - 1) / size;
}
