using Causeway.Engine.Kernels;

namespace Causeway.Engine.Tests.Training;

public sealed class CallerThreadTests
{
    [Fact]
    public async Task A_product_asks_the_scheduler_of_its_task_for_threads()
    {
        var scheduler = new CountingScheduler();
        var (a, b, c) = (new float[600 * 600], new float[600 * 600], new float[600 * 600]);

        await Task.Factory.StartNew(
            () => Sgemm.Multiply(MatrixView.Of(a, 600, 600), MatrixView.Of(b, 600, 600), MatrixView.Of(c, 600, 600), add: false), CancellationToken.None, TaskCreationOptions.None, scheduler);

        // The task itself, and those that it shares its work with.
        Assert.True(scheduler.Queued > 1, $"{scheduler.Queued} tasks");
    }

    private sealed class CountingScheduler : TaskScheduler
    {
        private int _queued;

        public int Queued => _queued;

        public override int MaximumConcurrencyLevel => 2;

        protected override void QueueTask(Task task)
        {
            Interlocked.Increment(ref _queued);
            ThreadPool.UnsafeQueueUserWorkItem(_ => TryExecuteTask(task), null);
        }

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => TryExecuteTask(task);

        protected override IEnumerable<Task> GetScheduledTasks() => [];
    }
}
