namespace Causeway.Tuning.Worker;

/// <summary>How far a running job is.</summary>
internal sealed record JobProgress(int Step, int Total, DateTimeOffset? EstimatedFinish)
{
    /// <summary>What is still in progress ends in the future: the official .NET SDK waits until then and fails on a time that has passed.</summary>
    public JobProgress AsOf(DateTimeOffset now) => EstimatedFinish is { } finish && finish < now.AddSeconds(2) ? this with { EstimatedFinish = now.AddSeconds(2) } : this;
}
