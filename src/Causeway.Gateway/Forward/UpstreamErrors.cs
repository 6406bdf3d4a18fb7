using Causeway.Gateway.Deadlines;
using Causeway.Gateway.Upstreams;
using Causeway.Spec.Plans;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Forward;

/// <summary>
/// What an upstream's error status means to the caller. A caller's mistake keeps its status and words; the operator's (401, 403, a redirect) is
/// never shown as the caller's. No upstream text passes without being cleaned of keys and addresses.
/// </summary>
internal sealed class UpstreamErrors(TimeProvider time)
{
    private const int MaxErrorBytes = 64 << 10;
    private static readonly TimeSpan _longestRetryAfter = TimeSpan.FromDays(1);

    public async ValueTask<AttemptOutcome> TranslateAsync(Call call, UpstreamReply reply, UpstreamPlan upstream)
    {
        var label = reply.Status.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var body = await ReadAsync(call, reply);
        var said = UpstreamErrorBody.TryRead(body, out var read) ? read with { Message = Clean(read.Message, upstream) } : null;
        var error = Translate(reply.Status, said) with { RetryAfterSeconds = RetryAfter.Read(reply.Header("Retry-After"), time.GetUtcNow(), _longestRetryAfter) };
        return AttemptOutcome.Failed(label, error, MayTryNext(reply.Status));
    }

    /// <summary>An error event inside a 200 stream, before anything was sent: as if the status had said so.</summary>
    public static WireError OfEvent(ReadOnlySpan<byte> payload, UpstreamPlan upstream, ErrorCode code)
    {
        var message = UpstreamErrorBody.TryRead(payload, out var said) ? Clean(said.Message, upstream) : null;
        return code.Error(message is { Length: > 0 } ? $"The upstream reported an error: {message}" : "The upstream reported an error.");
    }

    private static WireError Translate(int status, UpstreamErrorBody? said) => status switch
    {
        401 or 403 => ErrorCodes.UpstreamAuthFailed.Error("The upstream refused the gateway's credentials. This is for the gateway's operator to solve."),
        429 => ErrorCodes.UpstreamRateLimited.Error(said?.Message ?? "The upstream's rate limit is reached."),
        503 or 529 => ErrorCodes.UpstreamOverloaded.Error(said?.Message ?? "The upstream is overloaded."),
        408 or 504 => ErrorCodes.UpstreamTimeout.Error("The upstream reported a timeout."),
        >= 400 and < 500 when said is not null => new WireError(status, said.Type ?? "invalid_request_error", said.Code, said.Message, said.Param),
        >= 400 and < 500 => new WireError(status, "invalid_request_error", ErrorCodes.UpstreamRejected.Code, "The upstream refused the request without saying why.", null),
        >= 500 => ErrorCodes.UpstreamFailed.Error(said?.Message is { Length: > 0 } m ? $"The upstream failed: {m}" : "The upstream failed."),
        >= 300 => ErrorCodes.UpstreamRedirected.Error("The upstream answered with a redirect, which is not followed. Its baseUrl is probably wrong."),
        _ => ErrorCodes.UpstreamInvalidResponse.Error($"The upstream answered with status {status}."),
    };

    // A request that one server calls wrong, another will too; everything else may be that server's own trouble.
    private static bool MayTryNext(int status) => status is not (400 or 405 or 409 or 411 or 413 or 415 or 422);

    private static string Clean(string message, UpstreamPlan upstream) =>
        UpstreamErrorText.Clean(message, [.. SecretsOf(upstream)], upstream.BaseUrl?.Host);

    private static IEnumerable<string> SecretsOf(UpstreamPlan upstream)
    {
        if (upstream.ApiKey is { } key) yield return key.Reveal();
        foreach (var header in upstream.Headers) yield return header.Value.Reveal();
    }

    private static async ValueTask<byte[]> ReadAsync(Call call, UpstreamReply reply)
    {
        call.Deadline.Arm(call.Limits.Idle, CancelReason.Idle);
        var started = call.Timestamp();
        try
        {
            var body = call.Answer;
            body.Clear();
            while (body.Length < MaxErrorBytes)
            {
                var read = await reply.Body.ReadAsync(body.GetMemory(4096), call.Deadline.Token);
                if (read == 0) break;
                body.Advance(read);
            }
            return body.Span[..Math.Min(body.Length, MaxErrorBytes)].ToArray();
        }
        catch (IOException)
        {
            return [];
        }
        finally
        {
            call.Waited(started);
        }
    }
}
