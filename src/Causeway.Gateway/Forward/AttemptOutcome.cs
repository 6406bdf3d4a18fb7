using Causeway.Gateway.Deadlines;
using Causeway.Gateway.Upstreams;
using Causeway.Spec.Plans;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Forward;

/// <summary>How one attempt ended. Without an <see cref="Error"/> the caller has been answered, at least in part.</summary>
/// <param name="Label">For the attempt log: a status or a word.</param>
/// <param name="MayTryNext">Nothing has reached the caller, and another target may do better.</param>
internal readonly record struct AttemptOutcome(string Label, WireError? Error, bool MayTryNext)
{
    public bool IsAnswered => Error is null;

    public static AttemptOutcome Answered { get; } = new("200", null, false);

    public static AttemptOutcome Failed(string label, WireError error, bool mayTryNext = true) => new(label, error, mayTryNext);

    /// <summary>A 200 that is none: the body is not what the endpoint promises.</summary>
    public static AttemptOutcome Invalid(string why) =>
        Failed("200 invalid", ErrorCodes.UpstreamInvalidResponse.Error($"The upstream's answer cannot be used: {why}."));

    public static AttemptOutcome Of(UpstreamFault fault) => fault switch
    {
        UpstreamFault.Unreachable => Failed("unreachable", ErrorCodes.UpstreamUnreachable.Error("The upstream could not be reached.")),
        UpstreamFault.InvalidHead => Failed("invalid head", ErrorCodes.UpstreamInvalidResponse.Error("The upstream's answer is not valid HTTP.")),
        _ => Failed("connection lost", ErrorCodes.UpstreamConnectionLost.Error("The upstream closed the connection before it answered.")),
    };

    public static AttemptOutcome Interrupted(CancelReason reason, LimitsPlan limits) =>
        Failed(Interruptions.Label(reason), Interruptions.Error(reason, limits), reason is CancelReason.FirstByte or CancelReason.Idle);
}
