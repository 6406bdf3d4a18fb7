using System.Globalization;
using Causeway.Engine.Formats;

namespace Causeway.Engine.Training;

/// <summary>
/// A training run, a step at a time: the caller decides when to look at a holdout, to save, to stop. One thread at a time; a step uses all cores.
/// </summary>
public sealed class TrainingRun
{
    private readonly TrainedModel _model;
    private readonly EpochPlan _plan;
    private readonly AdamW _optimizer;
    private readonly LearningRate _rate;
    private readonly Lesson _lesson;

    private TrainingRun(TrainedModel model, Lesson lesson, TrainingOptions options)
    {
        if (lesson.Lengths.Count == 0) throw new ArgumentException("There is nothing to learn from.", nameof(lesson));
        (_model, _lesson, Options) = (model, lesson, options);
        _plan = new EpochPlan(lesson.Lengths, options);
        _optimizer = new AdamW(model.Trainable, options.Optimizer);
        _rate = new LearningRate(options.PeakRate, (int)(options.WarmUpShare * _plan.Steps), _plan.Steps);
    }

    public TrainingOptions Options { get; }

    /// <summary>Steps taken.</summary>
    public int Step => _optimizer.Steps;

    public int Total => _plan.Steps;
    public bool IsDone => Step >= Total;

    /// <summary>The epoch the next step belongs to, from 0.</summary>
    public int Epoch => Math.Min(_plan.EpochOf(Step), Options.Epochs - 1);

    /// <summary>Learns to say what the examples say.</summary>
    public static TrainingRun Supervised(TrainedModel model, IReadOnlyList<TrainingExample> examples, TrainingOptions options) =>
        new(model, new Lesson(
            [.. examples.Select(example => example.Tokens.Count)],
            [.. examples.Select(TargetsOf)],
            (chosen, share) => LearnFrom(model, [.. chosen.Select(index => examples[index])], share)), options);

    /// <summary>Learns what people like better. The model carries an adapter; what is under it is the reference.</summary>
    /// <param name="beta">How closely the model is held to the reference: larger is closer.</param>
    public static TrainingRun Preferences(TrainedModel model, IReadOnlyList<PreferencePair> pairs, float beta, TrainingOptions options) =>
        new(model, new Lesson(
            [.. pairs.Select(pair => pair.Chosen.Tokens.Count + pair.Rejected.Tokens.Count)],
            [.. pairs.Select(_ => 1)],
            (chosen, share) => chosen.Count * DirectPreference.Learn(model, [.. chosen.Select(index => pairs[index])], beta, share * chosen.Count).Loss), options);

    /// <summary>Takes one step.</summary>
    /// <exception cref="TrainingDivergedException">The loss or the gradient is no number any more; the weights are those before the step.</exception>
    public TrainingStep Advance()
    {
        var batches = _plan.BatchesAt(Step);
        var units = batches.Sum(batch => batch.Sum(index => _lesson.Units[index]));
        var loss = 0.0;
        foreach (var batch in batches) loss += _lesson.Learn(batch, 1f / Math.Max(1, units));
        loss /= Math.Max(1, units);
        var length = _optimizer.Clip();
        if (!double.IsFinite(loss) || !double.IsFinite(length))
            throw new TrainingDivergedException($"Training broke down at step {Step + 1}: the loss is {loss.ToString(CultureInfo.InvariantCulture)}. A smaller learning rate usually helps.");
        var rate = _rate.At(Step);
        _optimizer.Step(rate);
        return new TrainingStep(Step, Total, loss, length, rate, batches.Sum(batch => batch.Sum(index => _lesson.Lengths[index])));
    }

    /// <summary>Mean loss over examples that are not learnt from.</summary>
    public double Evaluate(IReadOnlyList<TrainingExample> holdout)
    {
        var (sum, targets) = (0.0, 0);
        foreach (var batch in EpochPlanOf(holdout).SelectMany(batches => batches))
        {
            var packed = PackedBatch.Of([.. batch.Select(index => holdout[index])]);
            sum += _model.Loss(packed) * packed.TargetCount;
            targets += packed.TargetCount;
        }
        return sum / Math.Max(1, targets);
    }

