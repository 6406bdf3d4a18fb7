using System.Net;
using Causeway.Spec.Plans;

namespace Causeway.Gateway.Upstreams;

/// <summary>
/// Any server that speaks OpenAI's dialect over HTTP/1.1 or h2. One connection pool for its lifetime.
/// Nothing of the caller's head is passed on but the trace context: keys, cookies and unknown headers stop here.
/// </summary>
internal sealed class HttpUpstream : IUpstream
{
    // Long enough to keep connections warm, short enough to follow a DNS change.
    private static readonly TimeSpan _connectionLifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan _connectTimeout = TimeSpan.FromSeconds(10);
    private const int MaxHeadKilobytes = 64;

    private readonly HttpMessageInvoker _http;
    private readonly Uri _chatCompletions;
    private readonly Uri _completions;
    private readonly Uri _embeddings;
    private readonly Uri _tokenize;
    private readonly Uri _models;
    private readonly string? _authorization;
    private readonly KeyValuePair<string, string>[] _headers;
    private readonly Version _version;
    private readonly HttpVersionPolicy _versionPolicy;

    public HttpUpstream(UpstreamPlan plan)
    {
        var baseUrl = plan.BaseUrl!.AbsoluteUri.TrimEnd('/');
        _chatCompletions = new Uri(baseUrl + "/chat/completions");
        _completions = new Uri(baseUrl + "/completions");
        _embeddings = new Uri(baseUrl + "/embeddings");
        // vLLM and SGLang have it beside the API's prefix, not under it.
        _tokenize = new Uri((baseUrl.EndsWith("/v1", StringComparison.Ordinal) ? baseUrl[..^3] : baseUrl) + "/tokenize");
        _models = new Uri(baseUrl + "/models");
        _authorization = plan.ApiKey is { } key ? "Bearer " + key.Reveal() : null;
        _headers = [.. plan.Headers.Select(h => KeyValuePair.Create(h.Name, h.Value.Reveal()))];
        (_version, _versionPolicy) = VersionOf(plan);
        _http = new HttpMessageInvoker(CreateHandler());
    }

    public IReadOnlyList<string> OwnModels => [];

    public bool Serves(Operation operation) => true;

    public async ValueTask<UpstreamReply> SendAsync(UpstreamCall call, CancellationToken cancel)
    {
        var request = CreateRequest(call);
        try
        {
            return new HttpUpstreamReply(await _http.SendAsync(request, cancel));
        }
        catch (HttpRequestException e)
        {
            return new HttpUpstreamReply(FaultOf(e));
        }
    }

    public ValueTask<bool> WarmAsync(int connections, CancellationToken cancel) => WarmUp.AllAsync(connections, _http, CreatePing, cancel);

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage CreatePing()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, _models) { Version = _version, VersionPolicy = _versionPolicy };
        if (_authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", _authorization);
        request.Headers.TryAddWithoutValidation("User-Agent", "causeway");
        foreach (var (name, value) in _headers) request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private HttpRequestMessage CreateRequest(UpstreamCall call)
    {
        var content = new ReadOnlyMemoryContent(call.Body);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, UriOf(call.Operation))
        {
            Content = content,
            Version = _version,
            VersionPolicy = _versionPolicy,
        };
        var headers = request.Headers;
        if (_authorization is not null) headers.TryAddWithoutValidation("Authorization", _authorization);
        headers.TryAddWithoutValidation("Accept", call.Stream ? "text/event-stream" : "application/json");
        headers.TryAddWithoutValidation("User-Agent", "causeway");
        call.Trace?.Write(headers);
        foreach (var (name, value) in _headers) headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private Uri UriOf(Operation operation) => operation switch
    {
        Operation.Completions => _completions,
        Operation.Embeddings => _embeddings,
        Operation.Tokenize => _tokenize,
        _ => _chatCompletions,
    };

    internal static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = _connectTimeout,
        PooledConnectionLifetime = _connectionLifetime,
        EnableMultipleHttp2Connections = true,
        MaxResponseHeadersLength = MaxHeadKilobytes,
    };

    private static (Version, HttpVersionPolicy) VersionOf(UpstreamPlan plan) => plan.Http switch
    {
        UpstreamHttp.Http11 => (HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact),
        UpstreamHttp.Http2 => (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact),
        _ when plan.BaseUrl!.Scheme == Uri.UriSchemeHttps => (HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower),
        _ => (HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact),
    };

    internal static UpstreamFault FaultOf(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
            or HttpRequestError.VersionNegotiationError or HttpRequestError.ProxyTunnelError => UpstreamFault.Unreachable,
        HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded => UpstreamFault.InvalidHead,
        _ => UpstreamFault.ConnectionLost,
    };
}
