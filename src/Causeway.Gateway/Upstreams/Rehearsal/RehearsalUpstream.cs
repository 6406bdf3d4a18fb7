using System.Text.Json;
using Causeway.Gateway.Upstreams.Rehearsal.Rules;
using Causeway.Spec.Plans;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Upstreams.Rehearsal;

/// <summary>
/// An upstream that needs nothing: it plays deterministic scripts in OpenAI's dialect, for the first start, for demos, load tests
/// and the rehearsal of a migration. It refuses what OpenAI refuses, counts with a toy tokenizer, and says in every answer that
/// it is no model. The same request has the same content in every process; ids are unique.
/// </summary>
public sealed class RehearsalUpstream(string name, RehearsalPlan plan, TimeProvider time) : IUpstream
{
    private long _requests;

    /// <summary>Of the plan's entry, not of a model.</summary>
    public string Name { get; } = name;

    public IReadOnlyList<string> OwnModels => Scripts.ModelNames;

    public bool Serves(Operation operation) => true;

    public ValueTask<UpstreamReply> SendAsync(UpstreamCall call, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested) return ValueTask.FromCanceled<UpstreamReply>(cancel);
        return NextFault() switch
        {
            FaultKind.RateLimit => Refuse(ErrorBody.RateLimited),
            FaultKind.ServerError => Refuse(ErrorBody.ServerFailed),
            FaultKind.Html => Now(ErrorBody.Html(time)),
            FaultKind.Reset => Now(new RehearsalReply(UpstreamFault.ConnectionLost)),
            FaultKind.Hang => HangAsync(cancel),
            FaultKind.Cut => AnswerAsync(call, BodyEnding.Cut, cancel),
            FaultKind.Stall => AnswerAsync(call, BodyEnding.Stall, cancel),
            _ => AnswerAsync(call, BodyEnding.Complete, cancel),
        };
    }

    public void Dispose()
    {
        // Nothing is held between requests.
    }

    /// <summary>By the number of the request, so that a rehearsal of failures can be repeated.</summary>
    private FaultKind? NextFault()
    {
        var number = Interlocked.Increment(ref _requests);
        foreach (var fault in plan.Faults)
            if (fault.Every > 0 && number % fault.Every == 0) return fault.Kind;
        return null;
    }

    private async ValueTask<UpstreamReply> HangAsync(CancellationToken cancel)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancel).ConfigureAwait(false);
        return new RehearsalReply(UpstreamFault.ConnectionLost);
    }

    private ValueTask<UpstreamReply> AnswerAsync(UpstreamCall call, BodyEnding ending, CancellationToken cancel)
    {
        if (!JsonMembers.TryParse(call.Body, out var document)) return Refuse(Refusals.Unparsable());
        using (document)
        {
            if (call.Operation != Operation.Chat)
                return RequestRules.CheckOther(document.RootElement) is { } other ? Refuse(other) : PlayOtherAsync(call.Operation, document.RootElement, ending, cancel);
            return RequestRules.Check(document.RootElement) is { } refusal
                ? Refuse(refusal)
                : PlayAsync(document.RootElement, ending, cancel);
        }
    }

    /// <summary>Composes before the first await: the request's elements do not outlive the call.</summary>
    private ValueTask<UpstreamReply> PlayAsync(JsonElement root, BodyEnding ending, CancellationToken cancel)
    {
        Scripts.TryFind(root.Text("model"u8) ?? "", out var script);
        var request = RequestReader.Read(root, script);
        return PlayAsync(request, Composer.Compose(request), ending, cancel);
    }

    private ValueTask<UpstreamReply> PlayOtherAsync(Operation operation, JsonElement root, BodyEnding ending, CancellationToken cancel)
    {
        Scripts.TryFind(root.Text("model"u8) ?? "", out var script);
        if (operation == Operation.Completions)
            return TextPlay.TryRead(root, script, out var request, out var plays) is { } error ? Refuse(error) : PlayAsync(request, plays, ending, cancel);
        var buffer = new RenderBuffer();
        if ((operation == Operation.Embeddings ? VectorPlay.Embed(root, script, buffer) : VectorPlay.Tokenize(root, buffer)) is { } refusal) return Refuse(refusal);
        var reply = new RehearsalReply(200, RehearsalReply.Json, new RehearsalBody(buffer, time, ending));
        return plan.FirstTokenDelay > TimeSpan.Zero ? DelayedAsync(reply, plan.FirstTokenDelay, cancel) : Now(reply);
    }

    private ValueTask<UpstreamReply> PlayAsync(RehearsalRequest request, ChoicePlay[] plays, BodyEnding ending, CancellationToken cancel)
    {
        var script = request.Script;
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToString("N");
        var head = new AnswerHead((request.IsText ? "cmpl-" : "chatcmpl-") + id, now.ToUnixTimeSeconds(), script.AnswerModel(), request.ServiceTierAsked);
        var requestId = new KeyValuePair<string, string>("x-request-id", "req_" + id);
        var pacing = Pacing.Of(plan, script);
        var buffer = new RenderBuffer();
        if (request.Stream)
        {
            var player = new EventPlayer(request, plays, head, buffer);
            var events = new RehearsalBody(buffer, player, time, pacing, ending, MiddleRound(plays[0]));
            return Now(new RehearsalReply(200, RehearsalReply.EventStream, events, requestId));
        }
        var tokens = request.IsText ? TextPlay.Render(request, plays, head, buffer) : WholeAnswer.Render(request, plays, head, buffer);
        var reply = new RehearsalReply(200, RehearsalReply.Json, new RehearsalBody(buffer, time, ending), requestId);
        var wait = pacing.Total(tokens);
        return wait > TimeSpan.Zero ? DelayedAsync(reply, wait, cancel) : Now(reply);
    }

    private async ValueTask<UpstreamReply> DelayedAsync(RehearsalReply reply, TimeSpan wait, CancellationToken cancel)
    {
        try
        {
            await Task.Delay(wait, time, cancel).ConfigureAwait(false);
            return reply;
        }
        catch (OperationCanceledException)
        {
            reply.Dispose();
            throw;
        }
    }

    private ValueTask<UpstreamReply> Refuse(WireError error) => Now(ErrorBody.Reply(error, time));

    private static ValueTask<UpstreamReply> Now(RehearsalReply reply) => ValueTask.FromResult<UpstreamReply>(reply);

    /// <summary>Half the tokens of a short answer, the eighth of a long one. Always a round that is played.</summary>
    private static int MiddleRound(ChoicePlay play)
    {
        var cursor = new PlayCursor(play);
        while (cursor.Said < 16 && cursor.Next())
        {
            // Only counts.
        }
        return cursor.Said / 2;
    }
}
