using System.Collections.Concurrent;
using Causeway.Engine.Training;
using Causeway.Models;
using Causeway.Testing;
using Causeway.Tuning;
using Causeway.Tuning.Client;
using Causeway.Tuning.Jobs;
using Causeway.Tuning.Worker;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Tests.Tuning;

public sealed class TuningPartTests
{
    [Fact]
    public async Task Loops_of_a_task_stay_on_its_few_threads_of_low_priority()
    {
        var seen = new ConcurrentDictionary<string, int>();
        using (var threads = new LowPriorityThreads(2))
        {
            await Task.Factory.StartNew(
                () => Parallel.For(0, 1000, new ParallelOptions { TaskScheduler = null }, _ => seen[Thread.CurrentThread.Name ?? "another"] = Nice()),
                CancellationToken.None, TaskCreationOptions.None, threads);
        }

        Assert.Empty(seen.Keys.Except(["tuning 0", "tuning 1"]));
        if (OperatingSystem.IsLinux()) Assert.All(seen.Values, nice => Assert.Equal(19, nice));
    }

    [Fact]
    public void A_curve_goes_from_its_highest_loss_on_the_left_to_its_lowest_on_the_right()
    {
        var lines = LossPlot.Draw(Enumerable.Range(1, 60).ToDictionary(step => step, step => 4.0 / step), new Dictionary<int, double> { [60] = 2 }, 60);

        Assert.Equal(10, lines.Count);
        Assert.StartsWith("  4.0000 |*", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("*", lines[7], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.EndsWith('o'));
        Assert.Empty(LossPlot.Draw(new Dictionary<int, double>(), new Dictionary<int, double>(), 10));
        Assert.NotEmpty(LossPlot.Draw(new Dictionary<int, double> { [1] = double.NaN, [2] = 1 }, new Dictionary<int, double>(), 0));
    }

    [Theory]
    [InlineData("ft:small:causeway:calm:0a1b2c3d", "small", "calm-0a1b2c3d")]
    [InlineData("ft:small:causeway::0a1b2c3d", "small", "ft-0a1b2c3d")]
    [InlineData("ft:small:causeway:calm:0a1b2c3d:ckpt-step-12", "small", "calm-0a1b2c3d-step-12")]
    [InlineData("small:calm", "small", "calm")]
    [InlineData("ft:small:elsewhere:calm:0a1b2c3d", "ft:small:elsewhere:calm", "0a1b2c3d")]
    public void The_name_of_a_tuned_model_leads_to_its_base_and_adapter(string name, string model, string adapter) =>
        Assert.Equal((model, adapter), ModelName.Split(name));

    [Fact]
    public void Steps_behind_a_state_and_a_line_that_a_crash_has_cut_are_forgotten()
    {
        using var folder = new TempFolder();
        var (path, time) = (folder.File("events.jsonl"), new FakeTimeProvider());
        var events = new JobEvents(path, new TuningIds(time));
        events.Message(time.GetUtcNow(), "info", "begun");
        for (var step = 1; step <= 4; step++) events.Metrics(time.GetUtcNow(), new TrainingStep(step, 4, 1.0 / step, 1, 0.1, 10), step == 2 ? 0.5 : null);
        File.AppendAllText(path, """{"object":"fine_tuning.job.event","id":"ftev""");

        events.TrimTo(2);
        events.Message(time.GetUtcNow(), "info", "goes on");

        Assert.Equal([1, 2], events.Steps().Select(step => step.Step));
        Assert.Equal(0.5, events.Steps()[1].ValidLoss);
        var page = events.Newest(2, null);
        Assert.True(page.HasMore);
        Assert.Contains("goes on", page.Items[0].Json, StringComparison.Ordinal);
        Assert.Contains("begun", events.Newest(5, page.Items[1].Id).Items[^1].Json, StringComparison.Ordinal);
        Assert.Throws<TuningRefusal>(() => events.Newest(5, "ftevent-none"));
    }

    [Fact]
    public void Patience_counts_measurements_that_are_no_better()
    {
        var stop = new EarlyStop(2);
        foreach (var (step, loss) in new[] { (1, 3.0), (2, 2.0), (3, 2.5) }) stop.Note(step, loss);
        Assert.False(stop.IsDue);

        stop.Note(4, 2.0);

        Assert.True(stop.IsDue);
        Assert.Equal(2, stop.BestStep);
    }

    // Field 19 of proc(5), counted behind the name in parentheses.
    private static int Nice() => OperatingSystem.IsLinux() ? int.Parse(File.ReadAllText("/proc/thread-self/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[16]) : 0;
}
