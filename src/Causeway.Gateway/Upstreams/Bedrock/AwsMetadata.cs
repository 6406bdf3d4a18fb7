using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Causeway.Gateway.Upstreams.Bedrock;

/// <summary>
/// Temporary credentials from where the machine runs: the container's agent (ECS, EKS Pod Identity), else the instance's metadata
/// service, version 2 only. Answers null when there is none; bounded in time and size.
/// </summary>
internal sealed class AwsMetadata(AwsSurroundings around) : IDisposable
{
    private const string ContainerAgent = "http://169.254.170.2";
    private const string InstanceService = "http://169.254.169.254";
    private const string InstancePath = "/latest/meta-data/iam/security-credentials/";
    private const int MaxBytes = 64 << 10;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private static readonly string[] _agents = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"];

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(1) })
    {
        Timeout = _patience,
        MaxResponseContentBufferSize = MaxBytes,
    };

    public async Task<AwsCredentials?> ReadAsync() => await FromContainerAsync() ?? await FromInstanceAsync();

    public void Dispose() => _http.Dispose();

    private async Task<AwsCredentials?> FromContainerAsync()
    {
        var address = around.Find("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") is { } path ? ContainerAgent + path : around.Find("AWS_CONTAINER_CREDENTIALS_FULL_URI");
        if (address is null || !Uri.TryCreate(address, UriKind.Absolute, out var uri) || !IsTrusted(uri)) return null;
        var token = around.Find("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") is { } file ? (await File.ReadAllTextAsync(file)).Trim() : around.Find("AWS_CONTAINER_AUTHORIZATION_TOKEN");
        return Parse(await GetAsync(uri, "Authorization", token));
    }

    private async Task<AwsCredentials?> FromInstanceAsync()
    {
        if (around.Find("AWS_EC2_METADATA_DISABLED") is "true") return null;
        var service = new Uri(around.Find("AWS_EC2_METADATA_SERVICE_ENDPOINT") ?? InstanceService);
        using var ask = new HttpRequestMessage(HttpMethod.Put, new Uri(service, "/latest/api/token"));
        ask.Headers.Add("X-aws-ec2-metadata-token-ttl-seconds", "60");
        using var answer = await _http.SendAsync(ask);
        if (!answer.IsSuccessStatusCode) return null;
        var token = await answer.Content.ReadAsStringAsync();
        var role = (await GetAsync(new Uri(service, InstancePath), "X-aws-ec2-metadata-token", token))?.Split('\n')[0].Trim();
        return string.IsNullOrEmpty(role) ? null : Parse(await GetAsync(new Uri(service, InstancePath + Uri.EscapeDataString(role)), "X-aws-ec2-metadata-token", token));
    }

    // The address comes from the environment and a token goes there: only over TLS, or to addresses that stay on the machine.
    private static bool IsTrusted(Uri uri) =>
        uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && (uri.IsLoopback || _agents.Contains(uri.Host)));

    private async Task<string?> GetAsync(Uri uri, string header, string? value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        if (value is not null) request.Headers.TryAddWithoutValidation(header, value);
        using var answer = await _http.SendAsync(request);
        return answer.StatusCode == HttpStatusCode.OK ? await answer.Content.ReadAsStringAsync() : null;
    }

    private static AwsCredentials? Parse(string? json)
    {
        if (json is null) return null;
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        if (Text(root, "AccessKeyId") is not { } id || Text(root, "SecretAccessKey") is not { } secret) return null;
        DateTimeOffset? expires = DateTimeOffset.TryParse(Text(root, "Expiration"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
        return new AwsCredentials(id, secret, Text(root, "Token"), expires);
    }

    private static string? Text(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
