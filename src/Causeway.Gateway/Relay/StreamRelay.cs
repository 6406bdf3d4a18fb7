using Causeway.Gateway.Deadlines;
using Causeway.Gateway.Forward;
using Causeway.Gateway.Upstreams;
using Causeway.Ledger;
using Causeway.Spec.Plans;
using Causeway.Wire.Chat;
using Causeway.Wire.Errors;
using Causeway.Wire.Sse;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Relay;

/// <summary>
/// Relays an event stream: every event leaves whole, in order, as soon as its last byte is here, in one write. Usage and tool calls are read
/// beside the bytes; an event is changed only if it would break a client. Ends with <c>[DONE]</c>, or with an error event and a broken connection.
/// </summary>
internal sealed class StreamRelay(Call call, UpstreamReply reply, UpstreamPlan upstream, bool stripUsage)
{
    private const int ReadBytes = 16 << 10;
    private const int MaxEventBytes = 16 << 20;
    private static readonly TimeSpan _lastWordTimeout = TimeSpan.FromSeconds(5);

    private readonly HttpResponse _response = call.Http.Response;
    private SseFramer _framer;
    private bool _hasStarted;
    private bool _isDone;

    private enum Fate
    {
        Forward,
        Strip,
        Repair,
        Fail,
    }

    public async ValueTask<AttemptOutcome> RunAsync()
    {
        if (reply.MediaType is not "text/event-stream")
            return AttemptOutcome.Invalid($"an event stream was expected, not {reply.MediaType ?? "a body without a content type"}");
        WireError? error;
        try
        {
            error = await PumpAsync();
        }
        catch (OperationCanceledException) when (_hasStarted)
        {
            error = Interruptions.Error(call.Deadline.Reason, call.Limits);
        }
        catch (IOException)
        {
            error = _hasStarted
                ? ErrorCodes.UpstreamStreamCut.Error("The upstream broke off in the middle of its answer.")
                : ErrorCodes.UpstreamConnectionLost.Error("The upstream broke off before its first event.");
        }
        Collect();
        if (!_hasStarted) return AttemptOutcome.Failed("200 " + (error?.Code ?? "empty"), error ?? Empty());
        if (error is not null) await CutAsync(error);
        else if (call.ClientIsGone) call.Outcome = Outcome.ClientGone;
        return AttemptOutcome.Answered;
    }

    private async ValueTask<WireError?> PumpAsync()
    {
        var body = reply.Body;
        var buffer = call.Answer;
        while (!_isDone)
        {
            var read = await ReadAsync(body, buffer);
            if (read == 0) return await FinishAsync();
            buffer.Advance(read);
            if (Absorb() is { } error) return error;
            if (buffer.Length > MaxEventBytes) return ErrorCodes.UpstreamInvalidResponse.Error($"The upstream sent an event larger than {MaxEventBytes >> 20} MiB.");
            await FlushAsync();
        }
        return null;
    }

