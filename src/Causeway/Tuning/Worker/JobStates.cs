using System.Globalization;
using Causeway.Engine;
using Causeway.Engine.Training;

namespace Causeway.Tuning.Worker;

/// <summary>The states that a run can go on from, as files of the job's folder. The two newest are kept, and the best.</summary>
internal static class JobStates
{
    private const string Prefix = "state-";
    private const string Extension = ".safetensors";
    private const int Kept = 2;

    public static bool Any(string folder) => Files(folder).Any();

    /// <param name="best">The step with the best loss, whose state is kept; null for none.</param>
    /// <exception cref="IOException">The disk is full or not writable; earlier states are untouched.</exception>
    public static void Save(TrainingRun run, string folder, int? best)
    {
        run.Save(PathOf(folder, run.Step));
        foreach (var (step, path) in Files(folder).Skip(Kept).Where(state => state.Step != best)) File.Delete(path);
    }

    /// <summary>Takes up the newest state that can be read.</summary>
    /// <returns>The step after which it was saved; null when there is none.</returns>
    public static int? Restore(TrainingRun run, string folder)
    {
        foreach (var (step, path) in Files(folder).ToList())
        {
            try
            {
                run.Restore(path);
                return step;
            }
            catch (Exception e) when (e is ModelFormatException or IOException)
            {
                // Cut off, or of other examples: the one before is as good, only older.
            }
        }
        return null;
    }

    /// <exception cref="ModelFormatException">It is damaged.</exception>
    public static void RestoreStep(TrainingRun run, string folder, int step) => run.Restore(PathOf(folder, step));

    /// <summary>When a job has ended nobody goes on from them.</summary>
    public static void Clear(string folder)
    {
        foreach (var (_, path) in Files(folder).ToList()) File.Delete(path);
    }

    private static string PathOf(string folder, int step) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D8}{Extension}"));

    // The newest first.
    private static IEnumerable<(int Step, string Path)> Files(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, Prefix + "*" + Extension)
            .Select(path => (Step: int.TryParse(Path.GetFileNameWithoutExtension(path).AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : -1, path))
            .Where(state => state.Step >= 0).OrderByDescending(state => state.Step)
        : [];
}
