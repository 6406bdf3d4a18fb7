using Causeway.Gateway.Admit;
using Causeway.Gateway.Deadlines;
using Causeway.Gateway.Forward;
using Causeway.Gateway.Identify;
using Causeway.Gateway.Read;
using Causeway.Gateway.Route;
using Causeway.Gateway.Settle;
using Causeway.Gateway.Upstreams;
using Causeway.Ledger;
using Causeway.Wire.Errors;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway;

/// <summary>
/// The life of an exchange, in one place: Identify, Read, Route, Admit, (Guard), Forward, Relay, Settle.
/// Each step is a folder of this project. A step that refuses returns the error the caller gets; whatever happens, the exchange is settled once.
/// </summary>
internal sealed class RequestPipeline(
    PlanState plans, CallPool calls, KeyCheck keys, Router router, Admission admission, Forwarder forwarder, Settlement settlement)
{
    public async Task HandleAsync(HttpContext http, Operation operation)
    {
        var call = calls.Rent(http, plans.Current, operation);
        RequestIds.Stamp(http, call.Active, call.Id);
        var clientGone = http.RequestAborted.UnsafeRegister(static state => ((Deadline)state!).Cancel(CancelReason.ClientGone), call.Deadline);
        try
        {
            var refusal = Identify(call) ?? await BodyReader.ReadAsync(call, admission) ?? router.Route(call) ?? Admit(call);
            if (refusal is null) await forwarder.ForwardAsync(call);
            else await RefuseAsync(call, refusal);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            await InterruptAsync(call);
        }
        finally
        {
            await clientGone.DisposeAsync();
            settlement.Settle(call);
            if (call.Admitted) admission.Leave();
            if (call.BodyReserved > 0) admission.ReleaseBody(call.BodyReserved);
            var isCut = call.IsCut;
            calls.Return(call);
            StreamCutException.ThrowIf(isCut);
        }
    }

    private WireError? Identify(Call call)
    {
        if (keys.Identify(call) is { } refusal) return refusal;
        call.Trace.Begin(call);
        return null;
    }

    private WireError? Admit(Call call)
    {
        var limit = call.Limits.ConcurrentRequests;
        call.Admitted = admission.TryEnter(limit);
        return call.Admitted ? null : ErrorCodes.TooManyRequestsInProgress.Error(
            $"The gateway is serving {limit} requests, its limit. Try again shortly.") with { RetryAfterSeconds = 1 };
    }

    /// <summary>Stopped before an upstream was asked: the caller hung up, or sent so slowly that its time is over.</summary>
    private static Task InterruptAsync(Call call)
    {
        if (!call.ClientIsGone && !call.Http.Response.HasStarted) return RefuseAsync(call, Interruptions.Error(call.Deadline.Reason, call.Limits));
        call.Outcome = Outcome.ClientGone;
        return Task.CompletedTask;
    }

    private static Task RefuseAsync(Call call, WireError error)
    {
        call.Fail(Outcome.Refused, error);
        return ErrorResponse.WriteAsync(call.Http, error);
    }
}
