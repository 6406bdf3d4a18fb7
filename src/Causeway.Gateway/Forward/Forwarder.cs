using Causeway.Gateway.Adapt;
using Causeway.Gateway.Adapt.Answers;
using Causeway.Gateway.Deadlines;
using Causeway.Gateway.Relay;
using Causeway.Gateway.Resilience;
using Causeway.Gateway.Upstreams;
using Causeway.Ledger;
using Causeway.Spec.Plans;
using Causeway.Wire.Errors;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Forward;

/// <summary>
/// Tries a route's targets until one gives a first byte. Before it anything may be tried again; after it nothing is. Whom to ask next is
/// <see cref="AttemptWalk"/>'s to say; every attempt's end is reported to the breaker of its lane, exactly once.
/// </summary>
internal sealed partial class Forwarder(PlanState plans, UpstreamErrors errors, TimeProvider time, Func<double> random, ILogger<Forwarder> logger)
{
    // A kept-alive connection that the upstream had closed already breaks at once; later it may have worked on the request.
    private const long StaleConnectionMillis = 250;

    /// <summary>Answers the caller, whatever happens; only a caller that has gone gets nothing.</summary>
    public async ValueTask ForwardAsync(Call call)
    {
        var walk = AttemptWalk.Over(call);
        var (wait, hasReconnected) = (TimeSpan.Zero, false);
        AttemptOutcome? last = null;
        while (true)
        {
            while (call.Deadline.Renew() && walk.Next(call, plans.Plan.KilledUpstreams) is { } turn)
            {
                var outcome = await AttemptAsync(call, turn);
                if (outcome.IsAnswered) return;
                walk.Report(outcome);
                // What an earlier target answered is the truth about this request; that a fallback cannot do it is not.
                if (!outcome.IsRefused || last is null) last = outcome;
                if (!outcome.MayTryNext) break;
                if (hasReconnected || !IsStale(outcome, turn.Lane)) continue;
                hasReconnected = true;
                walk.StepBack();
            }
            if (last is not { MayTryNext: true, Error: { } error } || !walk.MayRepeat || await WaitAsync(call, error, wait) is not { } waited) break;
            wait = waited;
            walk.StartRound();
        }
        await TellAsync(call, last?.Error ?? Refusal(walk), last is { IsRefused: true } ? Outcome.Refused : Outcome.Failed);
    }

    // One state machine from the place at the upstream to the end of the relay: every further one would be resumed on its own when the head is here.
    private async ValueTask<AttemptOutcome> AttemptAsync(Call call, Turn turn)
    {
        call.Served = turn.Target;
        call.ResetAnswer();
        call.Trace.BeginAttempt(call, turn);
        if (turn.Pass == BreakerPass.Trial) call.BeginTrial(turn.Lane.Breaker);
        var started = call.Timestamp();
        var places = turn.Lane.Concurrency;
        var hasPlace = false;
        AttemptOutcome? ended = null;
        try
        {
            if (places is not null && !(hasPlace = await EnterAsync(call, places))) ended = AttemptOutcome.Busy(turn.Target.Upstream);
            else if (Prepare(call, turn, out var adapted) is { } refused) ended = refused;
            else
            {
                var sent = call.Timestamp();
                UpstreamReply reply;
                try
                {
                    reply = await SendAsync(call, turn, adapted);
                }
                finally
                {
                    call.Waited(sent);
                }
                using (reply) ended = await RelayAsync(call, reply, turn.Lane.Plan, adapted.StripUsage);
            }
        }
        catch (OperationCanceledException)
        {
            ended = AttemptOutcome.Interrupted(call.Deadline.Reason, call.Limits).After(time.GetElapsedTime(started), call.Limits);
            // Bedrock goes on generating, and bills it, when nobody waits any more: a second try is a second bill. Whoever switched it off wants it elsewhere.
            if (turn.Lane.Plan.Kind == UpstreamKind.Bedrock && call.Deadline.Reason != CancelReason.UpstreamKilled) ended = ended.Value with { MayTryNext = false };
        }
        finally
        {
            if (hasPlace) places!.Leave();
            Report(call, turn, ended);
        }
        return Log(call, turn.Target, ended.Value, started);
    }

