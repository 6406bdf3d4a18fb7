using System.Globalization;
using Causeway.Spec.Plans;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Deadlines;

/// <summary>What an interrupted exchange is called: in the attempt log, and to the caller.</summary>
internal static class Interruptions
{
    public static string Label(CancelReason reason) => reason switch
    {
        CancelReason.ClientGone => "client gone",
        CancelReason.ClientStalled => "client stalled",
        CancelReason.FirstByte or CancelReason.Attempt => "timeout",
        CancelReason.UpstreamKilled or CancelReason.RouteKilled => "killed",
        CancelReason.Idle => "stalled",
        CancelReason.Total => "deadline",
        CancelReason.Shutdown => "shutdown",
        _ => "cancelled",
    };

    public static WireError Error(CancelReason reason, LimitsPlan limits) => reason switch
    {
        CancelReason.FirstByte => ErrorCodes.UpstreamTimeout.Error($"The upstream gave no first event within {Seconds(limits.TimeToFirstToken)}."),
        CancelReason.Attempt => ErrorCodes.UpstreamTimeout.Error("The upstream gave no first event (or no answer) within the route's retry.perAttempt."),
        CancelReason.UpstreamKilled => ErrorCodes.UpstreamKilled.Error("The operator has switched off the upstream that was answering."),
        CancelReason.RouteKilled => ErrorCodes.RouteKilled.Error("The operator has switched off what was asked for."),
        CancelReason.Idle => ErrorCodes.UpstreamStreamStalled.Error($"The upstream sent nothing for {Seconds(limits.Idle)}."),
        CancelReason.Total => ErrorCodes.DeadlineExceeded.Error($"The request took longer than {Seconds(limits.Total)}, the limit of this gateway."),
        CancelReason.Shutdown => ErrorCodes.ShuttingDown.Error("The gateway is shutting down."),
        _ => ErrorCodes.InternalError.Error("The request was cancelled."),
    };

    private static string Seconds(TimeSpan span) => span.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + " s";
}