    private async ValueTask<int> ReadAsync(Stream body, RentedBuffer buffer)
    {
        var pending = body.ReadAsync(buffer.GetMemory(ReadBytes), call.Deadline.Token);
        if (pending.IsCompletedSuccessfully) return pending.Result;
        if (_hasStarted) call.Deadline.Arm(call.Limits.Idle, CancelReason.Idle);
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

    /// <summary>Takes every complete event out of the buffer and puts what the caller shall see into the response's.</summary>
    private WireError? Absorb()
    {
        var bytes = call.Answer.Span;
        int from = 0, at = 0;
        WireError? error = null;
        while (error is null && !_isDone && _framer.FindEventEnd(bytes[at..]) is >= 0 and var length)
        {
            var fate = Judge(bytes.Slice(at, length), out error);
            if (fate == Fate.Forward) Start();
            else
            {
                Write(bytes[from..at]);
                if (fate == Fate.Repair) WriteRepaired(bytes.Slice(at, length));
                from = at + length;
            }
            at += length;
        }
        Write(bytes[from..at]);
        call.Answer.Consume(at);
        return error;
    }

    private Fate Judge(ReadOnlySpan<byte> sseEvent, out WireError? error)
    {
        error = null;
        using var payload = SseEventData.Read(sseEvent);
        if (!payload.HasData) return Fate.Forward;
        var traits = call.Tap.Read(payload.Data);
        if (traits is ChunkTraits.None) return Fate.Forward;
        if (traits.HasFlag(ChunkTraits.Error)) error = UpstreamErrors.OfEvent(call, payload.Data, upstream, _hasStarted ? ErrorCodes.UpstreamStreamError : ErrorCodes.UpstreamFailed);
        if (traits.HasFlag(ChunkTraits.Malformed)) error = ErrorCodes.UpstreamInvalidResponse.Error("The upstream sent an event that is not JSON.");
        if (error is not null) return Fate.Fail;
        _isDone = traits.HasFlag(ChunkTraits.Done);
        if (stripUsage && traits.HasFlag(ChunkTraits.UsageOnly)) return Fate.Strip;
        return traits.HasFlag(ChunkTraits.NeedsRepair) ? Fate.Repair : Fate.Forward;
    }

    private void WriteRepaired(ReadOnlySpan<byte> sseEvent)
    {
        using var payload = SseEventData.Read(sseEvent);
        call.CompletionEstimate = call.Tap.EstimatedTokens;
        call.Repaired.Clear();
        var isRepaired = ChunkRepair.TryWriteChunk(payload.Data, call.Tap, call.EstimatedUsage(), call.Repaired);
        Write("data: "u8);
        Write(isRepaired ? call.Repaired.Span : payload.Data);
        Write("\n\n"u8);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        Start();
        var into = _response.BodyWriter.GetSpan(bytes.Length);
        bytes.CopyTo(into);
        _response.BodyWriter.Advance(bytes.Length);
        call.ResponseBytes += bytes.Length;
    }

    private void Start()
    {
        if (_hasStarted) return;
        _hasStarted = true;
        AnswerHead.Write(call, reply, "text/event-stream; charset=utf-8");
        _response.Headers.CacheControl = "no-cache";
        // nginx and others hold event streams back unless told.
        _response.Headers["x-accel-buffering"] = "no";
        call.Status = StatusCodes.Status200OK;
        call.MarkFirstByte();
    }

    private async ValueTask FlushAsync()
    {
        if (!_hasStarted) return;
        var pending = _response.BodyWriter.FlushAsync(call.Deadline.Token);
        if (pending.IsCompletedSuccessfully) return;
        call.Deadline.Arm(call.Limits.Idle, CancelReason.ClientStalled);
        var started = call.Timestamp();
        try
        {
            await pending;
        }
        finally
        {
            call.Waited(started);
        }
    }

    /// <summary>The upstream has closed the stream in good order: was it complete?</summary>
    private async ValueTask<WireError?> FinishAsync()
    {
        if (call.Answer.Length > 0)
        {
            // The last event's blank line is often forgotten.
            "\n\n"u8.CopyTo(call.Answer.GetSpan(2));
            call.Answer.Advance(2);
            if (Absorb() is { } error) return error;
        }
        if (!_isDone && !call.Tap.HasFinished)
            return _hasStarted ? ErrorCodes.UpstreamStreamCut.Error("The upstream ended its answer before it was complete.") : null;
        if (!_isDone) Write("data: [DONE]\n\n"u8);
        await FlushAsync();
        return null;
    }

    private void Collect()
    {
        call.StatedUsage = call.Tap.Usage;
        call.CompletionEstimate = call.Tap.EstimatedTokens;
        call.FinishReason = call.Tap.FinishReason;
    }

    private async ValueTask CutAsync(WireError error)
    {
        if (call.Deadline.Reason is CancelReason.ClientGone or CancelReason.ClientStalled)
        {
            call.Outcome = Outcome.ClientGone;
            call.Http.Abort();
            return;
        }
        call.Fail(Outcome.Cut, error);
        call.IsCut = true;
        ErrorJson.WriteEvent(_response.BodyWriter, error);
        try
        {
            await _response.BodyWriter.FlushAsync().AsTask().WaitAsync(_lastWordTimeout);
        }
        catch (TimeoutException)
        {
            call.Http.Abort();
        }
    }

    private static WireError Empty() => ErrorCodes.UpstreamInvalidResponse.Error("The upstream's event stream was empty.");
}