    /// <summary>Takes a place at an upstream that is given only so many requests at once. False: none came free in time.</summary>
    private static async ValueTask<bool> EnterAsync(Call call, ConcurrencyState places)
    {
        call.Deadline.Arm(call.Limits.Total, CancelReason.Total);
        var arrived = call.Timestamp();
        try
        {
            return await places.EnterAsync(call.Deadline.Token);
        }
        finally
        {
            call.Waited(arrived);
        }
    }

    /// <summary>Makes the request ready for its target and sets the deadline of its answer; or says why the target must not be asked.</summary>
    private static AttemptOutcome? Prepare(Call call, Turn turn, out Adaptation adapted)
    {
        adapted = default;
        if (!turn.Lane.Upstream.Serves(call.Operation)) return AttemptOutcome.Refused(Unserved(call), mayTryNext: true);
        adapted = RequestAdapter.Prepare(call, turn.Target);
        call.Tell(adapted.Receipt);
        if (adapted.Refusal is { } refusal) return AttemptOutcome.Refused(refusal, mayTryNext: call.Attempts.Count > 0);
        // A whole answer's head comes only when all of it has been generated: it has as long as the exchange has.
        var isHeld = !call.Envelope.Stream || adapted.Edits is { HoldsWhole: true };
        var (limit, reason) = isHeld ? (call.Limits.Total, CancelReason.Total) : (call.Limits.TimeToFirstToken, CancelReason.FirstByte);
        if (call.Route?.Retry?.PerAttempt is { } span && span < limit) (limit, reason) = (span, CancelReason.Attempt);
        call.Deadline.Arm(limit, reason);
        return null;
    }

    private static ValueTask<UpstreamReply> SendAsync(Call call, Turn turn, in Adaptation adapted)
    {
        var isStream = call.Envelope.Stream && adapted.Edits is not { PlayOut: true };
        var ask = new UpstreamCall(adapted.Body, isStream, call.Trace.ContextFor(call)) { Operation = call.Operation, IsModelOfPlan = turn.Target.Model is not null, Model = call.ServedModel!, Region = turn.Target.Region };
        var upstream = turn.Lane.Upstream;
        return adapted.Edits is { } edits ? new AnswerSend(call, turn.Target, upstream, edits).SendAsync(ask) : upstream.SendAsync(ask, call.Deadline.Token);
    }

    private ValueTask<AttemptOutcome> RelayAsync(Call call, UpstreamReply reply, UpstreamPlan upstream, bool stripUsage)
    {
        if (reply.Fault != UpstreamFault.None) return new(AttemptOutcome.Of(reply.Fault));
        if (reply.Refusal is { } own) return new(AttemptOutcome.OfThisProcess(own));
        // It answered well enough; only this request asked for more.
        if (reply.Error is { } unfit) return new(AttemptOutcome.Failed("200 unfit", unfit) with { Blame = Blame.Caller, MayRepeat = false });
        if (reply.Status != 200) return TranslateAsync(call, reply, upstream);
        return call.Envelope.Stream ? new StreamRelay(call, reply, upstream, stripUsage).RunAsync() : WholeRelay.RunAsync(call, reply, upstream);
    }

    private async ValueTask<AttemptOutcome> TranslateAsync(Call call, UpstreamReply reply, UpstreamPlan upstream) =>
        (await errors.TranslateAsync(call, reply, upstream)).Judged(reply.Status);

    private static bool IsStale(AttemptOutcome outcome, Lane lane) =>
        outcome is { IsConnectionLost: true, Millis: < StaleConnectionMillis } && lane.Breaker.Condition == BreakerCondition.Closed;

