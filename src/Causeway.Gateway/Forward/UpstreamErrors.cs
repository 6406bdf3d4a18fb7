using Causeway.Gateway.Deadlines;
using Causeway.Gateway.Upstreams;
using Causeway.Spec.Plans;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Forward;

/// <summary>
/// Reads an upstream's error and has it translated by <see cref="UpstreamErrorTable"/>. No upstream text passes without being cleaned of keys
/// and addresses, not even into the ledger.
/// </summary>
internal sealed class UpstreamErrors(TimeProvider time)
{
    private const int MaxErrorBytes = 64 << 10;
    private static readonly TimeSpan _longestRetryAfter = TimeSpan.FromDays(1);

    public async ValueTask<AttemptOutcome> TranslateAsync(Call call, UpstreamReply reply, UpstreamPlan upstream)
    {
        var label = reply.Status.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var body = await ReadAsync(call, reply);
        var refusal = new UpstreamRefusal(reply.Status, ExceptionOf(reply), UpstreamErrorBody.TryRead(body, out var said) ? said : null);
        var words = said is null ? null : Clean(said.Message, upstream);
        call.UpstreamSaid = words;
        var rule = UpstreamErrorTable.Find(refusal);
        var error = rule.Error(refusal, words, upstream.ShowErrors) with { RetryAfterSeconds = RetryAfter.Read(reply.Header("Retry-After"), time.GetUtcNow(), _longestRetryAfter) };
        return AttemptOutcome.Failed(label, error, UpstreamErrorTable.MayTryNext(rule, reply.Status));
    }

    /// <summary>An error event inside a 200 stream, before anything was sent: as if the status had said so.</summary>
    public static WireError OfEvent(Call call, ReadOnlySpan<byte> payload, UpstreamPlan upstream, ErrorCode code)
    {
        var message = Note(call, payload, upstream);
        return code.Error(message is { Length: > 0 } ? $"The upstream reported an error: {message}" : "The upstream reported an error.");
    }

    /// <summary>Keeps what an upstream said in the place of an answer, whatever its status, for the ledger. Null when it said nothing.</summary>
    public static string? Note(Call call, ReadOnlySpan<byte> body, UpstreamPlan upstream)
    {
        var message = UpstreamErrorBody.TryRead(body, out var said) ? Clean(said.Message, upstream) : null;
        call.UpstreamSaid = message ?? call.UpstreamSaid;
        return message;
    }

    // "ThrottlingException:http://internal.amazon.com/coral/…": the name is what counts.
    private static string? ExceptionOf(UpstreamReply reply) => reply.Header("x-amzn-errortype") is { Length: > 0 } type ? type.Split(':', 2)[0] : null;

    private static string Clean(string message, UpstreamPlan upstream) =>
        UpstreamErrorText.Clean(message, [.. SecretsOf(upstream)], HostOf(upstream));

    // An endpoint with places to fill in has no one host; its parts are addresses all the same and go with the rest.
    private static string? HostOf(UpstreamPlan upstream) => upstream.Bedrock is { Endpoint: { } endpoint }
        ? Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) ? uri.Host : null
        : upstream.BaseUrl?.Host;

    private static IEnumerable<string> SecretsOf(UpstreamPlan upstream)
    {
        if (upstream.ApiKey is { } key) yield return key.Reveal();
        foreach (var header in upstream.Headers) yield return header.Value.Reveal();
        if (upstream.Bedrock?.Credentials is not { } credentials) yield break;
        yield return credentials.AccessKeyId.Reveal();
        yield return credentials.SecretAccessKey.Reveal();
        if (credentials.SessionToken is { } token) yield return token.Reveal();
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
