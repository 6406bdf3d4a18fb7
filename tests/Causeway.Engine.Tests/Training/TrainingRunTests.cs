using Causeway.Engine.Formats;
using Causeway.Engine.Training;

namespace Causeway.Engine.Tests.Training;

public sealed class TrainingRunTests
{
    private static readonly TrainingExample[] _eight = [.. Enumerable.Range(0, 8).Select(Sentence)];

    [Theory]
    [InlineData(Architecture.Llama)]
    [InlineData(Architecture.Qwen3)]
    [InlineData(Architecture.Gemma3)]
    public void Eight_examples_are_learnt_by_heart(Architecture architecture)
    {
        var model = TrainedModel.Draw(SmallConfigs.Of(architecture) with { Hidden = 32, FeedForward = 64 }, seed: 1);
        var run = TrainingRun.Supervised(model, _eight, new() { Epochs = 250, BatchTokens = 64, PeakRate = 1e-2 });
        var last = Finish(run);
        Assert.True(last.Loss < 0.05, $"The loss is {last.Loss} after {last.Number} steps.");
    }

    [Fact]
    public void An_adapter_learns_eight_examples_by_heart()
    {
        var model = TrainedModel.Draw(SmallConfigs.Of(Architecture.Qwen3) with { Hidden = 32, FeedForward = 64 }, seed: 1);
        TrainingExample[] backwards = [.. _eight.Select(example => new TrainingExample([.. example.Tokens.Reverse()]))];
        Finish(TrainingRun.Supervised(model, backwards, new() { Epochs = 100, BatchTokens = 64, PeakRate = 1e-2 }));
        model.AttachAdapter(new() { Rank = 12, Alpha = 24 }, seed: 2);
        var last = Finish(TrainingRun.Supervised(model, _eight, new() { Epochs = 300, BatchTokens = 64, PeakRate = 1e-2 }));
        Assert.True(last.Loss < 0.05, $"The loss is {last.Loss} after {last.Number} steps.");
    }

    [Fact]
    public void The_same_seed_gives_the_same_losses_and_the_same_weights_bit_for_bit()
    {
        var (first, second) = (TrainedModel.Draw(SmallConfigs.Of(Architecture.Qwen3), 5), TrainedModel.Draw(SmallConfigs.Of(Architecture.Qwen3), 5));
        var options = new TrainingOptions { Epochs = 3, BatchTokens = 20, BatchesPerStep = 2 };
        Assert.Equal(Losses(TrainingRun.Supervised(first, _eight, options)), Losses(TrainingRun.Supervised(second, _eight, options)));
        Assert.Equal(first.Parameters.Select(parameter => parameter.Value), second.Parameters.Select(parameter => parameter.Value));
    }

    [Fact]
    public void Adding_up_gradients_of_small_batches_is_one_large_batch()
    {
        var (small, large) = (TrainedModel.Draw(SmallConfigs.Of(Architecture.Llama), 5), TrainedModel.Draw(SmallConfigs.Of(Architecture.Llama), 5));
        var step = TrainingRun.Supervised(small, _eight, new() { BatchTokens = 16, BatchesPerStep = 100 }).Advance();
        var whole = TrainingRun.Supervised(large, _eight, new() { BatchTokens = 1000 }).Advance();
        Assert.Equal(whole.Loss, step.Loss, 1e-5);
        Assert.Equal(whole.GradientLength, step.GradientLength, 1e-4);
    }

    [Fact]
    public void What_is_masked_is_not_learnt()
    {
        var model = TrainedModel.Draw(SmallConfigs.Of(Architecture.Qwen3), seed: 1);
        TrainingExample masked = new([3, 4, 5, 6], [false, false, true, true]);
        var before = model.LogProbabilities(PackedBatch.Of([masked]));
        Assert.Equal(0, before[0]);
        Assert.True(before[1] < 0 && before[2] < 0);
        Assert.Equal(0, before[3]);
    }

    [Fact]
    public void Preferences_put_the_chosen_answer_ahead()
    {
        var model = TrainedModel.Draw(SmallConfigs.Of(Architecture.Qwen3) with { Hidden = 32, FeedForward = 64 }, seed: 1);
        Finish(TrainingRun.Supervised(model, _eight, new() { Epochs = 60, BatchTokens = 64, PeakRate = 1e-2 }));
        model.AttachAdapter(new() { Rank = 8 }, seed: 2);
        PreferencePair[] pairs = [.. Enumerable.Range(0, 6).Select(i => new PreferencePair(Answer(i, 7), Answer(i, 9)))];
        var last = Finish(TrainingRun.Preferences(model, pairs, beta: 0.5f, new() { Epochs = 60, BatchTokens = 64, PeakRate = 5e-3 }));
        Assert.True(last.Loss < 0.1, $"The loss is {last.Loss}.");
        var (loss, ahead) = DirectPreference.Evaluate(model, pairs, beta: 0.5f);
        Assert.True(loss <= last.Loss, $"The loss is {loss} after the last step and was {last.Loss} before it.");
        Assert.Equal(1, ahead);

        static TrainingExample Answer(int prompt, int answer) => new([prompt, 1, answer], [false, false, true]);
    }

    [Fact]
    public void A_rate_that_is_far_too_large_is_reported_and_not_trained_on()
    {
        var model = TrainedModel.Draw(SmallConfigs.Of(Architecture.Llama), seed: 1);
        model.Parameters.First().Value[Sentence(0).Tokens[0] * model.Config.Hidden] = float.NaN;
        var others = model.Parameters.Skip(1).Select(parameter => parameter.Value.ToArray()).ToList();
        Assert.Throws<TrainingDivergedException>(() => TrainingRun.Supervised(model, _eight, new()).Advance());
        Assert.Equal(others, model.Parameters.Skip(1).Select(parameter => parameter.Value));
    }

    [Fact]
    public void The_rate_rises_in_a_line_and_falls_to_a_tenth()
    {
        var rate = new LearningRate(1, 10, 110);
        Assert.Equal(0.1, rate.At(0), 1e-9);
        Assert.Equal(1, rate.At(9), 1e-9);
        Assert.Equal(0.55, rate.At(60), 1e-9);
        Assert.Equal(0.1, rate.At(110), 1e-9);
    }

    private static TrainingExample Sentence(int number) =>
        new([.. Enumerable.Range(0, 5 + (number % 3)).Select(at => at == 0 ? number : ((number * 7) + (at * at * 3) + (number * at)) % 19)]);

    private static double[] Losses(TrainingRun run)
    {
        List<double> losses = [];
        while (!run.IsDone) losses.Add(run.Advance().Loss);
        return [.. losses];
    }

    private static TrainingStep Finish(TrainingRun run)
    {
        var last = default(TrainingStep);
        while (!run.IsDone) last = run.Advance();
        return last;
    }
}