    /// <summary>Writes what is needed to go on: weights that learn, the optimiser's moments, the number of steps. The file is there whole or not at all.</summary>
    /// <exception cref="IOException">The disk is full or not writable.</exception>
    public void Save(string path)
    {
        List<(string, int[], float[])> tensors = [];
        foreach (var slot in _optimizer.Slots)
        {
            int[] shape = [slot.Parameter.Rows, slot.Parameter.Columns];
            tensors.Add((slot.Parameter.Name, shape, slot.Parameter.Value));
            tensors.Add((MeanOf(slot.Parameter), shape, slot.Mean));
            tensors.Add((SquareOf(slot.Parameter), shape, slot.Square));
        }
        tensors.Add((StepName, [1, 1], [Step]));
        SafetensorsWriter.Write(path, tensors, new Dictionary<string, string> { ["format"] = "causeway-checkpoint" });
    }

    /// <summary>Reads a checkpoint of a run with the same model, examples and options, and goes on from it.</summary>
    /// <exception cref="ModelFormatException">The file is damaged or of another run; nothing is changed.</exception>
    public void Restore(string path)
    {
        using var file = MappedFile.Open(path);
        using var checkpoint = new TensorSet(SafetensorsFile.Read(file, []), []);
        var step = (int)checkpoint.Get(StepName, 1, 1).ReadAll()[0];
        if (step < 0 || step > Total) throw new ModelFormatException($"The checkpoint is of step {step}; this run has {Total} steps.");
        // Everything is read before anything is changed.
        var read = _optimizer.Slots.SelectMany(slot => new[]
        {
            (Into: slot.Parameter.Value, From: Read(slot.Parameter.Name, slot.Parameter)),
            (Into: slot.Mean, From: Read(MeanOf(slot.Parameter), slot.Parameter)),
            (Into: slot.Square, From: Read(SquareOf(slot.Parameter), slot.Parameter)),
        }).ToList();
        foreach (var (into, from) in read) from.CopyTo(into, 0);
        _optimizer.Steps = step;

        float[] Read(string name, Parameter like) => checkpoint.Get(name, like.Rows, like.Columns).ReadAll();
    }

    private const string StepName = "optimizer.step";

    private static string MeanOf(Parameter parameter) => $"optimizer.mean.{parameter.Name}";
    private static string SquareOf(Parameter parameter) => $"optimizer.square.{parameter.Name}";

    private IEnumerable<IReadOnlyList<List<int>>> EpochPlanOf(IReadOnlyList<TrainingExample> examples)
    {
        if (examples.Count == 0) yield break;
        var plan = new EpochPlan([.. examples.Select(example => example.Tokens.Count)], new TrainingOptions { BatchTokens = Options.BatchTokens });
        for (var step = 0; step < plan.Steps; step++) yield return plan.BatchesAt(step);
    }

    private static double LearnFrom(TrainedModel model, List<TrainingExample> examples, float share)
    {
        var batch = PackedBatch.Of(examples);
        var weights = new float[batch.Count];
        Array.Fill(weights, share);
        return -model.Learn(batch, weights).Sum(value => (double)value);
    }

    private static int TargetsOf(TrainingExample example) =>
        Enumerable.Range(0, example.Tokens.Count).Count(at => example.TargetAfter(at) != PackedBatch.NoTarget);

    /// <summary>What is learnt from.</summary>
    /// <param name="Lengths">Tokens of each example.</param>
    /// <param name="Units">What the loss is a mean over: targets, or pairs.</param>
    /// <param name="Learn">Adds the gradients of some examples, each unit counting so much; returns the sum of their losses.</param>
    private sealed record Lesson(IReadOnlyList<int> Lengths, IReadOnlyList<int> Units, Func<List<int>, float, double> Learn);
}

/// <summary>The weights grew until the loss was no number any more.</summary>
public sealed class TrainingDivergedException(string message) : Exception(message);
