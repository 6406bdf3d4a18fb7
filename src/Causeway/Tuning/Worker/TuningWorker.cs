using Causeway.Engine;
using Causeway.Engine.Training;
using Causeway.Ledger;
using Causeway.Models;
using Causeway.Tuning.Jobs;

namespace Causeway.Tuning.Worker;

/// <summary>
/// Works on one job at a time, the oldest first, on threads of low priority that are there while there is work. Disposal stops the job in progress
/// after the step it is in, with its state saved. Thread-safe.
/// </summary>
internal sealed partial class TuningWorker : IAsyncDisposable
{
    private readonly TuningContext _context;
    private readonly ILogger _logger;
    private readonly int _threads;
    private readonly CancellationTokenSource _closing = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly Lock _lock = new();
    private Task _loop = Task.CompletedTask;
    private (string Job, CancellationTokenSource Stop)? _current;
    private JobProgress? _progress;

    /// <param name="threads">That compute; the same results with any number.</param>
    public TuningWorker(TuningContext context, int threads, ILogger logger) => (_context, _threads, _logger) = (context, threads, logger);

    /// <summary>Takes up what an earlier process left, and goes on with what comes. Once.</summary>
    public void Start() => _loop = Task.Run(LoopAsync);

    /// <summary>There is something to do, perhaps.</summary>
    public void Wake() => _work.Release();

    /// <summary>Stops a job, if it is the one in progress, before its next step. The board says already what becomes of it.</summary>
    public void Stop(string job)
    {
        lock (_lock)
            if (_current is { } current && current.Job == job) current.Stop.Cancel();
    }

    /// <summary>Null for a job that is not in progress.</summary>
    public JobProgress? ProgressOf(string job)
    {
        lock (_lock) return _current?.Job == job ? _progress?.AsOf(_context.Time.GetUtcNow()) : null;
    }

    /// <summary>No more steps are begun. Any number of times.</summary>
    public void BeginStop() => _closing.Cancel();

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _closing.Dispose();
        _work.Dispose();
    }

    private async Task LoopAsync()
    {
        try
        {
            while (!_closing.IsCancellationRequested)
            {
                if (_context.Board.Next() is { } job) await WorkAsync(job).ConfigureAwait(false);
                else await _work.WaitAsync(_closing.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // Nothing was in progress.
        }
    }

    private async Task WorkAsync(TuningJob next)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
        lock (_lock) (_current, _progress) = ((next.Id, stop), null);
        try
        {
            if (Take(next) is not { } job) return;
            LogStarted(job.Id, job.Model);
            using var threads = new LowPriorityThreads(_threads);
            await Task.Factory.StartNew(() => Run(job, stop.Token), CancellationToken.None, TaskCreationOptions.DenyChildAttach, threads).ConfigureAwait(false);
            LogLeft(job.Id, _context.Board.Find(job.Id)?.Status.ToString() ?? "gone");
        }
        catch (Exception e)
        {
            Fail(next, e);
        }
        finally
        {
            lock (_lock) (_current, _progress) = (null, null);
        }
    }

    /// <summary>Null when it was cancelled just now.</summary>
    private TuningJob? Take(TuningJob next) => _context.Board.Change(next.Id, job => job.Status is JobStatus.Queued or JobStatus.Running
        ? job with { Status = JobStatus.Running, StartedAt = job.StartedAt ?? _context.Time.GetUtcNow() } : null);

    // Awaits nothing but the disk: all of it stays on the thread that it began on.
    private void Run(TuningJob job, CancellationToken stop) => new JobRun(job, _context, Report, stop).RunAsync().GetAwaiter().GetResult();

    private void Report(JobProgress progress)
    {
        lock (_lock) _progress = progress;
    }

    private void Fail(TuningJob next, Exception e)
    {
        var error = Words(e);
        LogFailed(next.Id, error.Message, e is JobFailure ? null : e);
        var now = _context.Time.GetUtcNow();
        var unwritten = _context.Board.ChangeRegardless(next.Id, job => job.HasEnded ? null : job with { Status = JobStatus.Failed, Error = error, FinishedAt = now });
        if (unwritten is not null) LogUnwritten(next.Id, unwritten);
        // Cancelled meanwhile: nobody waits for more words.
        if (_context.Board.Find(next.Id)?.Status != JobStatus.Failed) return;
        try
        {
            _context.Board.EventsOf(next).Message(now, "error", $"The job failed. {error.Message}");
        }
        catch (Exception disk) when (disk is IOException or UnauthorizedAccessException)
        {
            LogUnwritten(next.Id, disk.Message);
        }
    }

    private static JobError Words(Exception e) => e switch
    {
        JobFailure failure => new JobError(failure.Code, failure.Message, failure.Param),
        ModelFormatException => new JobError("base_model_unusable", $"The base cannot be used: {e.Message}", "model"),
        TrainingDivergedException => new JobError("training_diverged", e.Message, "learning_rate_multiplier"),
        OutOfMemoryException => new JobError("insufficient_memory", "The memory was not enough. A smaller model or a smaller batch_size needs less.", "batch_size"),
        ModelStoreException => new JobError("model_not_found", e.Message, "model"),
        IOException or UnauthorizedAccessException or LedgerException => new JobError("storage_failed",
            "The gateway could not write to its disk, which is full or read-only. The states that were saved before are kept: once there is room, resume the job.", null),
        _ => new JobError("internal_error", "The gateway made a mistake. Its log says more.", null),
    };

    [LoggerMessage(7001, LogLevel.Information, "Fine-tuning job {Job} of model {Model} runs")]
    private partial void LogStarted(string job, string model);

    [LoggerMessage(7002, LogLevel.Information, "Fine-tuning job {Job} is left: {Status}")]
    private partial void LogLeft(string job, string status);

    [LoggerMessage(7003, LogLevel.Error, "Fine-tuning job {Job} failed: {Reason}")]
    private partial void LogFailed(string job, string reason, Exception? e);

    [LoggerMessage(7004, LogLevel.Error, "That fine-tuning job {Job} failed could not be written down, so a restart takes it up again: {Reason}")]
    private partial void LogUnwritten(string job, string reason);
}
