using System.Globalization;
using System.Text;

namespace Causeway.Gateway.Tests.Fuzz;

/// <summary>
/// Every parser that a stranger's bytes reach. Without a setting each target runs the same few hundred cases. CAUSEWAY_FUZZ_SECONDS runs each
/// for so long, with other cases every time; a failure names the seed that CAUSEWAY_FUZZ_SEED repeats as a single case.
/// </summary>
[Collection(nameof(Alone))]
public sealed class FuzzTests
{
    private const int Cases = 300;
    private const long KeptBytes = 64 << 20;

    // A case is a few kilobytes and takes microseconds; one that takes this long will never end.
    private static readonly TimeSpan _hang = TimeSpan.FromSeconds(120);

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Whatever_a_stranger_sends_is_read_or_refused_in_bounded_memory(string name)
    {
        var target = FuzzTargets.All.Single(candidate => candidate.Name == name);
        if (Setting("CAUSEWAY_FUZZ_SEED") is { } only)
        {
            Run(target, (int)only);
            return;
        }
        var run = new FuzzRun(target, Setting("CAUSEWAY_FUZZ_SECONDS"));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var running = Task.Factory.StartNew(run.Go, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        while (await Task.WhenAny(running, Task.Delay(_hang, TimeProvider.System)) != running)
            Assert.True(run.HasMoved(), $"{name} hangs at CAUSEWAY_FUZZ_SEED={run.Current}");
        await running;
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {run.Count} cases");
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before < KeptBytes, $"{name} keeps memory: {run.Count} cases left more than {KeptBytes >> 20} MiB");
    }

    private static long? Setting(string name) =>
        long.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static void Run(FuzzTarget target, int seed)
    {
        var random = new Random(seed);
        var input = new Mutator(target.Seeds, target.Tokens, random).Next();
        var before = GC.GetAllocatedBytesForCurrentThread();
        target.Run(input, random);
        var used = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(used <= FuzzTarget.FixedBytes + (FuzzTarget.BytesPerByte * input.Length), $"{used} bytes of memory for {input.Length} of input");
    }

    /// <summary>The cases of one target, on a thread of their own.</summary>
    private sealed class FuzzRun(FuzzTarget target, long? seconds)
    {
        private long _seenByWatch = -1;

        public long Count { get; private set; }
        public int Current { get; private set; }

        /// <summary>Whether a case has ended since the last call.</summary>
        public bool HasMoved()
        {
            var moved = Count != _seenByWatch;
            _seenByWatch = Count;
            return moved;
        }

        public void Go()
        {
            var started = TimeProvider.System.GetTimestamp();
            var first = seconds is null ? 1 : Random.Shared.Next();
            for (; seconds is { } span ? TimeProvider.System.GetElapsedTime(started).TotalSeconds < span : Count < Cases; Count++)
            {
                Current = unchecked(first + (int)Count) & int.MaxValue;
                try
                {
                    Run(target, Current);
                }
                catch (Exception e)
                {
                    var input = new Mutator(target.Seeds, target.Tokens, new Random(Current)).Next();
                    throw new InvalidOperationException($"{target.Name} fails at CAUSEWAY_FUZZ_SEED={Current}: {e.Message}\n{Encoding.UTF8.GetString(input.AsSpan(0, Math.Min(input.Length, 2000)))}", e);
                }
            }
        }
    }
}
