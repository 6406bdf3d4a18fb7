using System.Text.Json;
using Causeway.Wire.Errors;

namespace Causeway.Tuning.Jobs;

/// <summary>
/// All jobs, in memory and each as a file. A change is on the disk before anybody is told of it; after a kill -9 the board is what it was. One process
/// has the folder; thread-safe within it.
/// </summary>
internal sealed class JobBoardState
{
    private const int MaxJobs = 10_000;
    private const int MaxWaiting = 100;
    private const string Facts = "job.json";

    private readonly string _folder;
    private readonly TuningIds _ids;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, TuningJob> _jobs = new(StringComparer.Ordinal);

    /// <param name="folder">It need not exist.</param>
    /// <exception cref="IOException">A job's file cannot be understood: better no start than a job forgotten.</exception>
    public JobBoardState(string folder, TuningIds ids)
    {
        (_folder, _ids) = (folder, ids);
        if (!Directory.Exists(folder)) return;
        foreach (var path in Directory.EnumerateDirectories(folder).Where(path => !Path.GetFileName(path).StartsWith('.')))
            if (Read(path) is { } job) _jobs[job.Id] = job;
    }

    public string FolderOf(TuningJob job) => Path.Combine(_folder, job.Id);

    public JobEvents EventsOf(TuningJob job) => new(Path.Combine(FolderOf(job), JobEvents.FileName), _ids);

    /// <summary>The newest first.</summary>
    public IReadOnlyList<TuningJob> List()
    {
        lock (_lock) return [.. _jobs.Values.Reverse()];
    }

    public TuningJob? Find(string id)
    {
        lock (_lock) return _jobs.GetValueOrDefault(id);
    }

    /// <summary>The job to work on: one that was interrupted before those that wait, the oldest first.</summary>
    public TuningJob? Next()
    {
        lock (_lock)
            return _jobs.Values.FirstOrDefault(job => job.Status == JobStatus.Running) ?? _jobs.Values.FirstOrDefault(job => job.Status == JobStatus.Queued);
    }

    /// <summary>The id of a job that has not ended and needs a file; null when there is none.</summary>
    public string? Needs(string file)
    {
        lock (_lock) return _jobs.Values.FirstOrDefault(job => !job.HasEnded && (job.TrainingFile == file || job.ValidationFile == file))?.Id;
    }

    /// <exception cref="TuningRefusal">There are too many.</exception>
    /// <exception cref="IOException">The disk is full or not writable.</exception>
    public void Add(TuningJob job)
    {
        lock (_lock)
        {
            if (_jobs.Count >= MaxJobs || _jobs.Values.Count(other => !other.HasEnded) >= MaxWaiting)
                throw new TuningRefusal(ErrorCodes.TooManyFiles.Error($"{MaxWaiting} jobs wait already, or {MaxJobs} are kept.") with { RetryAfterSeconds = 60 });
            Directory.CreateDirectory(FolderOf(job));
            Put_NeedsLock(job);
        }
    }

    /// <summary>Changes a job as it is now.</summary>
    /// <param name="change">Gives the changed job, or null to leave it. Called once, under the board's lock.</param>
    /// <returns>The job as it is then; null when there is none, or nothing was changed.</returns>
    /// <exception cref="IOException">The disk is full or not writable; the job is as before.</exception>
    public TuningJob? Change(string id, Func<TuningJob, TuningJob?> change)
    {
        lock (_lock)
        {
            if (!_jobs.TryGetValue(id, out var job) || change(job) is not { } changed) return null;
            Put_NeedsLock(changed);
            return changed;
        }
    }

    /// <summary>The same for what is true whether it can be written or not, such as that a full disk has ended the job.</summary>
    /// <returns>Why it could not be written; null when it was.</returns>
    public string? ChangeRegardless(string id, Func<TuningJob, TuningJob?> change)
    {
        lock (_lock)
        {
            if (!_jobs.TryGetValue(id, out var job) || change(job) is not { } changed) return null;
            _jobs[id] = changed;
            try
            {
                Put_NeedsLock(changed);
                return null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return e.Message;
            }
        }
    }

    private void Put_NeedsLock(TuningJob job)
    {
        DurableFile.Replace(Path.Combine(FolderOf(job), Facts), JsonSerializer.SerializeToUtf8Bytes(job, TuningJson.Default.TuningJob));
        _jobs[job.Id] = job;
    }

    /// <summary>Null for a folder that was made and not filled: nobody was told of its job.</summary>
    private static TuningJob? Read(string folder)
    {
        var path = Path.Combine(folder, Facts);
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), TuningJson.Default.TuningJob) is { } job && job.Id == Path.GetFileName(folder)
                ? job : throw new JsonException("it is of another job");
        }
        catch (JsonException e)
        {
            throw new IOException($"{path} cannot be understood ({e.Message}). Mend it, or move its folder away to forget the job.", e);
        }
    }
}
