using Causeway.Engine.Formats;
using Causeway.Engine.Training;

namespace Causeway.Engine.Tests.Training;

public sealed class TrainingLoopTests : IDisposable
{
    private static readonly TrainingExample[] _examples = [.. Enumerable.Range(0, 9).Select(i => new TrainingExample([i, (i * 5) % 19, (i * 3) % 19, 7, i]))];

    // Says the opposite of the examples, so that what is learnt from them soon makes it worse.
    private static readonly TrainingExample[] _holdout = [new([1, 2, 7, 3, 8]), new([7, 7, 5, 4, 18])];

    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-loop").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_loop_stops_when_nothing_is_gained_and_leaves_the_weights_that_did_best()
    {
        var (model, run) = Start();
        List<TrainingEvaluation> seen = [];
        List<float[][]> weights = [];
        var loop = new TrainingLoop(run, () => run.Evaluate(_holdout), new() { EvaluateEvery = 2, Patience = 3 })
        {
            Evaluated = evaluation =>
            {
                seen.Add(evaluation);
                weights.Add(ValuesOf(model));
            },
        };
        var outcome = loop.Run(CancellationToken.None);

        Assert.Equal(TrainingEnd.StoppedEarly, outcome.End);
        Assert.True(outcome.Steps < run.Total);
        Assert.All(seen[^3..], evaluation => Assert.False(evaluation.IsBest));
        var best = seen.FindLastIndex(evaluation => evaluation.IsBest);
        Assert.Equal(seen.Count - 4, best);
        Assert.Equal(seen[best].Step, outcome.Best!.Value.Step);
        Assert.Equal(weights[best], ValuesOf(model));
        Assert.NotEqual(weights[^1], ValuesOf(model));
    }

    [Fact]
    public void A_loop_without_a_holdout_takes_every_step_and_keeps_the_last_weights()
    {
        var (model, run) = Start();
        var steps = 0;
        var outcome = new TrainingLoop(run, null, new() { Patience = 1 }) { Stepped = _ => steps++ }.Run(CancellationToken.None);
        Assert.Equal((TrainingEnd.Completed, run.Total, null), (outcome.End, outcome.Steps, outcome.Best));
        Assert.Equal(run.Total, steps);

        var (plain, alone) = Start();
        while (!alone.IsDone) alone.Advance();
        Assert.Equal(ValuesOf(plain), ValuesOf(model));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    public void A_loop_that_is_cancelled_and_taken_up_again_ends_as_if_nothing_had_happened(int after)
    {
        var (whole, wholeRun) = Start();
        var expected = Loop(wholeRun).Run(CancellationToken.None);
        File.Delete(Checkpoint);

        using var cancel = new CancellationTokenSource();
        var (_, first) = Start();
        var interrupted = Loop(first, step => { if (step.Number == after) cancel.Cancel(); });
        Assert.False(interrupted.Resume());
        Assert.Equal(TrainingEnd.Cancelled, interrupted.Run(cancel.Token).End);

        var (again, second) = Start();
        var resumed = Loop(second);
        Assert.True(resumed.Resume());
        Assert.Equal(after, second.Step);
        Assert.Equal(expected, resumed.Run(CancellationToken.None));
        Assert.Equal(ValuesOf(whole), ValuesOf(again));
    }

    [Fact]
    public void A_loop_that_stopped_early_does_not_go_on_when_it_is_taken_up_again()
    {
        var (model, run) = Start();
        var outcome = Loop(run).Run(CancellationToken.None);
        Assert.Equal(TrainingEnd.StoppedEarly, outcome.End);

        var (again, second) = Start();
        var resumed = Loop(second, _ => Assert.Fail("a step was taken"));
        Assert.True(resumed.Resume());
        Assert.Equal(outcome, resumed.Run(CancellationToken.None));
        Assert.Equal(ValuesOf(model), ValuesOf(again));
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_ends_the_loop_and_leaves_the_one_before_it()
    {
        var (_, run) = Start();
        var saves = 0;
        var loop = new TrainingLoop(run, null, new() { SaveEvery = 2, Checkpoint = Checkpoint })
        {
            Saved = _ =>
            {
                saves++;
                Directory.CreateDirectory(Checkpoint + ".part");
            },
        };
        Assert.ThrowsAny<Exception>(() => loop.Run(CancellationToken.None));
        Assert.Equal(1, saves);

        var (_, second) = Start();
        Assert.True(new TrainingLoop(second, null, new() { Checkpoint = Checkpoint }).Resume());
        Assert.Equal(2, second.Step);
    }

    private string Checkpoint => Path.Combine(_folder, "checkpoint.safetensors");

    private TrainingLoop Loop(TrainingRun run, Action<TrainingStep>? stepped = null) =>
        new(run, () => run.Evaluate(_holdout), new() { EvaluateEvery = 2, Patience = 3, SaveEvery = 3, Checkpoint = Checkpoint }) { Stepped = stepped ?? (_ => { }) };

    private static float[][] ValuesOf(TrainedModel model) => [.. model.Parameters.Select(parameter => parameter.Value.ToArray())];

    private static (TrainedModel Model, TrainingRun Run) Start()
    {
        var model = TrainedModel.Draw(SmallConfigs.Of(Architecture.Qwen3), seed: 5);
        return (model, TrainingRun.Supervised(model, _examples, new() { Epochs = 40, BatchTokens = 24, PeakRate = 1e-2 }));
    }
}
