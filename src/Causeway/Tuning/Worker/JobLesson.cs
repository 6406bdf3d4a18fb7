using Causeway.Engine;
using Causeway.Engine.Formats;
using Causeway.Engine.Training;
using Causeway.Spec.Plans;
using Causeway.Tuning.Datasets;
using Causeway.Tuning.Files;
using Causeway.Tuning.Jobs;

namespace Causeway.Tuning.Worker;

/// <summary>What a job learns from and is measured with, read, checked and made tokens.</summary>
/// <param name="Examples">Empty for preferences.</param>
/// <param name="Pairs">Empty for supervised jobs.</param>
/// <param name="Holdout">Empty when nothing measures.</param>
/// <param name="DatasetHash">Of the training file as a whole.</param>
/// <param name="HoldoutShare">What was taken from the training file.</param>
internal sealed record JobLesson(
    IReadOnlyList<TrainingExample> Examples, IReadOnlyList<PreferencePair> Pairs, IReadOnlyList<TrainingExample> Holdout,
    string DatasetHash, string? ValidationHash, double HoldoutShare, int Duplicates)
{
    /// <summary>Tokens of each example or pair.</summary>
    public IReadOnlyList<int> Lengths => Pairs.Count > 0
        ? [.. Pairs.Select(pair => pair.Chosen.Tokens.Count + pair.Rejected.Tokens.Count)]
        : [.. Examples.Select(example => example.Tokens.Count)];

    /// <exception cref="JobFailure">A file is gone or cannot be learnt from, or the model does not chat.</exception>
    /// <exception cref="ModelFormatException">The base's tokenizer or template cannot be used.</exception>
    public static JobLesson Read(TuningJob job, FileShelfState shelf, ModelFiles model, EmbeddedPlan plan)
    {
        var all = ReadFile(job, shelf, job.TrainingFile, "training_file");
        var validation = job.ValidationFile is { } file ? ReadFile(job, shelf, file, "validation_file") : null;
        if (validation?.LeaksInto(all) is { Count: > 0 } leaks)
            throw new JobFailure("invalid_validation_file",
                $"{leaks.Count} examples of the validation file have prompts of the training file, so that they would measure memory: lines {string.Join(", ", leaks.Take(20))}. Remove them from one of the two.",
                "validation_file");
        var share = job.Used?.HoldoutShare ?? job.Repeats?.Hyperparameters.HoldoutShare ?? Recipe.HoldoutOf(job, all.Examples.Count);
        var (train, held) = all.Split(share);
        var measured = validation ?? held;

        var encoder = ExampleEncoder.Of(model, Math.Min(model.Config.Context, plan.Context ?? EmbeddedPlan.DefaultContext));
        return job.Method == TuningMethod.Dpo
            ? new JobLesson([], Encoded(() => train.Examples.Select(encoder.EncodePair), "training_file"), [], all.Hash, validation?.Hash, share, all.Duplicates)
            : new JobLesson(Encoded(() => train.Examples.SelectMany(encoder.Encode), "training_file"), [],
                Encoded(() => measured.Examples.SelectMany(encoder.Encode), validation is null ? "training_file" : "validation_file"), all.Hash, validation?.Hash, share, all.Duplicates);
    }

    private static Dataset ReadFile(TuningJob job, FileShelfState shelf, string id, string param)
    {
        var file = shelf.Find(id) ?? throw new JobFailure("file_not_found", $"The file {id} is gone.", param);
        try
        {
            using var content = shelf.Open(file);
            return Dataset.Read(content, job.Method, new DatasetLimits());
        }
        catch (DatasetException e)
        {
            throw Invalid(e, param);
        }
    }

    private static List<T> Encoded<T>(Func<IEnumerable<T>> encode, string param)
    {
        try
        {
            return [.. encode()];
        }
        catch (DatasetException e)
        {
            throw Invalid(e, param);
        }
    }

    private static JobFailure Invalid(DatasetException e, string param) => new("invalid_" + param, e.Message, param);
}
