using System.Globalization;
using System.Text;
using Causeway.Models;
using Causeway.Tuning.Jobs;

namespace Causeway.Tuning.Worker;

/// <summary>The README of an adapter's folder: what it is and how it was made, with the front matter that Hugging Face's tools read.</summary>
internal static class ModelCard
{
    public const string FileName = "README.md";

    /// <param name="last">The step whose weights these are.</param>
    public static void Write(string folder, TuningJob job, ModelEntry entry, Lineage lineage, StepRecord last)
    {
        var text = new StringBuilder();
        var culture = CultureInfo.InvariantCulture;
        text.Append(culture, $"---\nbase_model: {entry.Source ?? entry.Name}\nlibrary_name: peft\ntags: [lora, causeway]\n---\n\n");
        text.Append(culture, $"# {job.Name()}\n\nA LoRA adapter of `{entry.Name}`, made by the fine-tuning job `{job.Id}`. How to make it again: `{Lineage.FileName}`.\n\n");
        text.Append(culture, $"| | |\n|---|---|\n| method | {(lineage.Method == TuningMethod.Dpo ? "dpo" : "supervised")} |\n");
        text.Append(culture, $"| dataset | `{lineage.DatasetHash}` |\n| epochs, step size, rank | {lineage.Hyperparameters.Epochs}, {lineage.Hyperparameters.LearningRate}, {lineage.Hyperparameters.Rank} |\n");
        text.Append(culture, $"| step | {last.Step} |\n| training loss | {last.TrainLoss:0.0000} |\n");
        if (last.ValidLoss is { } valid) text.Append(culture, $"| loss over the holdout | {valid:0.0000} |\n");
        File.WriteAllText(Path.Combine(folder, FileName), text.ToString());
    }
}
