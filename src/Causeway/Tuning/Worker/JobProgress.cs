namespace Causeway.Tuning.Worker;

/// <summary>How far a running job is.</summary>
internal sealed record JobProgress(int Step, int Total, DateTimeOffset? EstimatedFinish);
