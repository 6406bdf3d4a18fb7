using Causeway.Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Relay;

/// <summary>The head of a successful answer.</summary>
internal static class AnswerHead
{
    public static void Write(Call call, UpstreamReply reply, string contentType)
    {
        var response = call.Http.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = contentType;
        reply.PassHeaders(response.Headers);
        if (reply.IsRehearsal) response.Headers["x-causeway-rehearsal"] = "true";
        call.Active.Sunsets?.Write(call);
    }

    /// <summary>Whether a caller may see this header of an upstream: rate limits and timing, nothing about the operator's account.</summary>
    public static bool MayPass(string name) => name.Length > 0 && (name[0] | 0x20) switch
    {
        'x' => name.StartsWith("x-ratelimit-", StringComparison.OrdinalIgnoreCase),
        'o' => name.Equals("openai-processing-ms", StringComparison.OrdinalIgnoreCase) || name.Equals("openai-version", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };
}
