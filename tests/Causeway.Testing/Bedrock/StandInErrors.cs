using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Causeway.Testing.Bedrock;

/// <summary>An error before it takes the envelope of one of the hosts.</summary>
/// <param name="ErrorType">The exception's name, for the runtime host's header.</param>
/// <param name="Code">The mantle host's <c>error.code</c>.</param>
internal sealed record StandInFault(int Status, string ErrorType, string Code, string Message, string Type = "invalid_request_error", string? Param = null)
{
    public int? RetryAfter { get; init; }
    public string? RawBody { get; init; }
}

/// <summary>What Bedrock refuses, and how each host says so.</summary>
internal static class StandInErrors
{
    // AWS defers to OpenAI's reference; what is not in it is refused by the mantle host, which reads the body strictly.
    private static readonly HashSet<string> _known =
    [
        "model", "messages", "max_tokens", "max_completion_tokens", "temperature", "top_p", "stop", "stream", "stream_options", "service_tier", "metadata", "tools",
        "tool_choice", "parallel_tool_calls", "response_format", "reasoning_effort", "seed", "n", "logprobs", "top_logprobs", "logit_bias", "frequency_penalty",
        "presence_penalty", "user", "store", "amazon-bedrock-guardrailConfig",
    ];

    public static StandInFault? OfShape(StandInRequest request)
    {
        try
        {
            using var document = JsonDocument.Parse(request.Body);
            var root = document.RootElement;
            if (root.TryGetProperty("messages", out var messages) && messages.ValueKind == JsonValueKind.Array && root.TryGetProperty("model", out _)
                && root.EnumerateObject().All(member => _known.Contains(member.Name))) return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Said below.
        }
        return new StandInFault(400, "ValidationException", "validation_error", "Failed to deserialize the JSON body into the target type: unknown or missing field");
    }

    public static StandInFault? OfRequest(StandInRequest request, StandInModel model, StandInHost host)
    {
        using var document = JsonDocument.Parse(request.Body);
        var root = document.RootElement;
        foreach (var member in root.EnumerateObject())
            if (model.Refuses.Contains(member.Name))
                return new StandInFault(400, "ValidationException", "unsupported_parameter", $"Unsupported parameter: '{member.Name}' is not supported with this model.", Param: member.Name);
        if (root.TryGetProperty("service_tier", out var tier) && !model.Tiers.Contains(tier.GetString()!))
            return new StandInFault(400, "ValidationException", "validation_error", $"Service tier '{tier.GetString()}' is not available for this model.", Param: "service_tier");
        if (SchemaOf(root) is { } schema && StandInSchema.FirstRefused(schema) is { } keyword)
            return new StandInFault(400, "ValidationException", "validation_error", $"The schema uses '{keyword}', which is not supported.", Param: "response_format");
        return host == StandInHost.Runtime ? OfRuntimeHeaders(request) : null;
    }

    public static JsonElement? SchemaOf(JsonElement root) =>
        root.TryGetProperty("response_format", out var format) && format.TryGetProperty("json_schema", out var named) && named.TryGetProperty("schema", out var schema) ? schema : null;

    public static async Task WriteAsync(HttpContext http, StandInHost host, StandInFault fault)
    {
        http.Response.StatusCode = fault.Status;
        http.Response.ContentType = "application/json";
        if (fault.RetryAfter is { } seconds) http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (host == StandInHost.Runtime)
        {
            http.Response.Headers["x-amzn-errortype"] = fault.ErrorType + ":http://internal.amazon.com/coral/com.amazon.bedrock/";
            http.Response.Headers["x-amzn-requestid"] = "6f7a1c1e-0000-4000-8000-000000000001";
        }
        await http.Response.WriteAsync(fault.RawBody ?? (host == StandInHost.Runtime ? AwsEnvelope(fault) : OpenAiEnvelope(fault)), http.RequestAborted);
    }

    public static string OpenAiEnvelope(StandInFault fault) =>
        StandInJson.Text(new JsonObject { ["error"] = new JsonObject { ["code"] = fault.Code, ["message"] = fault.Message, ["param"] = fault.Param, ["type"] = fault.Type } });

    private static string AwsEnvelope(StandInFault fault) => StandInJson.Text(new JsonObject { ["message"] = fault.Message });

    private static StandInFault? OfRuntimeHeaders(StandInRequest request)
    {
        var has = (string name) => request.Headers.ContainsKey(name);
        if (has("X-Amzn-Bedrock-GuardrailIdentifier") != has("X-Amzn-Bedrock-GuardrailVersion"))
            return new StandInFault(400, "ValidationException", "validation_error", "Guardrail identifier and version are required together.");
        if (request.Headers.GetValueOrDefault("OpenAI-Project", "default") != "default")
            return new StandInFault(400, "ValidationException", "validation_error", "Only the default project is supported.");
        return null;
    }
}
