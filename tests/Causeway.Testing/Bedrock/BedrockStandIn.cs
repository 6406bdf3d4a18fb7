using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Causeway.Testing.Bedrock;

/// <summary>
/// Amazon Bedrock's OpenAI-compatible API as far as its documentation and field reports describe it: both hosts behind one address, both
/// prefixes, keys and signatures, both error envelopes, models with the manners of the real ones. No model answers: every answer says so.
/// </summary>
/// <remarks>
/// <see cref="Endpoint"/> alone does not say which host or Region is meant, as a stand-in behind one address cannot know;
/// <see cref="EndpointByRegion"/> does. Requests take scripted turns in order of arrival; without one a model answers by itself:
/// it calls the first tool offered, gives a minimal instance of a schema, or repeats the question.
/// </remarks>
public sealed class BedrockStandIn : IAsyncDisposable
{
    /// <summary>The long-term key that opens the door.</summary>
    public const string ApiKey = "stand-in-bedrock-key";

    private readonly WebApplication _server;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, StandInModel> _models = new(StandInModel.All.ToDictionary(model => model.Id));
    private readonly ConcurrentQueue<StandInTurn> _script = [];
    private readonly ConcurrentDictionary<string, ConcurrentQueue<StandInTurn>> _scripts = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();

    private BedrockStandIn(WebApplication server, TimeProvider time) => (_server, _time) = (server, time);

    /// <summary><c>http://127.0.0.1:PORT</c>, for <c>endpoint:</c>.</summary>
    public string Endpoint => _server.Urls.First();

    /// <summary>The same with places for the service and the Region, which the gateway fills in: <c>http://127.0.0.1:PORT/{service}/{region}</c>.</summary>
    public string EndpointByRegion => Endpoint + "/{service}/{region}";

    /// <summary>Every request that arrived whole, in order of arrival.</summary>
    public ConcurrentQueue<StandInRequest> Requests { get; } = [];

    /// <summary>Who may sign requests, and mint short-term keys.</summary>
    public StandInCredentials Credentials { get; set; } = new();

    /// <summary>Tool calls that are not scripted are left in the text, in the model's markup.</summary>
    public bool LeaksToolCalls { get; set; }

    /// <summary>UTF-16 units of text in one event of a stream.</summary>
    public int PieceLength { get; set; } = 4;

    public static async Task<BedrockStandIn> StartAsync(int port = 0, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var server = builder.Build();
        var standIn = new BedrockStandIn(server, time ?? TimeProvider.System);
        server.Run(standIn.HandleAsync);
        await server.StartAsync();
        return standIn;
    }

    /// <summary>Adds a model, or changes one.</summary>
    public void Use(StandInModel model) => _models[model.Id] = model;

    public StandInModel Model(string id) => _models[id];

    /// <summary>What happens to the next requests, one turn each.</summary>
    public void Script(params StandInTurn[] turns)
    {
        foreach (var turn in turns) _script.Enqueue(turn);
    }

    /// <summary>What happens to the next requests in one Region; these turns go before the others.</summary>
    public void ScriptRegion(string region, params StandInTurn[] turns)
    {
        var queue = _scripts.GetOrAdd(region, _ => []);
        foreach (var turn in turns) queue.Enqueue(turn);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _server.DisposeAsync();
        _stop.Dispose();
    }

