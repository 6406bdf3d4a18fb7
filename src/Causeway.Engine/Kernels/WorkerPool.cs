namespace Causeway.Engine.Kernels;

/// <summary>The threads that share the work of one forward pass.</summary>
/// <param name="threads">The calling thread included.</param>
internal sealed class WorkerPool(int threads) : IDisposable
{
    public int Threads { get; } = threads;

    public void Dispose()
    {
    }
}
