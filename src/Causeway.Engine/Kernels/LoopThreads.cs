namespace Causeway.Engine.Kernels;

/// <summary>Which threads share a parallel loop of training.</summary>
internal static class LoopThreads
{
    /// <summary>
    /// Those of the task that takes the step: who wants a step on few threads, or on unimportant ones, takes it in a task of a scheduler that has them
    /// (<see cref="TaskScheduler.MaximumConcurrencyLevel"/>). By itself a parallel loop would go to the pool's.
    /// </summary>
    public static ParallelOptions OfCaller { get; } = new() { TaskScheduler = null };
}
