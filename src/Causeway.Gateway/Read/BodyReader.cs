using System.Buffers;
using Causeway.Gateway.Admit;
using Causeway.Gateway.Upstreams;
using Causeway.Wire.Chat;
using Causeway.Wire.Errors;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Read;

/// <summary>Brings the request's body into one buffer, within the limits, and scans it once.</summary>
internal static class BodyReader
{
    private const string Json = "application/json";

    // About 50 µs of scanning; more must not hold up the other connections of this thread.
    private const int InlineBytes = 64 << 10;

    public static async ValueTask<WireError?> ReadAsync(Call call, Admission admission)
    {
        if (!IsJson(call.Http.Request.ContentType)) return ErrorCodes.UnsupportedMediaType.Error("The body must be sent as Content-Type: application/json.");
        try
        {
            if (await FillAsync(call, admission) is { } refusal) return refusal;
            if (call.Body.Length > InlineBytes) await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            return Scan(call);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            return ErrorCodes.RequestTimeout.Error("The body arrived too slowly.");
        }
        catch (IOException) when (!call.ClientIsGone)
        {
            // The server reports broken chunk framing as an I/O error.
            return ErrorCodes.MalformedRequest.Error("The body's framing is not valid HTTP.");
        }
    }

    private static async ValueTask<WireError?> FillAsync(Call call, Admission admission)
    {
        var limit = call.Limits.Body;
        var reader = call.Http.Request.BodyReader;
        if (call.Http.Request.ContentLength is { } length)
        {
            if (length > limit) return TooLarge(call, limit);
            if (!Reserve(call, admission, length)) return Overloaded();
            call.Body.GetSpan((int)length);
        }
        while (true)
        {
            var result = await reader.ReadAsync(call.Deadline.Token);
            var error = Take(call, admission, result.Buffer, limit);
            reader.AdvanceTo(result.Buffer.End);
            if (error is not null || result.IsCompleted) return error;
        }
    }

    private static WireError? Take(Call call, Admission admission, ReadOnlySequence<byte> bytes, long limit)
    {
        var total = call.Body.Length + bytes.Length;
        if (total > limit) return TooLarge(call, limit);
        if (total > call.BodyReserved && !Reserve(call, admission, total)) return Overloaded();
        foreach (var segment in bytes) call.Body.Write(segment.Span);
        return null;
    }

    private static WireError? Scan(Call call)
    {
        if (!ChatEnvelope.TryRead(call.Body.Span, out call.Envelope, out var error)) return error;
        if (call.Envelope.Stream && !call.Operation.MayStream()) call.Envelope = call.Envelope with { Stream = false };
        return null;
    }

    private static bool Reserve(Call call, Admission admission, long total)
    {
        // A body of unknown length doubles its reservation, as its buffer does.
        var more = Math.Max(total, 2 * call.BodyReserved) - call.BodyReserved;
        if (!admission.TryReserveBody(more, call.Limits.Body)) return false;
        call.BodyReserved += more;
        return true;
    }

    private static WireError TooLarge(Call call, long limit)
    {
        // What is still to come is not worth reading: the connection ends after the answer.
        call.Http.Response.Headers.Connection = "close";
        return ErrorCodes.RequestTooLarge.Error($"The request body is larger than {limit} bytes, the limit of this gateway.");
    }

    private static WireError Overloaded() =>
        ErrorCodes.GatewayOverloaded.Error("The gateway holds as many request bodies as it can. Try again shortly.") with { RetryAfterSeconds = 1 };

    private static bool IsJson(string? contentType) =>
        contentType is not null
        && contentType.StartsWith(Json, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == Json.Length || contentType[Json.Length] is ';' or ' ');
}
