using System.Text.Json;
using Causeway.Spec.Plans;

namespace Causeway.Gateway.Upstreams.Bedrock;

/// <summary>
/// The AWS credentials in force: the plan's own, else the first of environment, profile, container, instance. Renewed before they expire,
/// by one renewal at a time; until the old ones have really expired nobody waits for it. Thread-safe.
/// </summary>
internal sealed class AwsCredentialsState : IDisposable
{
    private static readonly TimeSpan _renewBefore = TimeSpan.FromMinutes(5);

    /// <summary>How long credentials without an end are believed: their file may have been rewritten.</summary>
    private static readonly TimeSpan _believe = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time;
    private readonly AwsSurroundings _around;
    private readonly AwsCredentials? _fixed;
    private readonly AwsMetadata _metadata;
    private readonly Lock _renewal = new();
    private Task<AwsCredentials?>? _renewing;
    private volatile Held? _held;

    private sealed record Held(AwsCredentials? Credentials, DateTimeOffset RenewAt);

    public AwsCredentialsState(AwsCredentialsPlan? plan, AwsSurroundings around, TimeProvider time)
    {
        (_time, _around, _metadata) = (time, around, new AwsMetadata(around));
        if (plan is not null) _fixed = new AwsCredentials(plan.AccessKeyId.Reveal(), plan.SecretAccessKey.Reveal(), plan.SessionToken?.Reveal());
    }

    /// <summary>Null when the machine has none.</summary>
    public ValueTask<AwsCredentials?> GetAsync(CancellationToken cancel)
    {
        if (_fixed is not null) return new(_fixed);
        var now = _time.GetUtcNow();
        var held = _held;
        if (held is not null && now < held.RenewAt) return new(held.Credentials);
        var renewing = Renew();
        var isGood = held?.Credentials is { } credentials && !(credentials.Expires <= now);
        return isGood ? new(held!.Credentials) : new(renewing.WaitAsync(cancel));
    }

    /// <summary>AWS refused them: look again before the next request.</summary>
    public void Forget() => _held = _held is { } held ? held with { RenewAt = DateTimeOffset.MinValue } : null;

    public void Dispose() => _metadata.Dispose();

    private Task<AwsCredentials?> Renew()
    {
        lock (_renewal)
        {
            if (_renewing is { IsCompleted: false } running) return running;
            return _renewing = Task.Run(FindAsync);
        }
    }

    private async Task<AwsCredentials?> FindAsync()
    {
        AwsCredentials? found = null;
        try
        {
            found = FromEnvironment() ?? AwsProfiles.Read(_around) ?? await _metadata.ReadAsync();
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException or JsonException or UnauthorizedAccessException or UriFormatException)
        {
            // No metadata service here, or an unreadable file: the same as no credentials.
        }
        var now = _time.GetUtcNow();
        // A failed renewal keeps what still holds.
        found ??= _held?.Credentials is { } old && old.Expires > now ? old : null;
        _held = new Held(found, RenewAt(found, now));
        return found;
    }

    private static DateTimeOffset RenewAt(AwsCredentials? found, DateTimeOffset now)
    {
        if (found is null) return now + _retryAfter;
        if (found.Expires is not { } end) return now + _believe;
        var due = end - _renewBefore;
        return due > now ? due : now + _retryAfter;
    }

    private AwsCredentials? FromEnvironment() =>
        _around.Find("AWS_ACCESS_KEY_ID") is { } id && _around.Find("AWS_SECRET_ACCESS_KEY") is { } secret
            ? new AwsCredentials(id, secret, _around.Find("AWS_SESSION_TOKEN")) : null;
}
