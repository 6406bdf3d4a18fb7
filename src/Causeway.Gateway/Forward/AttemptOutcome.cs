using Causeway.Gateway.Deadlines;
using Causeway.Gateway.Upstreams;
using Causeway.Ledger;
using Causeway.Spec.Plans;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Forward;

/// <summary>Whose doing the end of an attempt was: what a breaker goes by.</summary>
internal enum Blame
{
    /// <summary>It ended well.</summary>
    None,
    /// <summary>Nobody's, or it cannot be told: the caller hung up, the gateway stops, the upstream had no place.</summary>
    Nobody,
    /// <summary>The caller's: the upstream is well and said no.</summary>
    Caller,
    Upstream,
}

/// <summary>How one attempt ended. Without an <see cref="Error"/> the caller has been answered, at least in part.</summary>
/// <param name="Label">For the attempt log: a status or a word.</param>
/// <param name="MayTryNext">Nothing has reached the caller, and another target may do better.</param>
internal readonly record struct AttemptOutcome(string Label, WireError? Error, bool MayTryNext)
{
    public bool IsAnswered => Error is null;

    public Blame Blame { get; init; }

    /// <summary>The target was not asked: its route's parameter policy turned the request away.</summary>
    public bool IsRefused { get; private init; }

    /// <summary>The same target may do better when asked again.</summary>
    public bool MayRepeat { get; init; }

    /// <summary>The connection broke before the answer's head.</summary>
    public bool IsConnectionLost { get; init; }

    /// <summary>How long the attempt took; only where it failed.</summary>
    public long Millis { get; init; }

    /// <summary>An answer that broke off after its first byte is an answer to the caller and a fault all the same.</summary>
    public Blame BlameOf(Call call)
    {
        if (!IsAnswered || call.Outcome == Outcome.Succeeded) return Blame;
        return call.Outcome == Outcome.Cut && call.Deadline.Reason is CancelReason.None or CancelReason.Idle ? Blame.Upstream : Blame.Nobody;
    }

    /// <summary>An attempt that used up the exchange's time nearly by itself is the upstream's fault, not the deadline's.</summary>
    public AttemptOutcome After(TimeSpan elapsed, LimitsPlan limits) =>
        Blame == Blame.Nobody && Label == Interruptions.Label(CancelReason.Total) && elapsed > limits.Total / 2 ? this with { Blame = Blame.Upstream } : this;

    public static AttemptOutcome Answered { get; } = new("200", null, false);

    public static AttemptOutcome Failed(string label, WireError error, bool mayTryNext = true) =>
        new(label, error, mayTryNext) { Blame = mayTryNext ? Blame.Upstream : Blame.Nobody, MayRepeat = mayTryNext };

    /// <summary>A 200 that is none: the body is not what the endpoint promises.</summary>
    public static AttemptOutcome Invalid(string why) =>
        Failed("200 invalid", ErrorCodes.UpstreamInvalidResponse.Error($"The upstream's answer cannot be used: {why}."));

    public static AttemptOutcome Of(UpstreamFault fault) => fault switch
    {
        UpstreamFault.Unreachable => Failed("unreachable", ErrorCodes.UpstreamUnreachable.Error("The upstream could not be reached.")),
        UpstreamFault.NoCredentials => Failed("no credentials", ErrorCodes.UpstreamAuthFailed.Error("The gateway has no credentials for the upstream. This is for the gateway's operator to solve.")),
        UpstreamFault.InvalidHead => Failed("invalid head", ErrorCodes.UpstreamInvalidResponse.Error("The upstream's answer is not valid HTTP.")),
        _ => Failed("connection lost", ErrorCodes.UpstreamConnectionLost.Error("The upstream closed the connection before it answered.")) with { IsConnectionLost = true },
    };

    /// <summary>A timeout is not repeated at the same target: the first try may still be running there, and billed.</summary>
    public static AttemptOutcome Interrupted(CancelReason reason, LimitsPlan limits) =>
        Failed(Interruptions.Label(reason), Interruptions.Error(reason, limits), reason is CancelReason.FirstByte or CancelReason.Idle or CancelReason.Attempt or CancelReason.UpstreamKilled)
            with { MayRepeat = false, Blame = reason is CancelReason.FirstByte or CancelReason.Idle or CancelReason.Attempt ? Blame.Upstream : Blame.Nobody };

    /// <summary>No place at the upstream, and none came free in time.</summary>
    public static AttemptOutcome Refused(WireError error, bool mayTryNext) => new("refused", error, mayTryNext) { IsRefused = true, Blame = Blame.Nobody };

    /// <summary>An upstream in this process says no: it is well, so its breaker does not count it, and another may have what it lacks.</summary>
    public static AttemptOutcome OfThisProcess(WireError error) =>
        Failed(error.Status.ToString(System.Globalization.CultureInfo.InvariantCulture), error, mayTryNext: error.Status is 404 or 429 or >= 500) with
        {
            Blame = error.Status is 429 or >= 500 ? Blame.Nobody : Blame.Caller, MayRepeat = error.Status is 429 or 503,
        };

    public static AttemptOutcome Busy(string upstream) =>
        Failed("no place", ErrorCodes.UpstreamBusy.Error($"The gateway gives the upstream '{upstream}' no more requests at once. Try again shortly.") with { RetryAfterSeconds = 1 })
            with { Blame = Blame.Nobody, MayRepeat = false };

    /// <summary>With what the upstream's status says about who is to blame and whether asking again can help.</summary>
    public AttemptOutcome Judged(int status) => this with
    {
        Blame = status is >= 400 and < 500 and not (408 or 429) ? Blame.Caller : Blame.Upstream,
        // 408 and 504: somebody waited in vain already, for an answer that may still be in the making.
        MayRepeat = MayTryNext && status is 429 or 500 or 502 or 503 or 529,
    };
}