    private async Task HandleAsync(HttpContext http)
    {
        var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, _stop.Token);
        var request = Read(http, body.ToArray());
        Requests.Enqueue(request);
        try
        {
            if (Door(http, request, body.ToArray()) is { } closed) await StandInErrors.WriteAsync(http, request.Host, closed);
            else await AnswerAsync(http, request);
        }
        catch (OperationCanceledException)
        {
            // The caller hung up, or the test is over.
        }
        request.Status = http.Response.StatusCode;
    }

    private static StandInRequest Read(HttpContext http, byte[] body)
    {
        var parts = http.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var scope = SigV4Check.Scope(http.Request.Headers.Authorization.ToString());
        var (host, region) = (scope is null ? StandInHost.Either : HostOf(scope.Value.Service), scope?.Region);
        if (parts is ["bedrock-runtime" or "bedrock-mantle", var inPath, ..])
        {
            (host, region) = (parts[0] == "bedrock-runtime" ? StandInHost.Runtime : StandInHost.Mantle, inPath);
            parts = parts[2..];
        }
        if (parts is ["v1", ..]) host = StandInHost.Mantle;
        var headers = http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return new StandInRequest(http.Request.Method, "/" + string.Join('/', parts), host, region, headers, Encoding.UTF8.GetString(body));
    }

    // Both services accept a signature for "bedrock" (independent clients report it for mantle), only mantle one for its own name.
    private static StandInHost HostOf(string service) => service == "bedrock-mantle" ? StandInHost.Mantle : StandInHost.Runtime;

    private StandInFault? Door(HttpContext http, StandInRequest request, byte[] body)
    {
        var authorization = request.Headers.GetValueOrDefault("Authorization", "");
        var now = _time.GetUtcNow();
        if (authorization == "Bearer " + ApiKey) return null;
        if (authorization.StartsWith("Bearer bedrock-api-key-", StringComparison.Ordinal))
            return SigV4Check.FaultOfKey(authorization["Bearer ".Length..], request.Region, Credentials, now) is { } wrong
                ? new StandInFault(403, "AccessDeniedException", "access_denied", wrong) : null;
        if (SigV4Check.Scope(authorization) is not null)
            return SigV4Check.Fault(http.Request, body, Credentials, now) is var (type, message)
                ? new StandInFault(type is "IncompleteSignature" or "RequestExpired" ? 400 : 403, type, "access_denied", message) : null;
        return new StandInFault(401, "AccessDeniedException", "invalid_api_key",
            "Authentication failed for arn:aws:iam::123456789012:user/somebody: please make sure your API key is valid.");
    }

    private async Task AnswerAsync(HttpContext http, StandInRequest request)
    {
        if (request is { Method: "GET", Path: "/v1/models", Host: StandInHost.Mantle })
        {
            await http.Response.WriteAsync(ModelList(), _stop.Token);
            return;
        }
        var prefix = request.Path switch { "/v1/chat/completions" => "/v1", "/openai/v1/chat/completions" => "/openai/v1", _ => null };
        if (request.Method != "POST" || prefix is null)
        {
            await StandInErrors.WriteAsync(http, request.Host, new StandInFault(404, "UnknownOperationException", "not_found", "Not found."));
            return;
        }
        if (StandInErrors.OfShape(request) is { } shapeless)
        {
            await StandInErrors.WriteAsync(http, request.Host, shapeless);
            return;
        }
        var (model, host, fault) = FindModel(request, prefix);
        fault ??= StandInErrors.OfRequest(request, model!, host);
        if (fault is not null) await StandInErrors.WriteAsync(http, host, fault);
        else await new StandInAnswer(http, request, model!, host, this).WriteAsync(NextTurn(request.Region), _stop.Token);
    }

    private (StandInModel?, StandInHost, StandInFault?) FindModel(StandInRequest request, string prefix)
    {
        var name = request.Model;
        var onRuntime = _models.Values.FirstOrDefault(m => m.RuntimeId == name);
        var onMantle = _models.Values.FirstOrDefault(m => m.Id == name && m.MantlePrefix is not null);
        if (onRuntime is not null && prefix == "/openai/v1" && request.Host != StandInHost.Mantle && IsOffered(onRuntime, request)) return (onRuntime, StandInHost.Runtime, null);
        var host = request.Host == StandInHost.Either ? StandInHost.Mantle : request.Host;
        if (host == StandInHost.Mantle && onMantle is not null && IsOffered(onMantle, request))
        {
            if (onMantle.MantlePrefix == prefix) return (onMantle, host, null);
            return (null, host, onMantle.DisguisesWrongPrefix
                ? new StandInFault(401, "AccessDeniedException", "access_denied", "Berm is not enabled for this account", "permission_denied_error")
                : new StandInFault(400, "ValidationException", "validation_error", $"The model '{name}' isn't supported on this route"));
        }
        if (_models.Values.Any(m => (m.Id == name || m.RuntimeId == name) && IsOffered(m, request)))
            return (null, host, new StandInFault(400, "ValidationException", "validation_error", $"The model '{name}' isn't supported on this route"));
        return (null, host, new StandInFault(404, "ResourceNotFoundException", "not_found_error", $"The model '{name}' does not exist."));
    }

    private static bool IsOffered(StandInModel model, StandInRequest request) => request.Region is null || model.Regions.IsEmpty || model.Regions.Contains(request.Region);

    private StandInTurn? NextTurn(string? region)
    {
        if (region is not null && _scripts.TryGetValue(region, out var queue) && queue.TryDequeue(out var regional)) return regional;
        return _script.TryDequeue(out var turn) ? turn : null;
    }

    private string ModelList()
    {
        var entries = _models.Values.Where(m => m.MantlePrefix is not null).OrderBy(m => m.Id, StringComparer.Ordinal)
            .Select(m => $$"""{"id":{{JsonSerializer.Serialize(m.Id, StandInJson.Default.String)}},"object":"model","created":0,"owned_by":"system"}""");
        return $$"""{"object":"list","data":[{{string.Join(',', entries)}}]}""";
    }
}
