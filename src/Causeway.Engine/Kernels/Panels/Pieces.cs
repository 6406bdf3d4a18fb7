namespace Causeway.Engine.Kernels.Panels;

/// <summary>How panels are dealt out: several pieces for each thread, so that one that was held up leaves its last ones to the others.</summary>
internal static class Pieces
{
    private const int PerThread = 6;
    private const int Neighbours = 4;

    public static int Split(int panels, int threads) => Math.Min(panels, threads == 1 ? 1 : threads * PerThread);

    /// <summary>
    /// For many rows of activations: short pieces, but of neighbours. Threads that take turns panel by panel write to the same cache lines of the result
    /// at the same time, and wait for each other a third of theirs.
    /// </summary>
    public static int SplitLarge(int panels) => (panels + Neighbours - 1) / Neighbours;

    public static (int From, int To) Range(int piece, int pieces, int panels) =>
        ((int)((long)panels * piece / pieces), (int)((long)panels * (piece + 1) / pieces));
}
