using System.Net;
using Causeway.Spec.Plans;
using Causeway.Wire.Errors;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Tuning;

/// <summary>
/// Who may come to the files and fine-tuning jobs behind <c>/v1/files</c> and <c>/v1/fine_tuning</c>: they take disk and processor, and what they make
/// may serve others, so a key that may chat may not do this by itself.
/// </summary>
/// <param name="answer">What is behind the door.</param>
internal sealed class TuningDoor(Func<HttpContext, string, Task> answer)
{
    private const string Files = "/v1/files";
    private const string Jobs = "/v1/fine_tuning/";

    public static bool Leads(string path) =>
        path == Files || path.StartsWith(Files + "/", StringComparison.Ordinal) || path.StartsWith(Jobs, StringComparison.Ordinal);

    /// <param name="key">The caller's, checked; null when the plan lists none.</param>
    public Task EnterAsync(HttpContext http, string path, KeyTable keys, KeyPlan? key)
    {
        if (keys.IsEmpty ? IsThisMachine(http) : key is { MayTune: true }) return EnterAsync(http, path);
        return ErrorResponse.WriteAsync(http, ErrorCodes.TuningRefused.Error(keys.IsEmpty
            ? "Without keys, files and fine-tuning jobs are for programs of this machine only."
            : "This key may not tune: 'tune: true' in the spec would allow it."));
    }

    /// <summary>For those who have shown that they may.</summary>
    public async Task EnterAsync(HttpContext http, string path)
    {
        // Files and locks take time that belongs to the pool, not to the thread that reads sockets.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await answer(http, path).ConfigureAwait(false);
    }

    // A form can be sent from any web page to a server of the visitor's machine, without asking first; only browsers say where a request comes from.
    private static bool IsThisMachine(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } from && (IPAddress.IsLoopback(from) || from.Equals(http.Connection.LocalIpAddress))
        && http.Request.Headers.Origin.Count == 0;
}
