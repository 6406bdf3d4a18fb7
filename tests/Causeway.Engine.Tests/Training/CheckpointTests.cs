using Causeway.Engine.Formats;
using Causeway.Engine.Training;

namespace Causeway.Engine.Tests.Training;

public sealed class CheckpointTests : IDisposable
{
    private static readonly TrainingOptions _options = new() { Epochs = 3, BatchTokens = 16, BatchesPerStep = 2 };
    private static readonly TrainingExample[] _examples = [.. Enumerable.Range(0, 9).Select(i => new TrainingExample([i, (i * 5) % 19, (i * 3) % 19, 7, i]))];

    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-checkpoint").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void A_run_that_is_taken_up_in_the_middle_of_an_epoch_ends_with_the_same_weights_bit_for_bit(int after)
    {
        var whole = Start();
        while (!whole.Run.IsDone) whole.Run.Advance();

        var first = Start();
        for (var i = 0; i < after; i++) first.Run.Advance();
        first.Run.Save(Checkpoint);
        var second = Start();
        second.Run.Restore(Checkpoint);
        Assert.Equal(after, second.Run.Step);
        while (!second.Run.IsDone) second.Run.Advance();
        Assert.Equal(whole.Model.Parameters.Select(parameter => parameter.Value), second.Model.Parameters.Select(parameter => parameter.Value));
    }

    [Fact]
    public void The_checkpoint_of_another_model_is_refused_and_nothing_is_changed()
    {
        Start().Run.Save(Checkpoint);
        var other = TrainedModel.Draw(SmallConfigs.Of(Architecture.Qwen3) with { FeedForward = 24 }, seed: 1);
        var before = other.Parameters.Select(parameter => parameter.Value.ToArray()).ToList();
        Assert.Throws<ModelFormatException>(() => TrainingRun.Supervised(other, _examples, _options).Restore(Checkpoint));
        Assert.Equal(before, other.Parameters.Select(parameter => parameter.Value));
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_leaves_the_one_before_it()
    {
        var run = Start().Run;
        run.Save(Checkpoint);
        var before = File.ReadAllBytes(Checkpoint);
        Directory.CreateDirectory(Checkpoint + ".part");
        Assert.ThrowsAny<Exception>(() => run.Save(Checkpoint));
        Assert.Equal(before, File.ReadAllBytes(Checkpoint));
    }

    [Fact]
    public void Weights_that_were_written_are_read_again()
    {
        var model = Start().Model;
        model.WriteWeights(Checkpoint, TensorType.F32);
        using var file = MappedFile.Open(Checkpoint);
        using var tensors = new TensorSet(SafetensorsFile.Read(file, []), []);
        var again = TrainedModel.From(model.Config, tensors);
        Assert.Equal(model.Parameters.Select(parameter => parameter.Value), again.Parameters.Select(parameter => parameter.Value));
    }

    [Fact]
    public void An_adapter_that_was_written_is_read_again_with_its_scale()
    {
        var model = TrainedModel.Draw(SmallConfigs.Of(Architecture.Qwen3), seed: 5);
        model.AttachAdapter(new() { Rank = 3, Alpha = 12, Modules = ["q_proj", "down_proj"] }, seed: 1);
        var random = new Random(2);
        foreach (var parameter in model.Trainable) parameter.Draw(random, 0.3f);
        model.WriteAdapter(_folder, "a-base");

        using var files = LoraFiles.Open(_folder, model.Config);
        Assert.Equal(2 * model.Config.Layers.Length, files.Modules.Count);
        Assert.All(files.Modules, module => Assert.Equal(4, module.Scale));
        Assert.Equal(model.Trainable.Select(parameter => parameter.Value).OrderBy(value => value[0]), files.Modules.SelectMany(module => new[] { module.A.ReadAll(), module.B.ReadAll() }).OrderBy(value => value[0]));
    }

    private string Checkpoint => Path.Combine(_folder, "checkpoint.safetensors");

    private static (TrainedModel Model, TrainingRun Run) Start()
    {
        var model = TrainedModel.Draw(SmallConfigs.Of(Architecture.Qwen3), seed: 5);
        return (model, TrainingRun.Supervised(model, _examples, _options));
    }
}
