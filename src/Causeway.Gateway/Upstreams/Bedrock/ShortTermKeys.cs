using System.Collections.Concurrent;
using System.Text;

namespace Causeway.Gateway.Upstreams.Bedrock;

/// <summary>
/// Short-term Bedrock keys: a presigned request as a bearer, minted here without asking anybody. One for each Region and access key, by the
/// wall clock: a machine that slept must not trust one that has expired meanwhile. Thread-safe.
/// </summary>
internal sealed class ShortTermKeys(TimeProvider time)
{
    private const string Host = "bedrock.amazonaws.com";
    private static readonly TimeSpan _lifetime = TimeSpan.FromHours(12);
    private static readonly TimeSpan _margin = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(string Region, string AccessKeyId), (string Key, DateTimeOffset Until)> _keys = [];

    public string Get(AwsCredentials credentials, string region)
    {
        var now = time.GetUtcNow();
        var slot = (region, credentials.AccessKeyId);
        if (_keys.TryGetValue(slot, out var held) && now < held.Until) return held.Key;
        // Temporary credentials come and go: what they minted goes with them.
        foreach (var (old, (_, until)) in _keys)
            if (now >= until) _keys.TryRemove(old, out _);
        var key = Mint(credentials, new SigningScope(now, region, "bedrock"));
        var end = now + _lifetime;
        _keys[slot] = (key, (credentials.Expires < end ? credentials.Expires.Value : end) - _margin);
        return key;
    }

    /// <summary>AWS refused it: the next call mints another.</summary>
    public void Forget(AwsCredentials credentials, string region) => _keys.TryRemove((region, credentials.AccessKeyId), out _);

    internal static string Mint(AwsCredentials credentials, SigningScope scope) => "bedrock-api-key-" + Convert.ToBase64String(
        Encoding.UTF8.GetBytes(SigV4.Presign(credentials, scope, "POST", Host, "CallWithBearerToken", _lifetime) + "&Version=1"));
}
