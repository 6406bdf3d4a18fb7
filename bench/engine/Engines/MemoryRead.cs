using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Causeway.Engine.Kernels;

namespace Causeway.EngineBench.Engines;

/// <summary>
/// How fast so many threads read memory in order and do nothing with it. One answer alone reads every weight for each of its tokens: this, over the
/// bytes of the file, is the most that any engine can say.
/// </summary>
internal static unsafe class MemoryRead
{
    // Far beyond the last cache.
    private const long Bytes = 1L << 30;
    private const int Pieces = 512;
    private const int Ahead = 2048;
    private const int Passes = 5;

    /// <returns>Gigabytes a second of all threads together: the best of some passes.</returns>
    public static double GigabytesPerSecond(int threads)
    {
        using var memory = new NativeBuffer(Bytes);
        using var pool = new WorkerPool(threads);
        const int Length = (int)(Bytes / Pieces);
        // Untouched pages are one page of zeroes in the cache.
        pool.Run(Pieces, piece => new Span<byte>(memory.Start + ((long)piece * Length), Length).Fill(1));
        var best = TimeSpan.MaxValue;
        for (var pass = 0; pass < Passes; pass++)
        {
            var start = Stopwatch.GetTimestamp();
            pool.Run(Pieces, piece => Read(memory.Start + ((long)piece * Length), Length));
            var took = Stopwatch.GetElapsedTime(start);
            if (took < best) best = took;
        }
        return Bytes / best.TotalSeconds / 1e9;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Read(byte* from, int length)
    {
        var (even, odd) = (Vector512<byte>.Zero, Vector512<byte>.Zero);
        for (var at = 0; at < length; at += 128)
        {
            if (Sse.IsSupported) Sse.Prefetch0(from + at + Ahead);
            if (Sse.IsSupported) Sse.Prefetch0(from + at + Ahead + 64);
            even ^= Vector512.Load(from + at);
            odd ^= Vector512.Load(from + at + 64);
        }
        // Used, or the compiler would read nothing.
        if ((even ^ odd) == Vector512<byte>.AllBitsSet) throw new InvalidOperationException("all bytes are 1: their pairs cancel out");
    }
}
