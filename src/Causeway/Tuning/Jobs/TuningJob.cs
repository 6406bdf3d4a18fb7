using System.Collections.Immutable;
using Causeway.Models;

namespace Causeway.Tuning.Jobs;

/// <summary>OpenAI's words for a job's state, and <c>paused</c>.</summary>
internal enum JobStatus
{
    Queued,
    Running,
    Paused,
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>A fine-tuning job as it is kept: <c>job.json</c> in a folder with its id. A record of it never changes; the board has the newest.</summary>
internal sealed record TuningJob
{
    public required string Id { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The base, by its name in the store.</summary>
    public required string Model { get; init; }

    public required string TrainingFile { get; init; }
    public string? ValidationFile { get; init; }
    public string? Suffix { get; init; }
    public required int Seed { get; init; }
    public required TuningMethod Method { get; init; }
    public HyperparameterAsk Asked { get; init; } = new();
    public ImmutableSortedDictionary<string, string> Metadata { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The training that this one shall repeat; null for one of its own.</summary>
    public Lineage? Repeats { get; init; }

    public JobStatus Status { get; init; } = JobStatus.Queued;
    public JobError? Error { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Settled once the dataset has been read, and kept from then on.</summary>
    public TuningHyperparameters? Used { get; init; }

    /// <summary>Examples of a step, on average: what OpenAI calls the batch size.</summary>
    public int? BatchSize { get; init; }

    public int? TotalSteps { get; init; }

    /// <summary>The last three ends of an epoch, the oldest first.</summary>
    public ImmutableArray<JobCheckpoint> Checkpoints { get; init; } = [];

    public string? FineTunedModel { get; init; }
    public long? TrainedTokens { get; init; }
    public ImmutableArray<string> ResultFiles { get; init; } = [];

    /// <summary>The end of the id, which nothing but chance decides.</summary>
    public string ShortId => Id[^8..];

    public bool HasEnded => Status is JobStatus.Succeeded or JobStatus.Failed or JobStatus.Cancelled;

    public TunedName Name(int? step = null) => new(Model, Suffix ?? "", ShortId, step);
}

/// <summary>Why a job failed.</summary>
/// <param name="Param">The member of the request that is to blame.</param>
internal sealed record JobError(string Code, string Message, string? Param);

/// <summary>The adapter as it was after an epoch.</summary>
internal sealed record JobCheckpoint(string Id, int Step, DateTimeOffset CreatedAt, double TrainLoss, double? ValidLoss);

/// <summary>What a caller asked for; null where nothing was, or <c>auto</c>.</summary>
internal sealed record HyperparameterAsk
{
    public int? Epochs { get; init; }
    public int? BatchSize { get; init; }
    public double? RateMultiplier { get; init; }
    public double? Beta { get; init; }
    public int? Rank { get; init; }
    public double? HoldoutShare { get; init; }
    public int? Patience { get; init; }
}
