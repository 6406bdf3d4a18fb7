using System.Globalization;
using System.Text.Json;
using Causeway.Engine.Formats;
using Causeway.Engine.Training;
using Causeway.Tuning.Files;
using Causeway.Tuning.Jobs;

namespace Causeway.Tuning.Worker;

/// <summary>
/// One job from its files to its adapter, or to where it is stopped. It can be taken up again from any of its saved states and comes to the same
/// weights, bit for bit: everything that decides is in the job's record, and what was done since the last state is done again.
/// </summary>
internal sealed class JobRun
{
    // States of a long run are also saved by the clock, so that a crash costs about so much.
    private static readonly TimeSpan _saveEvery = TimeSpan.FromMinutes(2);
    private const int Measurements = 20;
    private const int KeptCheckpoints = 3;

    private readonly TuningContext _context;
    private readonly Action<JobProgress> _report;
    private readonly CancellationToken _stop;
    private readonly string _folder;
    private readonly JobEvents _events;
    private readonly EpochAdapters _epochs;
    private TuningJob _job;

    /// <param name="job">As it was taken from the board.</param>
    /// <param name="report">Is told how far it is, after every step.</param>
    /// <param name="stop">Ends it before the next step.</param>
    public JobRun(TuningJob job, TuningContext context, Action<JobProgress> report, CancellationToken stop)
    {
        (_job, _context, _report, _stop) = (job, context, report, stop);
        (_folder, _events) = (context.Board.FolderOf(job), context.Board.EventsOf(job));
        _epochs = new EpochAdapters(_folder);
    }

    /// <summary>Returns when the job has succeeded or was stopped.</summary>
    /// <exception cref="JobFailure">It cannot be done; there are others, which <see cref="TuningWorker"/> puts into words.</exception>
    public async Task RunAsync()
    {
        var place = _context.Bases.Find(_job.Model) ?? throw new JobFailure("model_not_found", $"The model {_job.Model} is gone from the store.", "model");
        using var files = ModelFiles.Open(place.Entry.Path);
        Say($"Validating training file: {_job.TrainingFile}");
        var lesson = JobLesson.Read(_job, _context.Shelf, files, place.Plan);
        var lineage = Settle(place, files, lesson);
        if (_stop.IsCancellationRequested) return;

        var model = TrainedModel.From(files.Config, files.Tensors);
        model.AttachAdapter(new LoraOptions { Rank = lineage.Hyperparameters.Rank, Alpha = (float)lineage.Hyperparameters.Alpha }, _job.Seed);
        var run = Begin(model, lesson, lineage.Hyperparameters);
        if (!Train(run, model, lesson, new EarlyStop(lineage.Hyperparameters.Patience))) return;
        await PublishAsync(place, model, lineage, run.Step).ConfigureAwait(false);
    }

    /// <summary>Decides what the caller left open, once: a run that is taken up again finds it decided.</summary>
    private Lineage Settle(TuningBase place, ModelFiles files, JobLesson lesson)
    {
        var baseHash = WeightsHash.Of(place.Entry.Path);
        if (_job.Repeats is { } repeats) CheckSame(repeats, baseHash, lesson);
        var used = _job.Used ?? _job.Repeats?.Hyperparameters ?? Recipe.Settle(_job, lesson.Lengths, lesson.HoldoutShare);
        Recipe.CheckMemory(files.Config, used, lesson.Lengths.Max(), _job.Method);
        var mean = Math.Max(1, lesson.Lengths.Average());
        Change(current => current with { Used = used, BatchSize = (int)Math.Clamp(Math.Round(used.BatchTokens / mean), 1, 256) });
        if (lesson.Duplicates > 0) Say($"{lesson.Duplicates} examples say what an earlier one says, and were left out.", "warn");
        Say(string.Create(CultureInfo.InvariantCulture, $"{lesson.Lengths.Count} examples to learn from, {lesson.Holdout.Count} to measure with, {lesson.Lengths.Sum(length => (long)length)} tokens an epoch"));
        return new Lineage(baseHash, place.Entry.Name, lesson.DatasetHash, lesson.ValidationHash, _job.Method, used, _job.Seed, _context.CodeVersion, null);
    }

    private void CheckSame(Lineage repeats, string baseHash, JobLesson lesson)
    {
        if (repeats.BaseHash != baseHash) throw Other("base's weights", "model");
        if (repeats.DatasetHash != lesson.DatasetHash) throw Other("training file", "training_file");
        if (repeats.ValidationHash != lesson.ValidationHash) throw Other("validation file", "validation_file");
        if (repeats.CodeVersion != _context.CodeVersion) Say($"The lineage is of version {repeats.CodeVersion}, this is {_context.CodeVersion}: the result may differ.", "warn");

        static JobFailure Other(string what, string param) => new("lineage_mismatch", $"The {what} is not that of the lineage: their hashes differ.", param);
    }

    private TrainingRun Begin(TrainedModel model, JobLesson lesson, TuningHyperparameters used)
    {
        var options = Recipe.OptionsOf(used, _job.Seed);
        var run = lesson.Pairs.Count > 0
            ? TrainingRun.Preferences(model, lesson.Pairs, (float)used.Beta, options)
            : TrainingRun.Supervised(model, lesson.Examples, options);
        var step = JobStates.Restore(run, _folder) ?? 0;
        _events.TrimTo(step);
        Change(current => current with { TotalSteps = run.Total, Checkpoints = [.. current.Checkpoints.Where(checkpoint => checkpoint.Step <= step)] });
        Say(step == 0 ? "Fine-tuning job started" : $"Fine-tuning job goes on from step {step}");
        return run;
    }

