namespace Causeway.Tuning.Worker;

/// <summary>Why a job cannot go on, for its caller.</summary>
/// <param name="param">The member of the request that is to blame.</param>
internal sealed class JobFailure(string code, string message, string? param = null) : Exception(message)
{
    public string Code { get; } = code;
    public string? Param { get; } = param;
}
