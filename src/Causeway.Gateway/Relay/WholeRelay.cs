using System.IO.Pipelines;
using Causeway.Gateway.Deadlines;
using Causeway.Gateway.Forward;
using Causeway.Gateway.Upstreams;
using Causeway.Ledger;
using Causeway.Spec.Plans;
using Causeway.Wire.Chat;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Relay;

/// <summary>Relays an answer that comes in one piece: read whole, judged, then sent as the bytes that came. Until then another target may be tried.</summary>
internal static class WholeRelay
{
    private const int MaxAnswerBytes = 64 << 20;
    private const int ReadBytes = 8 << 10;

    // About 50 µs of scanning; more must not hold up the other connections of this thread.
    private const int InlineBytes = 64 << 10;

    public static async ValueTask<AttemptOutcome> RunAsync(Call call, UpstreamReply reply, UpstreamPlan upstream)
    {
        if (reply.MediaType is not "application/json") return AttemptOutcome.Invalid($"a JSON body was expected, not {reply.MediaType ?? "one without a content type"}");
        if (await ReadAsync(call, reply) is { } failure) return failure;

        if (call.Answer.Length > InlineBytes) await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (call.Operation is Operation.Embeddings or Operation.Tokenize) return await RelayPlainAsync(call, reply);
        var scan = CompletionScan.Read(call.Answer.Span);
        if (scan.Verdict == CompletionVerdict.Error) UpstreamErrors.Note(call, call.Answer.Span, upstream);
        if (scan.Verdict != CompletionVerdict.Ok) return AttemptOutcome.Invalid(Describe(scan.Verdict));
        call.StatedUsage = scan.Usage;
        call.CompletionEstimate = scan.EstimatedTokens;
        call.FinishReason = scan.FinishReason;
        var answer = scan.NeedsRepair ? Repaired(call) : call.Answer;
        await WriteAsync(call, reply, answer);
        return AttemptOutcome.Answered;
    }

    private static async ValueTask<AttemptOutcome> RelayPlainAsync(Call call, UpstreamReply reply)
    {
        var isEmbedding = call.Operation == Operation.Embeddings;
        var scan = PlainAnswerScan.Read(call.Answer.Span, isEmbedding ? "data"u8 : "count"u8);
        if (scan.Verdict != CompletionVerdict.Ok)
            return AttemptOutcome.Invalid(scan.Verdict == CompletionVerdict.NoChoices ? $"it has no {(isEmbedding ? "data" : "count")}" : Describe(scan.Verdict));
        // Counting tokens uses none of the model.
        call.StatedUsage = isEmbedding ? scan.Usage : new TokenUsage(0, 0, 0, 0);
        await WriteAsync(call, reply, call.Answer);
        return AttemptOutcome.Answered;
    }

    private static async ValueTask<AttemptOutcome?> ReadAsync(Call call, UpstreamReply reply)
    {
        var body = reply.Body;
        try
        {
            while (true)
            {
                var pending = body.ReadAsync(call.Answer.GetMemory(ReadBytes), call.Deadline.Token);
                var read = pending.IsCompletedSuccessfully ? pending.Result : await WaitAsync(call, pending);
                if (read == 0) return null;
                call.Answer.Advance(read);
                if (call.Answer.Length > MaxAnswerBytes) return TooLarge();
            }
        }
        catch (IOException)
        {
            return AttemptOutcome.Failed("connection lost", ErrorCodes.UpstreamConnectionLost.Error("The upstream broke off in the middle of its answer."));
        }
    }

    /// <summary>The rest is not here yet. Until the first bytes came, the answer's head has set the deadline.</summary>
    private static async ValueTask<int> WaitAsync(Call call, ValueTask<int> pending)
    {
        if (call.Answer.Length > 0) call.Deadline.Arm(call.Limits.Idle, CancelReason.Idle);
        var started = call.Timestamp();
        try
        {
            return await pending;
        }
        finally
        {
            call.Waited(started);
        }
    }

    private static RentedBuffer Repaired(Call call) =>
        ChunkRepair.TryWriteCompletion(call.Answer.Span, call.EstimatedUsage(), call.Repaired) ? call.Repaired : call.Answer;

    private static async ValueTask WriteAsync(Call call, UpstreamReply reply, RentedBuffer answer)
    {
        AnswerHead.Write(call, reply, "application/json");
        call.Http.Response.ContentLength = answer.Length;
        call.MarkFirstByte();
        (call.Status, call.ResponseBytes) = (200, answer.Length);
        var pending = call.Http.Response.BodyWriter.WriteAsync(answer.Memory, call.Deadline.Token);
        if (!pending.IsCompletedSuccessfully) await FinishAsync(call, pending);
        if (call.ClientIsGone) call.Outcome = Outcome.ClientGone;
    }

    /// <summary>The caller does not take the answer as fast as it comes.</summary>
    private static async ValueTask FinishAsync(Call call, ValueTask<FlushResult> pending)
    {
        call.Deadline.Arm(call.Limits.Idle, CancelReason.ClientStalled);
        var started = call.Timestamp();
        try
        {
            await pending;
        }
        catch (OperationCanceledException)
        {
            call.Http.Abort();
            call.Outcome = Outcome.ClientGone;
        }
        finally
        {
            call.Waited(started);
        }
    }

    private static string Describe(CompletionVerdict verdict) => verdict switch
    {
        CompletionVerdict.Empty => "its body is empty",
        CompletionVerdict.Html => "it is an HTML page",
        CompletionVerdict.Error => "it is an error with status 200",
        CompletionVerdict.NoChoices or CompletionVerdict.EmptyObject => "it has no choices",
        CompletionVerdict.NotAnObject => "it is not a JSON object",
        _ => "it is not JSON",
    };

    private static AttemptOutcome TooLarge() => AttemptOutcome.Failed("200 too large", ErrorCodes.UpstreamResponseTooLarge.Error(
        $"The upstream's answer is larger than {MaxAnswerBytes >> 20} MiB."), mayTryNext: false);
}
