using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Causeway.Gateway.Upstreams.Bedrock;

/// <summary>What a signature holds for: one day, one Region, one service.</summary>
internal readonly record struct SigningScope(DateTimeOffset At, string Region, string Service)
{
    /// <summary><c>20150830T123600Z</c>.</summary>
    public string Stamp => At.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    public string Day => Stamp[..8];

    public override string ToString() => $"{Day}/{Region}/{Service}/aws4_request";
}

/// <summary>
/// AWS Signature Version 4, as far as Bedrock needs it: requests without a query, and the presigned form that short-term keys are made of.
/// Proved with AWS's published test suite; the AWS SDK is not needed for sixty lines of hashing. Stateless.
/// </summary>
internal static class SigV4
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private static readonly SearchValues<char> _unreserved = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    public static string HashOf(ReadOnlySpan<byte> payload) => Hex(SHA256.HashData(payload));

    /// <summary>The value of the <c>Authorization</c> header.</summary>
    /// <param name="path">As sent, already percent-encoded.</param>
    /// <param name="query">Encoded pairs; empty without a query.</param>
    /// <param name="headers">Every header to sign, <c>host</c> among them, with names in lower case.</param>
    public static string Authorization(
        AwsCredentials credentials, SigningScope scope, string method, string path, IEnumerable<string> query,
        IEnumerable<KeyValuePair<string, string>> headers, string payloadHash)
    {
        var sorted = headers.OrderBy(header => header.Key, StringComparer.Ordinal).ToList();
        var names = string.Join(';', sorted.Select(header => header.Key));
        var signature = Sign(credentials, scope, Canonical(method, path, query, sorted, names, payloadHash));
        return $"{Algorithm} Credential={credentials.AccessKeyId}/{scope}, SignedHeaders={names}, Signature={signature}";
    }

    /// <summary>A request without a body signed in its query, for whoever holds the address: <c>host/?query</c>, without the scheme.</summary>
    public static string Presign(AwsCredentials credentials, SigningScope scope, string method, string host, string action, TimeSpan lifetime)
    {
        var query = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["Action"] = action,
            ["X-Amz-Algorithm"] = Algorithm,
            ["X-Amz-Credential"] = $"{credentials.AccessKeyId}/{scope}",
            ["X-Amz-Date"] = scope.Stamp,
            ["X-Amz-Expires"] = ((long)lifetime.TotalSeconds).ToString(CultureInfo.InvariantCulture),
            ["X-Amz-SignedHeaders"] = "host",
        };
        if (credentials.SessionToken is { } token) query["X-Amz-Security-Token"] = token;
        var pairs = query.Select(pair => $"{Escape(pair.Key)}={Escape(pair.Value)}").ToList();
        var canonical = Canonical(method, "/", pairs, [KeyValuePair.Create("host", host)], "host", HashOf([]));
        return $"{host}/?{string.Join('&', pairs)}&X-Amz-Signature={Sign(credentials, scope, canonical)}";
    }

    /// <summary>Percent-encodes all but RFC 3986's unreserved characters.</summary>
    public static string Escape(string text) => text.AsSpan().ContainsAnyExcept(_unreserved) ? Uri.EscapeDataString(text) : text;

    private static string Canonical(
        string method, string path, IEnumerable<string> query, IReadOnlyCollection<KeyValuePair<string, string>> headers, string names, string payloadHash)
    {
        var text = new StringBuilder();
        // Every service but S3 wants each segment encoded once more than it is sent.
        text.Append(method).Append('\n').AppendJoin('/', path.Split('/').Select(Escape)).Append('\n');
        text.AppendJoin('&', query.Order(StringComparer.Ordinal)).Append('\n');
        foreach (var (name, value) in headers) text.Append(name).Append(':').Append(OneSpace(value)).Append('\n');
        return text.Append('\n').Append(names).Append('\n').Append(payloadHash).ToString();
    }

    private static string Sign(AwsCredentials credentials, SigningScope scope, string canonical)
    {
        var key = Encoding.UTF8.GetBytes("AWS4" + credentials.SecretAccessKey);
        foreach (var part in (ReadOnlySpan<string>)[scope.Day, scope.Region, scope.Service, "aws4_request"]) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        var toSign = $"{Algorithm}\n{scope.Stamp}\n{scope}\n{HashOf(Encoding.UTF8.GetBytes(canonical))}";
        return Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
    }

    private static string OneSpace(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
