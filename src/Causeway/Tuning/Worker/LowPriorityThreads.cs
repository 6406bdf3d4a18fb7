using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Causeway.Tuning.Worker;

/// <summary>
/// A few threads of the lowest priority, on which training runs: those who serve callers come first. What a task starts in parallel stays on them.
/// Disposal waits for the task in progress.
/// </summary>
internal sealed partial class LowPriorityThreads : TaskScheduler, IDisposable
{
    private const int ProcessOrThread = 0;
    private const int LeastImportant = 19;

    [ThreadStatic]
    private static LowPriorityThreads? _owner;

    private readonly BlockingCollection<Task> _tasks = [];
    private readonly Thread[] _threads;

    public LowPriorityThreads(int count)
    {
        _threads = [.. Enumerable.Range(0, count).Select(index => new Thread(Work) { IsBackground = true, Name = $"tuning {index}", Priority = ThreadPriority.Lowest })];
        foreach (var thread in _threads) thread.Start();
    }

    public override int MaximumConcurrencyLevel => _threads.Length;

    public void Dispose()
    {
        _tasks.CompleteAdding();
        foreach (var thread in _threads) thread.Join();
        _tasks.Dispose();
    }

    protected override void QueueTask(Task task) => _tasks.Add(task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => _owner == this && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [.. _tasks];

    private void Work()
    {
        _owner = this;
        // Linux counts a thread as a process here, and the runtime leaves priorities alone. A refusal costs nothing but the courtesy.
        if (OperatingSystem.IsLinux()) _ = SetPriority(ProcessOrThread, 0, LeastImportant);
        foreach (var task in _tasks.GetConsumingEnumerable()) TryExecuteTask(task);
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
