using System.Net;
using System.Net.Http.Headers;
using Causeway.Spec.Plans;

namespace Causeway.Gateway.Upstreams.Bedrock;

/// <summary>
/// Amazon Bedrock through its OpenAI-compatible API. Finds out which host and prefix a model answers on and remembers it; keys, signatures
/// and minted keys; the operator's tier, project and guardrail. Another Region is another target of the plan, not a matter of this class.
/// </summary>
internal sealed class BedrockUpstream : IUpstream
{
    private static readonly MediaTypeHeaderValue _json = new("application/json");

    private readonly BedrockPlan _plan;
    private readonly HttpMessageInvoker _http = new(CreateHandler());
    private readonly BedrockDoor _door;
    private readonly BedrockRoutes _routes;

    public BedrockUpstream(UpstreamPlan plan, TimeProvider time) : this(plan, time, AwsSurroundings.OfThisMachine)
    {
    }

    public BedrockUpstream(UpstreamPlan plan, TimeProvider time, AwsSurroundings around)
    {
        _plan = plan.Bedrock!;
        _door = new BedrockDoor(plan, time, around);
        _routes = new BedrockRoutes(_plan.EffectiveHost, _plan.Places);
    }

    public IReadOnlyList<string> OwnModels => [];

    // The mantle host's list of paths has embeddings; neither host's has completions or a count of tokens in this dialect.
    public bool Serves(Operation operation) => operation == Operation.Chat || (operation == Operation.Embeddings && _plan.EffectiveHost != BedrockHost.Runtime);

    public async ValueTask<UpstreamReply> SendAsync(UpstreamCall call, CancellationToken cancel)
    {
        var region = call.Region ?? _plan.Regions[0];
        if (_plan.ServiceTier is { } tier && call.Operation == Operation.Chat) call = call with { Body = MemberSplice.ServiceTier(call.Body, tier) };
        if (call.Operation == Operation.Embeddings) return await SendAsync(call, BedrockRoute.Mantle, region, cancel);
        UpstreamReply? refused = null;
        try
        {
            foreach (var route in _routes.For(region, call.Model))
            {
                var (reply, isWrong) = await WrongRoute.JudgeAsync(await SendAsync(call, route, region, cancel), cancel);
                if (!isWrong) return Settled(reply, refused is not null && reply.Fault != UpstreamFault.None, ref refused, call.Model, region, route);
                _routes.Forget(region, call.Model);
                refused = Plainer(refused, reply);
            }
        }
        catch
        {
            refused?.Dispose();
            throw;
        }
        return refused!;
    }

    /// <summary>To every host of every Region that may be asked; without credentials, since a refusal opens a connection too.</summary>
    public async ValueTask<bool> WarmAsync(int connections, CancellationToken cancel)
    {
        var hosts = _plan.Regions.SelectMany(region => _routes.For(region, "").Select(route => _plan.Authority(route.Host, region))).Distinct();
        var isWarm = true;
        foreach (var host in hosts)
            isWarm &= await WarmUp.AllAsync(connections, _http, () => new HttpRequestMessage(HttpMethod.Get, host + "/") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower }, cancel);
        return isWarm;
    }

    public void Dispose()
    {
        _http.Dispose();
        _door.Dispose();
    }

    // A host that cannot be reached teaches nothing; what another one said is worth more to the reader.
    private UpstreamReply Settled(UpstreamReply reply, bool isNoAnswer, ref UpstreamReply? refused, string model, string region, BedrockRoute route)
    {
        if (isNoAnswer)
        {
            reply.Dispose();
            return refused!;
        }
        if (reply.Status == 200) _routes.Learn(region, model, route);
        refused?.Dispose();
        refused = null;
        return reply;
    }

    // Of several "not here", a 400 says so in plain words.
    private static UpstreamReply Plainer(UpstreamReply? first, UpstreamReply next)
    {
        if (first is null) return next;
        var (kept, dropped) = first.Status != 400 && next.Status == 400 ? (next, first) : (first, next);
        dropped.Dispose();
        return kept;
    }

    private async ValueTask<UpstreamReply> SendAsync(UpstreamCall call, BedrockRoute route, string region, CancellationToken cancel)
    {
        if (route.Model is { } name) call = call with { Body = MemberSplice.Model(call.Body, name) };
        var request = CreateRequest(call, route, region);
        var (isOpen, credentials) = await _door.AuthorizeAsync(request, call.Body, route.Host, region, cancel);
        if (!isOpen) return new HttpUpstreamReply(UpstreamFault.NoCredentials);
        try
        {
            var reply = new HttpUpstreamReply(await _http.SendAsync(request, cancel));
            if (reply.Status is 401 or 403 && credentials is not null) _door.Doubt(credentials, region);
            return reply;
        }
        catch (HttpRequestException e)
        {
            return new HttpUpstreamReply(HttpUpstream.FaultOf(e));
        }
    }

    private HttpRequestMessage CreateRequest(UpstreamCall call, BedrockRoute route, string region)
    {
        var content = new ReadOnlyMemoryContent(call.Body);
        content.Headers.ContentType = _json;
        var uri = new Uri($"{_plan.Authority(route.Host, region)}{route.Prefix}/{(call.Operation == Operation.Embeddings ? "embeddings" : "chat/completions")}");
        var isTls = uri.Scheme == Uri.UriSchemeHttps;
        var request = new HttpRequestMessage(HttpMethod.Post, uri)
        {
            Content = content,
            Version = isTls ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = isTls ? HttpVersionPolicy.RequestVersionOrLower : HttpVersionPolicy.RequestVersionExact,
        };
        var headers = request.Headers;
        headers.TryAddWithoutValidation("Accept", call.Stream ? "text/event-stream" : "application/json");
        headers.TryAddWithoutValidation("User-Agent", "causeway");
        call.Trace?.Write(headers);
        if (_plan.Project is { } project) headers.TryAddWithoutValidation("OpenAI-Project", project);
        if (_plan.Guardrail is { } guardrail)
        {
            headers.TryAddWithoutValidation("X-Amzn-Bedrock-GuardrailIdentifier", guardrail.Id);
            headers.TryAddWithoutValidation("X-Amzn-Bedrock-GuardrailVersion", guardrail.Version);
            if (guardrail.Trace) headers.TryAddWithoutValidation("X-Amzn-Bedrock-Trace", "ENABLED");
        }
        return request;
    }

    private static SocketsHttpHandler CreateHandler()
    {
        var handler = HttpUpstream.CreateHandler();
        // Network devices of AWS drop a connection that is silent for 350 s, and a whole answer can take longer than that.
        handler.KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests;
        handler.KeepAlivePingDelay = TimeSpan.FromSeconds(60);
        handler.KeepAlivePingTimeout = TimeSpan.FromSeconds(30);
        return handler;
    }
}
