using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Causeway.Testing.Bedrock;

/// <summary>Credentials that the stand-in knows. The defaults are AWS's own published examples.</summary>
public sealed record StandInCredentials(
    string AccessKeyId = "AKIDEXAMPLE", string SecretAccessKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", string? SessionToken = null);

/// <summary>
/// Checks a Signature Version 4 as the service would, from the request as it arrived. Written from AWS's description and not from the
/// gateway's signer, so that a mistake in one does not hide in the other.
/// </summary>
internal static class SigV4Check
{
    private const string Scheme = "AWS4-HMAC-SHA256 ";
    private static readonly TimeSpan _skew = TimeSpan.FromMinutes(5);

    /// <summary>Null when the signature is right; else what the service says, and its error type.</summary>
    public static (string Type, string Message)? Fault(HttpRequest request, byte[] body, StandInCredentials known, DateTimeOffset now)
    {
        var fields = Fields(request.Headers.Authorization.ToString());
        if (fields is null) return ("IncompleteSignature", "Authorization header is not a complete signature.");
        var scope = fields.Value.Credential.Split('/');
        if (scope is not [var accessKey, var date, var region, var service, "aws4_request"]) return ("IncompleteSignature", "Credential scope is malformed.");
        if (accessKey != known.AccessKeyId) return ("UnrecognizedClientException", "The security token included in the request is invalid.");
        if (known.SessionToken is { } token && request.Headers["x-amz-security-token"] != token)
            return ("UnrecognizedClientException", "The security token included in the request is invalid.");
        var stamp = request.Headers["x-amz-date"].ToString();
        if (!IsNow(stamp, now) || !stamp.StartsWith(date, StringComparison.Ordinal)) return ("RequestExpired", "Signature expired or not yet current.");

        var signedHeaders = fields.Value.SignedHeaders.Split(';');
        if (!signedHeaders.Contains("host") || !signedHeaders.Contains("x-amz-date") || (known.SessionToken is not null && !signedHeaders.Contains("x-amz-security-token")))
            return ("InvalidSignatureException", "host, x-amz-date and x-amz-security-token must be signed.");
        var canonical = string.Join('\n',
        [
            request.Method, CanonicalPath(request), "",
            .. signedHeaders.Select(name => $"{name}:{Squeeze(request.Headers[name].ToString())}"), "",
            fields.Value.SignedHeaders, Hex(SHA256.HashData(body)),
        ]);
        var signature = Sign(known.SecretAccessKey, date, region, service, stamp, canonical);
        return signature == fields.Value.Signature ? null
            : ("InvalidSignatureException", "The request signature we calculated does not match the signature you provided.");
    }

    /// <summary>Region and service of an <c>Authorization</c> header, if it is a signature.</summary>
    public static (string Region, string Service)? Scope(string authorization) =>
        Fields(authorization)?.Credential.Split('/') is [_, _, var region, var service, _] ? (region, service) : null;

    /// <summary>Null when a short-term key is right: base64 of a presigned request, see <c>CallWithBearerToken</c>.</summary>
    public static string? FaultOfKey(string key, string? region, StandInCredentials known, DateTimeOffset now)
    {
        var text = Encoding.UTF8.GetString(Convert.FromBase64String(key["bedrock-api-key-".Length..]));
        const string Host = "bedrock.amazonaws.com/?";
        if (!text.StartsWith(Host, StringComparison.Ordinal) || !text.EndsWith("&Version=1", StringComparison.Ordinal)) return "The key is not a presigned request.";
        var query = text[Host.Length..^"&Version=1".Length].Split('&').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        if (query.GetValueOrDefault("Action") != "CallWithBearerToken") return "The key is for another action.";
        if (Uri.UnescapeDataString(query["X-Amz-Credential"]).Split('/') is not [var accessKey, var date, var scopeRegion, "bedrock", "aws4_request"]) return "The key's scope is malformed.";
        if (accessKey != known.AccessKeyId || (region is not null && region != scopeRegion)) return "The key is for another account or Region.";
        if (known.SessionToken is { } token && Uri.UnescapeDataString(query.GetValueOrDefault("X-Amz-Security-Token", "")) != token) return "The key lacks the session token.";
        var made = At(query["X-Amz-Date"]);
        if (made is null || now < made - _skew || now > made + TimeSpan.FromSeconds(int.Parse(query["X-Amz-Expires"], CultureInfo.InvariantCulture))) return "The key has expired.";
        var signed = string.Join('&', query.Where(pair => pair.Key != "X-Amz-Signature").OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
        var canonical = $"POST\n/\n{signed}\nhost:bedrock.amazonaws.com\n\nhost\n{Hex(SHA256.HashData([]))}";
        return Sign(known.SecretAccessKey, date, scopeRegion, "bedrock", query["X-Amz-Date"], canonical) == query["X-Amz-Signature"] ? null : "The key's signature is wrong.";
    }

    private static string Sign(string secret, string date, string region, string service, string stamp, string canonical)
    {
        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in new[] { date, region, service, "aws4_request" }) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        var text = $"AWS4-HMAC-SHA256\n{stamp}\n{date}/{region}/{service}/aws4_request\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        return Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }

    private static (string Credential, string SignedHeaders, string Signature)? Fields(string authorization)
    {
        if (!authorization.StartsWith(Scheme, StringComparison.Ordinal)) return null;
        var fields = authorization[Scheme.Length..].Split(',').Select(field => field.Trim().Split('=', 2)).Where(field => field.Length == 2)
            .ToDictionary(field => field[0], field => field[1], StringComparer.Ordinal);
        return fields.TryGetValue("Credential", out var credential) && fields.TryGetValue("SignedHeaders", out var headers)
            && fields.TryGetValue("Signature", out var signature) ? (credential, headers, signature) : null;
    }

    private static bool IsNow(string stamp, DateTimeOffset now) => At(stamp) is { } at && (at - now).Duration() <= _skew;

    private static DateTimeOffset? At(string stamp) =>
        DateTimeOffset.TryParseExact(stamp, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    // Every service but S3 encodes each segment of the path a second time.
    private static string CanonicalPath(HttpRequest request)
    {
        var raw = request.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget.Split('?')[0];
        return string.Join('/', raw.Split('/').Select(Uri.EscapeDataString));
    }

    private static string Squeeze(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