    /// <summary>Waits before another round. Null: not worth it, or the exchange is over.</summary>
    private async ValueTask<TimeSpan?> WaitAsync(Call call, WireError error, TimeSpan previous)
    {
        if (Backoff.Next(previous, error.RetryAfterSeconds, random()) is not { } wait || wait >= call.Deadline.Remaining) return null;
        call.Attempts.AddWait(wait);
        call.Deadline.Arm(call.Limits.Total, CancelReason.Total);
        var started = call.Timestamp();
        try
        {
            await Task.Delay(wait, time, call.Deadline.Token);
            return wait;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        finally
        {
            call.Waited(started);
        }
    }

    private void Report(Call call, Turn turn, AttemptOutcome? ended)
    {
        var blame = ended is { } outcome ? outcome.BlameOf(call) : Blame.Nobody;
        var hint = TimeSpan.FromSeconds(ended?.Error?.RetryAfterSeconds ?? 0);
        var breaker = turn.Lane.Breaker;
        if (call.TakeTrial() is { } trial)
        {
            if (blame == Blame.Nobody) trial.TrialAbandoned();
            else if (blame == Blame.Upstream) trial.TrialFailed(hint);
            else trial.TrialSucceeded();
        }
        else if (blame == Blame.None) breaker.Succeeded();
        else if (blame == Blame.Upstream && breaker.Failed(hint)) LogOpened(turn.Target.Upstream, turn.Target.Model, breaker.Remaining);
        if (turn.Pass == BreakerPass.Trial && breaker.TakeRecovery()) LogRecovered(turn.Target.Upstream, turn.Target.Model);
    }

    private AttemptOutcome Log(Call call, TargetPlan target, AttemptOutcome outcome, long started)
    {
        call.Trace.EndAttempt(call, outcome);
        if (outcome.Error is not { } error)
        {
            call.Attempts.Add(target, outcome.Label);
            return outcome;
        }
        var millis = (long)time.GetElapsedTime(started).TotalMilliseconds;
        call.Attempts.Add(target, outcome.Label, millis);
        if (!outcome.IsRefused) LogFailure(target.Upstream, outcome.Label, error.Code, call.Id);
        return outcome with { Millis = millis };
    }

    private static WireError Unserved(Call call) => ErrorCodes.OperationNotSupported.Error(
        $"The route '{call.Route!.Name}' does not serve {call.Operation.Name()}: none of its upstreams can. Ask for a model of another route.", "model");

    /// <summary>Why nobody was asked; null when it is not for the lack of somebody to ask.</summary>
    private static WireError? Refusal(AttemptWalk walk) => walk switch
    {
        { OpenFor: { } span } => ErrorCodes.CircuitOpen.Error("Every upstream of this route has failed repeatedly and is left alone for a moment. Try again shortly.")
            with { RetryAfterSeconds = Math.Max(1, (int)Math.Ceiling(span.TotalSeconds)) },
        { HasKilled: true } => ErrorCodes.UpstreamKilled.Error("The operator has switched off every upstream of this route."),
        _ => null,
    };

    private static async ValueTask TellAsync(Call call, WireError? error, Outcome outcome)
    {
        var reason = call.Deadline.Reason;
        if (reason is CancelReason.ClientGone)
        {
            call.Outcome = Outcome.ClientGone;
            return;
        }
        error ??= Interruptions.Error(reason, call.Limits);
        call.Fail(outcome, error);
        await ErrorResponse.WriteAsync(call.Http, error);
    }

    [LoggerMessage(2001, LogLevel.Warning, "Upstream {Upstream} gave no answer: {Result} ({Code}), request {RequestId}")]
    private partial void LogFailure(string upstream, string result, string? code, Guid requestId);

    [LoggerMessage(2002, LogLevel.Warning, "Upstream {Upstream} ({Model}) failed repeatedly and is left alone for {Span}")]
    private partial void LogOpened(string upstream, string? model, TimeSpan span);

    [LoggerMessage(2003, LogLevel.Information, "Upstream {Upstream} ({Model}) has recovered")]
    private partial void LogRecovered(string upstream, string? model);
}
