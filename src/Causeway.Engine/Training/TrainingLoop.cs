namespace Causeway.Engine.Training;

/// <summary>
/// Takes a run to its end: looks at a holdout every so many steps, keeps the weights that did best there, stops when they stay the best for too long, writes
/// checkpoints. A loop that is taken up again from its checkpoint ends with the same weights, bit for bit, as one that was never interrupted.
/// One thread at a time; the callbacks are called on it.
/// </summary>
/// <param name="run">At its beginning, or where <see cref="TrainingRun.Restore(string)"/> put it.</param>
/// <param name="evaluate">
/// The loss on examples that are not learnt from, for instance <c>() =&gt; run.Evaluate(holdout)</c>; less is better. Null: the last weights are the result.
/// </param>
public sealed class TrainingLoop(TrainingRun run, Func<double>? evaluate, TrainingLoopOptions options)
{
    private readonly EarlyStop _stop = new(options.Patience);

    /// <summary>Called after each step.</summary>
    public Action<TrainingStep> Stepped { get; init; } = _ => { };

    /// <summary>Called after each look at the holdout.</summary>
    public Action<TrainingEvaluation> Evaluated { get; init; } = _ => { };

    /// <summary>Called with the number of steps when a checkpoint was written.</summary>
    public Action<int> Saved { get; init; } = _ => { };

    /// <summary>Goes on from <see cref="TrainingLoopOptions.Checkpoint"/>. Returns false, and begins anew, when there is no such file.</summary>
    /// <exception cref="ModelFormatException">The file is damaged or of another run; nothing is changed.</exception>
    public bool Resume()
    {
        if (!File.Exists(options.Checkpoint)) return false;
        run.Restore(options.Checkpoint, checkpoint => _stop.Read(checkpoint, run.Learnt));
        return true;
    }

    /// <summary>
    /// Steps until the run is done, nothing is gained any more, or the caller cancels. A checkpoint is written at the end in each case. Then the model has its
    /// best weights, unless it was cancelled: then it has those of the last step, and can go on.
    /// </summary>
    /// <exception cref="TrainingDivergedException">The loss is no number any more; the last checkpoint is as it was.</exception>
    /// <exception cref="IOException">A checkpoint could not be written; the one before it is as it was, and the model keeps the weights of the last step.</exception>
    public TrainingLoopOutcome Run(CancellationToken cancel)
    {
        var saved = -1;
        while (!run.IsDone && !_stop.IsDue && !cancel.IsCancellationRequested)
        {
            Stepped(run.Advance());
            if (run.Step % options.EvaluateEvery == 0 || run.IsDone) Evaluate();
            if (run.Step % options.SaveEvery == 0) Save();
        }
        Save();
        var cancelled = !run.IsDone && !_stop.IsDue;
        if (!cancelled) _stop.PutBest(run.Learnt);
        return new TrainingLoopOutcome(cancelled ? TrainingEnd.Cancelled : run.IsDone ? TrainingEnd.Completed : TrainingEnd.StoppedEarly, run.Step, _stop.Best);

        void Save()
        {
            if (options.Checkpoint is null || run.Step == saved) return;
            run.Save(options.Checkpoint, _stop.Write(run.Learnt));
            saved = run.Step;
            Saved(saved);
        }
    }

    private void Evaluate()
    {
        if (evaluate is null) return;
        var loss = evaluate();
        Evaluated(new TrainingEvaluation(run.Step, loss, _stop.Look(run.Step, loss, run.Learnt)));
    }
}

/// <summary>When a loop looks, saves and gives up.</summary>
public sealed record TrainingLoopOptions
{
    /// <summary>Steps between two looks at the holdout; another one is taken after the last step.</summary>
    public int EvaluateEvery { get; init; } = 100;

    /// <summary>Looks without a gain after which the loop stops; null for never.</summary>
    public int? Patience { get; init; }

    /// <summary>Steps between two checkpoints; another one is written at the end.</summary>
    public int SaveEvery { get; init; } = 100;

    /// <summary>The file of the checkpoint, which replaces the one before it; null for none.</summary>
    public string? Checkpoint { get; init; }
}

/// <summary>A look at the holdout.</summary>
/// <param name="Step">After this many steps.</param>
/// <param name="Loss">As the loop's caller defined it.</param>
/// <param name="IsBest">Less than ever before in this run.</param>
public readonly record struct TrainingEvaluation(int Step, double Loss, bool IsBest);

/// <summary>Why a loop ended.</summary>
public enum TrainingEnd
{
    Completed,
    StoppedEarly,
    Cancelled,
}

/// <summary>How a loop ended.</summary>
/// <param name="Steps">Steps taken in all.</param>
/// <param name="Best">The best look at the holdout; null when there was none.</param>
public sealed record TrainingLoopOutcome(TrainingEnd End, int Steps, TrainingEvaluation? Best);
