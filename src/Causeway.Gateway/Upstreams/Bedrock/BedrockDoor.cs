using Causeway.Spec.Plans;

namespace Causeway.Gateway.Upstreams.Bedrock;

/// <summary>Shows Bedrock who is asking: a key, a signature, or a key minted from credentials. Thread-safe.</summary>
internal sealed class BedrockDoor : IDisposable
{
    private readonly BedrockPlan _plan;
    private readonly string? _bearer;
    private readonly TimeProvider _time;
    private readonly AwsCredentialsState _credentials;
    private readonly ShortTermKeys _keys;

    public BedrockDoor(UpstreamPlan plan, TimeProvider time, AwsSurroundings around)
    {
        (_plan, _time) = (plan.Bedrock!, time);
        _bearer = plan.ApiKey is { } key ? "Bearer " + key.Reveal() : null;
        _credentials = new AwsCredentialsState(_plan.Credentials, around, time);
        _keys = new ShortTermKeys(time);
    }

    /// <summary>Puts what opens the door into a request that is otherwise complete. False when there are no credentials to do it with.</summary>
    /// <param name="body">What the request's content holds; empty without one.</param>
    public async ValueTask<(bool IsOpen, AwsCredentials? With)> AuthorizeAsync(HttpRequestMessage request, ReadOnlyMemory<byte> body, BedrockHost host, string region, CancellationToken cancel)
    {
        if (_plan.Auth == BedrockAuth.ApiKey)
        {
            request.Headers.TryAddWithoutValidation("Authorization", _bearer);
            return (true, null);
        }
        if (await _credentials.GetAsync(cancel) is not { } credentials) return (false, null);
        if (_plan.Auth == BedrockAuth.ShortTerm) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + _keys.Get(credentials, region));
        else Sign(request, body, credentials, new SigningScope(_time.GetUtcNow(), region, host == BedrockHost.Mantle ? _plan.MantleSigningName : "bedrock"));
        return (true, credentials);
    }

    /// <summary>They were refused: the next request gets others, if there are others.</summary>
    public void Doubt(AwsCredentials credentials, string region)
    {
        _keys.Forget(credentials, region);
        _credentials.Forget();
    }

    public void Dispose() => _credentials.Dispose();

    private static void Sign(HttpRequestMessage request, ReadOnlyMemory<byte> body, AwsCredentials credentials, SigningScope scope)
    {
        var uri = request.RequestUri!;
        var hash = SigV4.HashOf(body.Span);
        var signed = new Dictionary<string, string>(StringComparer.Ordinal) { ["host"] = uri.Authority, ["x-amz-content-sha256"] = hash, ["x-amz-date"] = scope.Stamp };
        if (request.Content?.Headers.ContentType is { } type) signed["content-type"] = type.ToString();
        if (credentials.SessionToken is { } token) signed["x-amz-security-token"] = token;
        foreach (var (name, value) in signed)
            if (name.StartsWith("x-", StringComparison.Ordinal)) request.Headers.TryAddWithoutValidation(name, value);
        request.Headers.TryAddWithoutValidation("Authorization", SigV4.Authorization(credentials, scope, request.Method.Method, uri.AbsolutePath, [], signed, hash));
    }
}
