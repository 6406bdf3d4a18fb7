namespace Causeway.Engine.Kernels;

/// <summary>Spreads pieces of work over all cores that this process may use: for training, whose pieces are long enough to be scheduled by the system.</summary>
internal static class Cores
{
    /// <summary>Does all pieces, in any order, and returns when the last is done.</summary>
    public static void ForEach(int count, Action<int> piece)
    {
        // A single core would only wait for the helpers that it has started.
        if (count > 1 && Environment.ProcessorCount > 1) Parallel.For(0, count, piece);
        else for (var i = 0; i < count; i++) piece(i);
    }
}