    /// <returns>Whether it came to its end; false when it was stopped.</returns>
    private bool Train(TrainingRun run, TrainedModel model, JobLesson lesson, EarlyStop early)
    {
        foreach (var past in _events.Steps())
            if (past.ValidLoss is { } loss) early.Note(past.Step, loss);
        var every = Math.Max(1, run.Total / Measurements);
        var (started, first, saved) = (_context.Time.GetTimestamp(), run.Step, _context.Time.GetTimestamp());
        Report(run, first, started);
        while (!run.IsDone && !early.IsDue)
        {
            if (_stop.IsCancellationRequested) return Leave(run, early);
            var epoch = run.Epoch;
            var step = run.Advance();
            var isMeasured = run.IsDone || run.Step % every == 0;
            double? valid = isMeasured && lesson.Holdout.Count > 0 ? run.Evaluate(lesson.Holdout) : null;
            _events.Metrics(_context.Time.GetUtcNow(), step, valid);
            if (valid is { } loss) early.Note(run.Step, loss);
            if (run.IsDone || run.Epoch != epoch) KeepEpoch(model, step, valid);
            if (isMeasured || _context.Time.GetElapsedTime(saved) > _saveEvery)
            {
                JobStates.Save(run, _folder, early.BestStep);
                saved = _context.Time.GetTimestamp();
            }
            Report(run, first, started);
        }
        if (early is { IsDue: true, BestStep: { } best } && best != run.Step)
        {
            Say($"No better loss since step {best}: the job ends there.");
            JobStates.RestoreStep(run, _folder, best);
        }
        return !_stop.IsCancellationRequested || Leave(run, early);
    }

    /// <summary>Stopped: what was done is kept, unless nobody wants it any more. False, for callers.</summary>
    private bool Leave(TrainingRun run, EarlyStop early)
    {
        if (_context.Board.Find(_job.Id) is { HasEnded: false }) JobStates.Save(run, _folder, early.BestStep);
        return false;
    }

    private void KeepEpoch(TrainedModel model, TrainingStep step, double? valid)
    {
        _epochs.Write(model, _job.Model, step.Number);
        var checkpoint = new JobCheckpoint(_context.Ids.New("ftckpt"), step.Number, _context.Time.GetUtcNow(), step.Loss, valid);
        Change(current => current with { Checkpoints = [.. current.Checkpoints.Append(checkpoint).TakeLast(KeptCheckpoints)] });
        _epochs.Keep(_job.Checkpoints.Select(kept => kept.Step));
        Say($"Checkpoint created at step {step.Number}");
    }

    /// <param name="last">The step whose weights these are.</param>
    private async Task PublishAsync(TuningBase place, TrainedModel model, Lineage lineage, int last)
    {
        var steps = _events.Steps();
        var name = _job.Name();
        await _context.Audit("tuning.model", name.ToString(), JsonSerializer.Serialize(lineage, LineageJson.Default.Lineage)).ConfigureAwait(false);
        foreach (var checkpoint in _job.Checkpoints.Where(checkpoint => checkpoint.Step != last))
            place.Store.PublishAdapter(_job.Model, _job.Name(checkpoint.Step).Adapter, folder => _epochs.Copy(checkpoint.Step, folder));
        place.Store.PublishAdapter(_job.Model, name.Adapter, folder =>
        {
            model.WriteAdapter(folder, place.Entry.Source ?? place.Entry.Name);
            lineage.Write(folder);
            ModelCard.Write(folder, _job, place.Entry, lineage, steps.Last(step => step.Step == last));
        });
        var result = await KeepResultAsync(steps).ConfigureAwait(false);
        if (_context.Board.Find(_job.Id) is { Status: JobStatus.Running }) Say($"New fine-tuned model created: {name}");
        Change(current => current with
        {
            Status = JobStatus.Succeeded, FinishedAt = _context.Time.GetUtcNow(), FineTunedModel = name.ToString(), ResultFiles = [result.Id],
            TrainedTokens = steps.Sum(step => step.Tokens), Checkpoints = [.. current.Checkpoints.Where(checkpoint => checkpoint.Step != last)],
        });
        if (_context.Board.Find(_job.Id) is not { Status: JobStatus.Succeeded })
        {
            // Cancelled or paused in its last moment.
            foreach (var adapter in _job.Checkpoints.Select(checkpoint => _job.Name(checkpoint.Step).Adapter).Append(name.Adapter)) place.Store.WithdrawAdapter(_job.Model, adapter);
            _context.Shelf.Delete(result.Id);
            return;
        }
        Say("The job has successfully completed");
        JobStates.Clear(_folder);
        _epochs.Keep([]);
    }

    private async Task<UploadedFile> KeepResultAsync(IReadOnlyList<StepRecord> steps)
    {
        using var draft = _context.Shelf.Begin();
        await draft.WriteAsync(StepRecord.Csv(steps), CancellationToken.None).ConfigureAwait(false);
        return _context.Shelf.Keep(draft, "step_metrics.csv", UploadedFile.Results);
    }

    private void Report(TrainingRun run, int first, long started)
    {
        var took = _context.Time.GetElapsedTime(started);
        var finish = run.Step == first ? (DateTimeOffset?)null : _context.Time.GetUtcNow() + (took / (run.Step - first) * (run.Total - run.Step));
        _report(new JobProgress(run.Step, run.Total, finish));
    }

    // A caller may have cancelled it meanwhile: then nothing is changed any more.
    private void Change(Func<TuningJob, TuningJob> change) =>
        _job = _context.Board.Change(_job.Id, current => current.Status == JobStatus.Running ? change(current) : null) ?? change(_job);

    private void Say(string message, string level = "info") => _events.Message(_context.Time.GetUtcNow(), level, message);
}
