using System.Globalization;
using Causeway.Wire.Errors;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway;

/// <summary>Writes an error as a whole answer: status, OpenAI's JSON, and what tells a client whether to come again.</summary>
public static class ErrorResponse
{
    public static Task WriteAsync(HttpContext http, WireError error)
    {
        var headers = http.Response.Headers;
        if (error.RetryAfterSeconds is { } seconds) headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (error.Status == StatusCodes.Status401Unauthorized) headers.WWWAuthenticate = "Bearer";
        return JsonAnswer.WriteAsync(http, error.Status, error, static (buffer, e) => ErrorJson.Write(buffer, e));
    }
}
