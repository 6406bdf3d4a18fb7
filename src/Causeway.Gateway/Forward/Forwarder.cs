using Causeway.Gateway.Adapt;
using Causeway.Gateway.Adapt.Answers;
using Causeway.Gateway.Deadlines;
using Causeway.Gateway.Relay;
using Causeway.Gateway.Upstreams;
using Causeway.Ledger;
using Causeway.Spec.Plans;
using Causeway.Wire.Errors;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Forward;

/// <summary>Tries a route's targets in order until one gives a first byte. Before it anything may be tried again; after it nothing is.</summary>
internal sealed partial class Forwarder(UpstreamErrors errors, ILogger<Forwarder> logger)
{
    /// <summary>Answers the caller, whatever happens; only a caller that has gone gets nothing.</summary>
    public async ValueTask ForwardAsync(Call call)
    {
        WireError? error = null;
        foreach (var target in call.Route!.Targets)
        {
            if (!call.Deadline.Renew()) break;
            var attempt = await AttemptAsync(call, target);
            if (attempt.IsAnswered) return;
            error = attempt.Error;
            if (!attempt.MayTryNext) break;
        }
        await TellAsync(call, error);
    }

    private async ValueTask<AttemptOutcome> AttemptAsync(Call call, TargetPlan target)
    {
        call.Served = target;
        call.ResetAnswer();
        AttemptOutcome outcome;
        try
        {
            outcome = await SendAsync(call, target);
        }
        catch (OperationCanceledException)
        {
            outcome = AttemptOutcome.Interrupted(call.Deadline.Reason, call.Limits);
        }
        call.Attempts.Add(target, outcome.Label);
        if (outcome.Error is { } error) LogFailure(target.Upstream, outcome.Label, error.Code, call.Id);
        return outcome;
    }

    private async ValueTask<AttemptOutcome> SendAsync(Call call, TargetPlan target)
    {
        var adapted = RequestAdapter.Prepare(call, target);
        call.Tell(adapted.Receipt);
        if (adapted.Refusal is { } refusal) return AttemptOutcome.Failed("refused", refusal, mayTryNext: false);
        // A whole answer's head comes only when all of it has been generated: it has as long as the exchange has.
        if (call.Envelope.Stream && adapted.Edits is not { HoldsWhole: true }) call.Deadline.Arm(call.Limits.TimeToFirstToken, CancelReason.FirstByte);
        else call.Deadline.Arm(call.Limits.Total, CancelReason.Total);

        var sent = call.Timestamp();
        UpstreamReply reply;
        try
        {
            var upstream = call.Active.Upstreams[target.Upstream];
            var ask = new UpstreamCall(adapted.Body, call.Envelope.Stream && adapted.Edits is not { PlayOut: true }, call.TraceParent);
            reply = adapted.Edits is { } edits ? await new AnswerSend(call, target, upstream, edits).SendAsync(ask) : await upstream.SendAsync(ask, call.Deadline.Token);
        }
        finally
        {
            call.Waited(sent);
        }
        using (reply)
        {
            if (reply.Fault != UpstreamFault.None) return AttemptOutcome.Of(reply.Fault);
            if (reply.Error is { } unfit) return AttemptOutcome.Failed("200 unfit", unfit);
            if (reply.Status != 200) return await errors.TranslateAsync(call, reply, call.Active.PlanOf(target));
            return call.Envelope.Stream ? await new StreamRelay(call, reply, call.Active.PlanOf(target), adapted.StripUsage).RunAsync() : await WholeRelay.RunAsync(call, reply);
        }
    }

    private static async ValueTask TellAsync(Call call, WireError? error)
    {
        var reason = call.Deadline.Reason;
        if (reason is CancelReason.ClientGone)
        {
            call.Outcome = Outcome.ClientGone;
            return;
        }
        error ??= Interruptions.Error(reason, call.Limits);
        call.Fail(Outcome.Failed, error);
        await ErrorResponse.WriteAsync(call.Http, error);
    }

    [LoggerMessage(2001, LogLevel.Warning, "Upstream {Upstream} gave no answer: {Result} ({Code}), request {RequestId}")]
    private partial void LogFailure(string upstream, string result, string? code, Guid requestId);
}
