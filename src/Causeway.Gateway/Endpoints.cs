using Causeway.Gateway.Admin;
using Causeway.Gateway.Health;
using Causeway.Gateway.Identify;
using Causeway.Gateway.Models;
using Causeway.Gateway.Tuning;
using Causeway.Gateway.Upstreams;
using Causeway.Spec.Plans;
using Causeway.Wire.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway;

/// <summary>Which path leads where, and the last resort for everything that goes wrong on the way.</summary>
internal sealed partial class Endpoints(
    RequestPipeline pipeline, PlanState plans, KeyCheck keys, HealthEndpoint health, AdminEndpoint? admin, TuningDoor? tuning, GatewayMeter meter, TimeProvider time, ILogger<Endpoints> logger)
{
    private const string ModelPrefix = "/v1/models/";

    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            await DispatchAsync(http);
        }
        catch (Exception e) when (e is not StreamCutException)
        {
            await RecoverAsync(http, e);
        }
    }

    private Task DispatchAsync(HttpContext http)
    {
        if (HttpStrictness.Check(http.Request) is { } malformed) return RefuseAsync(http, malformed);
        var path = http.Request.Path.Value ?? "";
        return http.Request.Method == HttpMethods.Post && OperationOf(path) is { } operation ? pipeline.HandleAsync(http, operation) : AnswerAsync(http, path);
    }

    private static Operation? OperationOf(string path) => path switch
    {
        "/v1/chat/completions" => Operation.Chat,
        "/v1/completions" => Operation.Completions,
        "/v1/embeddings" => Operation.Embeddings,
        // vLLM's own clients ask beside the API's prefix.
        "/v1/tokenize" or "/tokenize" => Operation.Tokenize,
        _ => null,
    };

    /// <summary>Everything that is not an exchange.</summary>
    private Task AnswerAsync(HttpContext http, string path)
    {
        var active = plans.Current;
        RequestIds.Stamp(http, active, RequestId.New(time.GetUtcNow()));
        KeyPlan? key = null;
        return path switch
        {
            "/healthz" => AllowGet(http) ?? HealthEndpoint.LiveAsync(http),
            "/readyz" => AllowGet(http) ?? health.ReadyAsync(http),
            _ when admin is not null && path.StartsWith(AdminEndpoint.Prefix, StringComparison.Ordinal) => admin.HandleAsync(http, path),
            _ when Identify(http, active, out key) is { } refusal => refusal,
            _ when tuning is not null && TuningDoor.Leads(path) => tuning.EnterAsync(http, path, active.Plan.Keys, key),
            _ when OperationOf(path) is not null => RefuseMethodAsync(http, HttpMethods.Post),
            "/v1/models" => AllowGet(http) ?? ModelsEndpoint.ListAsync(http, active),
            _ when path.StartsWith(ModelPrefix, StringComparison.Ordinal) && path.Length > ModelPrefix.Length =>
                AllowGet(http) ?? ModelsEndpoint.OneAsync(http, active, path[ModelPrefix.Length..]),
            _ => RefuseAsync(http, ErrorCodes.UnknownUrl.Error($"Unknown request URL: {http.Request.Method} {Shortened(path)}. Check the path and the base URL.")),
        };
    }

    private Task? Identify(HttpContext http, ActivePlan active, out KeyPlan? key)
    {
        if (keys.Check(http.Request, active.Plan.Keys, out key) is not { } error) return null;
        meter.Unauthorized();
        return RefuseAsync(http, error);
    }

    private Task? AllowGet(HttpContext http) =>
        HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) ? null : RefuseMethodAsync(http, HttpMethods.Get);

    private Task RefuseMethodAsync(HttpContext http, string allowed)
    {
        http.Response.Headers.Allow = allowed;
        return RefuseAsync(http, ErrorCodes.MethodNotAllowed.Error($"{Shortened(http.Request.Method)} is not supported here; use {allowed}."));
    }

    private Task RefuseAsync(HttpContext http, WireError error)
    {
        if (!RequestIds.AreStamped(http)) RequestIds.Stamp(http, plans.Current, RequestId.New(time.GetUtcNow()));
        return ErrorResponse.WriteAsync(http, error);
    }

    private async Task RecoverAsync(HttpContext http, Exception e)
    {
        if (http.RequestAborted.IsCancellationRequested) return;
        LogUnexpected(e, http.Request.Path);
        if (http.Response.HasStarted) http.Abort();
        else await RefuseAsync(http, ErrorCodes.InternalError.Error("The gateway made a mistake. It has been logged with this request's id."));
    }

    private static string Shortened(string text) => text.Length <= 100 ? text : text[..100] + "…";

    [LoggerMessage(1001, LogLevel.Error, "Unexpected failure while serving {Path}")]
    private partial void LogUnexpected(Exception e, PathString path);
}
