using System.Net;
using Causeway.Spec.Plans;
using Causeway.Wire.Errors;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Identify;

/// <summary>
/// Who is calling. With keys in the plan a bearer must hash to one of them. Without, everybody who reaches the listener is served; then the
/// Host header must name this machine, so that a web page cannot use a visitor's browser to spend the operator's money (DNS rebinding).
/// </summary>
/// <param name="isOpen">The operator asked to serve other machines without keys.</param>
internal sealed class KeyCheck(bool isOpen)
{
    private const string Scheme = "Bearer ";

    /// <summary>Sets <see cref="Call.Key"/>, or says why not.</summary>
    public WireError? Identify(Call call)
    {
        var error = Check(call.Http.Request, call.Active.Plan.Keys, out var key);
        call.Key = key;
        call.IsIdentified = error is null;
        return error;
    }

    /// <summary>The same for requests that are not exchanges, such as the model list.</summary>
    public WireError? Check(HttpRequest request, KeyTable keys, out KeyPlan? key)
    {
        key = null;
        if (keys.IsEmpty) return isOpen || NamesThisMachine(request.Host) ? null : ErrorCodes.HostNotAllowed.Error(
            "Without keys this gateway serves the local machine only, and the Host header names another. List keys in the spec, or use 127.0.0.1.");

        var presented = request.Headers.Authorization.ToString();
        if (presented.Length == 0) return ErrorCodes.MissingApiKey.Error(
            "You didn't provide an API key. Send it in the Authorization header: 'Authorization: Bearer YOUR_KEY'.");
        if (presented.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) key = keys.Find(presented.AsSpan(Scheme.Length).Trim());
        return key is null ? ErrorCodes.InvalidApiKey.Error("Incorrect API key provided.") : null;
    }

    private static bool NamesThisMachine(HostString host) =>
        !host.HasValue
        || host.Value.StartsWith("127.0.0.1:", StringComparison.Ordinal)
        || host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Host, out var address) && IPAddress.IsLoopback(address));
}
