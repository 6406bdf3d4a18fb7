using System.Globalization;
using Causeway.Engine.Training;

namespace Causeway.Tuning.Worker;

/// <summary>The adapter as it was after each of the last epochs, in the job's folder until the job has succeeded.</summary>
internal sealed class EpochAdapters(string jobFolder)
{
    private readonly string _folder = Path.Combine(jobFolder, "epochs");

    /// <exception cref="IOException">The disk is full or not writable.</exception>
    public void Write(TrainedModel model, string baseModel, int step) => model.WriteAdapter(FolderOf(step), baseModel);

    public void Copy(int step, string folder)
    {
        foreach (var file in Directory.EnumerateFiles(FolderOf(step))) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
    }

    /// <summary>Removes all others.</summary>
    public void Keep(IEnumerable<int> steps)
    {
        if (!Directory.Exists(_folder)) return;
        var kept = steps.Select(FolderOf).ToHashSet(StringComparer.Ordinal);
        foreach (var folder in Directory.EnumerateDirectories(_folder).Where(folder => !kept.Contains(folder)).ToList()) Directory.Delete(folder, recursive: true);
    }

    private string FolderOf(int step) => Path.Combine(_folder, step.ToString("D8", CultureInfo.InvariantCulture));
}
