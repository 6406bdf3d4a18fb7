using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway;

/// <summary>The headers every answer carries: which request this was, and under which plan.</summary>
internal static class RequestIds
{
    // The name official SDKs show in their errors.
    private const string Standard = "x-request-id";

    public static void Stamp(HttpContext http, ActivePlan active, Guid id)
    {
        var text = id.ToString();
        var headers = http.Response.Headers;
        headers["x-causeway-plan"] = active.Header;
        headers["x-causeway-request-id"] = text;
        headers[Standard] = text;
    }

    public static bool AreStamped(HttpContext http) => http.Response.Headers.ContainsKey(Standard);
}
