using System.Buffers;
using Causeway.Gateway.Upstreams;
using Causeway.Spec.Plans;
using Causeway.Wire.Answers;
using Causeway.Wire.Chat;

namespace Causeway.Gateway.Adapt.Answers;

/// <summary>
/// Sends one attempt whose answer needs edits: the reply it returns has an answer that needs none. Streams are edited event by event;
/// answers that must keep a demand are awaited whole and, if need be, asked for again; several choices are several requests at once. For
/// one attempt of one exchange.
/// </summary>
internal sealed class AnswerSend(Call call, TargetPlan target, IUpstream upstream, AnswerEdits edits)
{
    private readonly ChoiceChains _chains = new(edits, call.Id);

    /// <summary>As <see cref="IUpstream.SendAsync"/>.</summary>
    public ValueTask<UpstreamReply> SendAsync(UpstreamCall ask)
    {
        if (!call.Envelope.Stream || edits.HoldsWhole) return WholeAsync(ask);
        return edits.Choices > 1 ? FannedOutAsync(ask) : LiveAsync(ask);
    }

    private async ValueTask<UpstreamReply> LiveAsync(UpstreamCall ask)
    {
        var reply = await upstream.SendAsync(ask, call.Deadline.Token);
        if (!IsStream(reply)) return reply;
        var editing = new StreamEditing
        {
            Chain = _chains.Make,
            Choices = edits.StopStrings.IsEmpty ? 1 : AskBody.Read(ask.Body.Span).Choices,
            CountPrompt = edits.CountUsage || call.Envelope.IncludeUsage ? CountPrompt : null,
        };
        return new EditedReply([reply], "text/event-stream", new EditedStream(new EditedEvents(reply.Body, new StreamEditor(editing), isPart: false)));
    }

    private async ValueTask<UpstreamReply> FannedOutAsync(UpstreamCall ask)
    {
        var replies = await SendAllAsync(choice => upstream.SendAsync(Of(ask, choice), call.Deadline.Token).AsTask(), reply => reply);
        if (Array.Find(replies, reply => !IsStream(reply)) is { } failed)
        {
            foreach (var reply in replies)
                if (reply != failed) reply.Dispose();
            return failed;
        }
        NoteChoices();
        var identity = new AnswerIdentity();
        var sources = replies.Select((reply, index) => new EditedEvents(reply.Body, new StreamEditor(new StreamEditing
        {
            Chain = _chains.Make,
            Identity = identity,
            ChoiceIndex = index,
            KeepUsage = true,
        }), isPart: true));
        return new EditedReply(replies, "text/event-stream", new MergedStream([.. sources], CountPrompt));
    }

    private async ValueTask<UpstreamReply> WholeAsync(UpstreamCall ask)
    {
        if (ask.Stream) ask = ask with { Body = AsWhole(ask.Body.Span), Stream = false };
        var demands = new AnswerDemands(edits);
        if (demands.Refusal is { } refusal) return new FailedReply(refusal);
        var asker = new WholeAsk(call, upstream, _chains, demands);
        var outcomes = await SendAllAsync(choice => asker.RunAsync(Of(ask, choice), edits.Choices == 1 ? null : choice), outcome => outcome.Reply);
        var spent = outcomes.Aggregate(default(TokenUsage), (sum, outcome) => sum.Plus(outcome.Spent));
        foreach (var outcome in outcomes)
            for (var i = 1; i < outcome.Asks; i++) call.Attempts.Add(target, "200 not as demanded");
        if (Array.Find(outcomes, outcome => outcome.Answer is null) is { } failed)
        {
            call.Spend(target, spent);
            foreach (var outcome in outcomes)
                if (outcome != failed) outcome.Reply.Dispose();
            return failed.Reply;
        }
        NoteChoices();
        return Answer(outcomes, spent);
    }

    private EditedReply Answer(WholeAskOutcome[] outcomes, TokenUsage spent)
    {
        WholeAnswer[] answers = [.. outcomes.Select(outcome => outcome.Answer!)];
        call.UsageIsCounted = Array.Exists(answers, answer => answer.Usage is null);
        var isPlain = outcomes is [{ Asks: 1 }] && !(edits.CountUsage && call.UsageIsCounted);
        var output = new RentedBuffer();
        if (call.Envelope.Stream) WholeAnswer.PlayOut(answers, spent, output);
        else WholeAnswer.Write(answers, isPlain ? null : spent, output);
        var body = new MemoryStream(output.Span.ToArray());
        output.Release();
        return new EditedReply([.. outcomes.Select(outcome => outcome.Reply)], call.Envelope.Stream ? "text/event-stream" : "application/json", body);
    }

    private static UpstreamCall Of(UpstreamCall ask, int choice) => ask with { Body = VariedSeed.In(ask.Body, choice) };

    /// <summary>Sends for every choice at once. If one is cancelled, all are, and what came is given back.</summary>
    private async Task<T[]> SendAllAsync<T>(Func<int, Task<T>> send, Func<T, IDisposable> owned)
    {
        var sends = new Task<T>[edits.Choices];
        for (var i = 0; i < sends.Length; i++) sends[i] = send(i);
        try
        {
            return await Task.WhenAll(sends);
        }
        catch
        {
            foreach (var sent in sends)
                if (sent.IsCompletedSuccessfully) owned(sent.Result).Dispose();
            throw;
        }
    }

    /// <summary>The attempt itself is noted by the forwarder; the requests beside it here.</summary>
    private void NoteChoices()
    {
        for (var i = 1; i < edits.Choices; i++) call.Attempts.Add(target, "200");
    }

    private long CountPrompt()
    {
        call.UsageIsCounted = true;
        return TokenEstimate.OfPrompt(call.Body.Span, call.Envelope);
    }

    private static ReadOnlyMemory<byte> AsWhole(ReadOnlySpan<byte> body)
    {
        var output = new ArrayBufferWriter<byte>(body.Length + 16);
        AskBody.Read(body).Write(body, default, asksWhole: true, output);
        return output.WrittenMemory;
    }

    private static bool IsStream(UpstreamReply reply) => reply is { Fault: UpstreamFault.None, Status: 200, MediaType: "text/event-stream" };
}
