using Causeway.Engine.Kernels;

namespace Causeway.Engine.Tests.Kernels;

public sealed class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Ten_thousand_runs_do_every_piece_exactly_once(int threads)
    {
        using var pool = new WorkerPool(threads);
        var random = new Random(threads);
        var done = new int[70];
        for (var run = 0; run < 10_000; run++)
        {
            var pieces = random.Next(0, done.Length + 1);
            Array.Clear(done);
            var count = new Count(done, random.Next(0, 50));
            pool.Run(pieces, ref count);
            for (var i = 0; i < done.Length; i++) Assert.Equal(i < pieces ? 1 : 0, done[i]);
            // Sometimes the workers park in between.
            if (run % 500 == 499) SpinWait.SpinUntil(() => false, WorkerPool.SpinTime * 2);
        }
    }

    [Fact]
    public void An_exception_in_a_piece_reaches_the_caller_and_the_pool_goes_on()
    {
        using var pool = new WorkerPool(3);
        for (var run = 0; run < 100; run++)
        {
            var sum = 0;
            var failure = Assert.Throws<ArithmeticException>(() => pool.Run(20, piece =>
            {
                if (piece == 13) throw new ArithmeticException("thirteen");
                Interlocked.Add(ref sum, piece);
            }));
            Assert.Equal("thirteen", failure.Message);
            Assert.Equal(190 - 13, sum);
        }
    }

    [Fact]
    public void A_run_allocates_nothing()
    {
        using var pool = new WorkerPool(2);
        var count = new Count(new int[64], 10);
        pool.Run(64, ref count);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) pool.Run(64, ref count);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_job_inside_a_job_is_refused()
    {
        using var pool = new WorkerPool(2);
        Assert.Throws<InvalidOperationException>(() => pool.Run(2, _ => pool.Run(2, _ => { })));
    }

    private readonly struct Count(int[] done, int effort) : IPieces
    {
        public void Do(int piece)
        {
            Thread.SpinWait(effort);
            Interlocked.Increment(ref done[piece]);
        }
    }
}
