using Causeway.Engine.Formats;
using Causeway.Engine.Training;

namespace Causeway.Engine.Tests.Training;

/// <summary>
/// The backward pass against finite differences of the forward pass: for each parameter the slope along a random direction. In 32-bit floats a
/// difference is good to about a hundredth, which a wrong sign, factor or index misses by far.
/// </summary>
public sealed class GradientTests
{
    private static readonly PackedBatch _batch = PackedBatch.Of(
    [
        new([3, 1, 4, 1, 5, 9, 2, 6]),
        new([5, 3, 5, 8], [false, false, true, true]),
        new([7, 11, 13, 17, 18, 0], [true, false, true, false, true, true]),
    ]);

    public static TheoryData<Architecture> Architectures => [.. Enum.GetValues<Architecture>()];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Every_weight_of_every_family_has_the_gradient_of_finite_differences(Architecture architecture)
    {
        var model = Awake(architecture);
        Check(model);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Every_weight_of_an_adapter_has_the_gradient_of_finite_differences(Architecture architecture)
    {
        var model = Awake(architecture);
        model.AttachAdapter(new() { Rank = 3, Alpha = 6 }, seed: 3);
        var random = new Random(4);
        foreach (var parameter in model.Trainable) parameter.Draw(random, 0.3f);
        Assert.Equal(2 * 7 * model.Config.Layers.Length, model.Trainable.Count());
        Check(model);
    }

    [Theory]
    [InlineData(Architecture.Qwen3)]
    [InlineData(Architecture.Gemma3)]
    public void Sequences_of_several_tiles_of_queries_have_the_gradient_of_finite_differences(Architecture architecture)
    {
        var model = Awake(architecture);
        var random = new Random(7);
        var batch = PackedBatch.Of([.. new[] { 230, 1, 97 }.Select(length => new TrainingExample([.. Enumerable.Range(0, length).Select(_ => random.Next(19))]))]);
        Check(model, batch);
    }

    [Fact]
    public void A_frozen_base_is_not_touched_by_training_its_adapter()
    {
        var model = Awake(Architecture.Qwen3);
        var before = model.Parameters.Select(parameter => parameter.Value.ToArray()).ToList();
        model.AttachAdapter(new(), seed: 1);
        var optimizer = new AdamW(model.Trainable, new());
        model.Learn(_batch, Mean(_batch));
        optimizer.Step(0.01);
        Assert.Equal(before, model.Parameters.Select(parameter => parameter.Value));
    }

    [Fact]
    public void A_new_adapter_changes_nothing_yet()
    {
        var model = Awake(Architecture.Llama);
        var before = model.LogProbabilities(_batch);
        model.AttachAdapter(new(), seed: 1);
        Assert.Equal(before, model.LogProbabilities(_batch));
    }

    [Fact]
    public void Packed_sequences_do_not_see_each_other()
    {
        var model = Awake(Architecture.Gemma3);
        TrainingExample first = new([3, 1, 4, 1, 5]), second = new([2, 7, 1, 8]);
        var together = model.LogProbabilities(PackedBatch.Of([first, second]));
        var apart = model.LogProbabilities(PackedBatch.Of([first])).Concat(model.LogProbabilities(PackedBatch.Of([second]))).ToArray();
        Assert.Equal(apart, together);
    }

    [Fact]
    public void The_preference_loss_has_the_gradient_of_finite_differences()
    {
        var model = Awake(Architecture.Qwen3);
        model.AttachAdapter(new() { Rank = 2, Alpha = 4 }, seed: 3);
        var random = new Random(4);
        foreach (var parameter in model.Trainable) parameter.Draw(random, 0.3f);
        PreferencePair[] pairs =
        [
            new(new([3, 1, 4, 1], [false, false, true, true]), new([3, 1, 5], [false, false, true])),
            new(new([2, 7, 8], [false, true, true]), new([2, 9, 9, 1], [false, true, true, true])),
        ];
        DirectPreference.Learn(model, pairs, beta: 0.7f);
        foreach (var parameter in model.Trainable)
            Check(parameter, () => LossOf(model, pairs, 0.7f));
    }

    private static double LossOf(TrainedModel model, PreferencePair[] pairs, float beta)
    {
        var kept = model.Trainable.Select(parameter => parameter.Gradient.ToArray()).ToList();
        var loss = DirectPreference.Learn(model, pairs, beta).Loss;
        foreach (var (parameter, gradient) in model.Trainable.Zip(kept)) gradient.CopyTo(parameter.Gradient, 0);
        return loss;
    }

    private static void Check(TrainedModel model) => Check(model, _batch);

    private static void Check(TrainedModel model, PackedBatch batch)
    {
        model.Learn(batch, Mean(batch));
        foreach (var parameter in model.Trainable) Check(parameter, () => model.Loss(batch));
    }

    private static void Check(Parameter parameter, Func<double> loss)
    {
        const float Step = 4e-3f;
        var random = new Random(parameter.Name.Length);
        var direction = parameter.Value.Select(_ => (float)((2 * random.NextDouble()) - 1)).ToArray();
        var length = MathF.Sqrt(direction.Sum(value => value * value));
        var slope = direction.Zip(parameter.Gradient, (d, g) => (double)d / length * g).Sum();
        var kept = parameter.Value.ToArray();
        var (ahead, behind) = (Moved(Step), Moved(-Step));
        kept.CopyTo(parameter.Value, 0);
        var expected = (ahead - behind) / (2 * Step);
        Assert.True(Math.Abs(expected - slope) < 2e-4 + (0.02 * Math.Abs(expected)), $"{parameter.Name}: {slope} by the backward pass, {expected} by differences");

        double Moved(float by)
        {
            for (var i = 0; i < kept.Length; i++) parameter.Value[i] = kept[i] + (by * direction[i] / length);
            return loss();
        }
    }

    private static float[] Mean(PackedBatch batch)
    {
        var weights = new float[batch.Count];
        Array.Fill(weights, 1f / batch.TargetCount);
        return weights;
    }

    /// <summary>A model whose weights are all large enough to matter, biases and norms included.</summary>
    private static TrainedModel Awake(Architecture architecture)
    {
        var model = TrainedModel.Draw(SmallConfigs.Of(architecture), seed: 1);
        var random = new Random(2);
        foreach (var parameter in model.Parameters)
            for (var i = 0; i < parameter.Value.Length; i++)
                parameter.Value[i] += (float)(0.6 * (random.NextDouble() - 0.5));
        return model;
    }
}
