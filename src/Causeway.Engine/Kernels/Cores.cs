namespace Causeway.Engine.Kernels;

/// <summary>
/// Spreads pieces of work over the threads of the task that asks for it: for training, whose pieces are long enough to be scheduled by the system. Who
/// wants a step on few threads, or on unimportant ones, takes it in a task of a scheduler that has them (<see cref="TaskScheduler.MaximumConcurrencyLevel"/>);
/// by itself a parallel loop would go to the pool's.
/// </summary>
internal static class Cores
{
    private static readonly ParallelOptions _ofCaller = new() { TaskScheduler = null };

    /// <summary>Does all pieces, in any order, and returns when the last is done.</summary>
    public static void ForEach(int count, Action<int> piece)
    {
        // A single core would only wait for the helpers that it has started.
        if (count > 1 && Environment.ProcessorCount > 1) Parallel.For(0, count, _ofCaller, piece);
        else for (var i = 0; i < count; i++) piece(i);
    }
}
