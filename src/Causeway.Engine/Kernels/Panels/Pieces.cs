namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// How panels are dealt out: several pieces for each thread, so that one that was held up leaves its last ones to the others. Threads take pieces in turn,
/// and those of one thread, while all keep pace, are neighbours: what it has asked memory for beyond a piece's end is what it multiplies next, not another's.
/// </summary>
internal readonly struct Pieces
{
    private const int PerThread = 6;
    private const int LargePanels = 4;

    private readonly int _panels;
    private readonly int _threads;

    private Pieces(int panels, int count, int threads) => (_panels, Count, _threads) = (panels, count, threads);

    /// <summary>So many are there.</summary>
    public int Count { get; }

    public static Pieces Split(int panels, int threads) => new(panels, Math.Min(panels, threads == 1 ? 1 : threads * PerThread), threads);

    /// <summary>
    /// For many rows of activations: short pieces, of as many panels as a kernel takes at once. That a thread's pieces are neighbours counts here too: threads
    /// that take turns panel by panel write to the same cache lines of the result at the same time, and wait for each other a third of theirs.
    /// </summary>
    public static Pieces SplitLarge(int panels, int threads) => new(panels, (panels + LargePanels - 1) / LargePanels, threads);

    /// <summary>The panels of a piece, which may be none.</summary>
    /// <param name="piece">In the order in which they are taken.</param>
    public (int From, int To) Range(int piece)
    {
        var (thread, turn) = (piece % _threads, piece / _threads);
        // The first ones have one more where they are not as many each.
        var at = (thread * (Count / _threads)) + Math.Min(thread, Count % _threads) + turn;
        return ((int)((long)_panels * at / Count), (int)((long)_panels * (at + 1) / Count));
    }
}
