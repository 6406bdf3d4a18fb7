using Causeway.Gateway;
using Causeway.Tuning.Files;
using Causeway.Tuning.Jobs;
using Causeway.Wire.Errors;

namespace Causeway.Tuning;

/// <summary>Which path of <c>/v1/files</c> and <c>/v1/fine_tuning</c> leads where. Its callers have been let in.</summary>
internal sealed partial class TuningEndpoint(FilesEndpoint files, JobsEndpoint jobs, ILogger logger)
{
    public async Task HandleAsync(HttpContext http, string path)
    {
        try
        {
            await DispatchAsync(http, path).ConfigureAwait(false);
        }
        catch (TuningRefusal refusal)
        {
            await ErrorResponse.WriteAsync(http, refusal.Error).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && !http.RequestAborted.IsCancellationRequested && !http.Response.HasStarted)
        {
            LogDisk(e.Message);
            await ErrorResponse.WriteAsync(http, ErrorCodes.StorageFailed.Error("The gateway cannot use its data folder: the disk is full or not writable. Nothing that was there is lost.")).ConfigureAwait(false);
        }
    }

    private Task DispatchAsync(HttpContext http, string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
    {
        ["v1", "files"] => Allow(http, ("GET", files.ListAsync), ("POST", files.UploadAsync)),
        ["v1", "files", var id] => Allow(http, ("GET", one => files.OneAsync(one, id)), ("DELETE", one => files.DeleteAsync(one, id))),
        ["v1", "files", var id, "content"] => Allow(http, ("GET", one => files.ContentAsync(one, id))),
        ["v1", "fine_tuning", "jobs"] => Allow(http, ("GET", jobs.ListAsync), ("POST", jobs.CreateAsync)),
        ["v1", "fine_tuning", "jobs", var id] => Allow(http, ("GET", one => jobs.OneAsync(one, id))),
        ["v1", "fine_tuning", "jobs", var id, "events"] => Allow(http, ("GET", one => jobs.EventsAsync(one, id))),
        ["v1", "fine_tuning", "jobs", var id, "checkpoints"] => Allow(http, ("GET", one => jobs.CheckpointsAsync(one, id))),
        ["v1", "fine_tuning", "jobs", var id, "cancel"] => Allow(http, ("POST", one => jobs.CancelAsync(one, id))),
        ["v1", "fine_tuning", "jobs", var id, "pause"] => Allow(http, ("POST", one => jobs.PauseAsync(one, id))),
        ["v1", "fine_tuning", "jobs", var id, "resume"] => Allow(http, ("POST", one => jobs.ResumeAsync(one, id))),
        _ => throw new TuningRefusal(ErrorCodes.UnknownUrl.Error("Nothing is served at this path of the fine-tuning API.")),
    };

    private static Task Allow(HttpContext http, params ReadOnlySpan<(string Method, Func<HttpContext, Task> Answer)> methods)
    {
        var asked = HttpMethods.IsHead(http.Request.Method) ? "GET" : http.Request.Method;
        foreach (var (method, answer) in methods)
            if (method == asked) return answer(http);
        var allowed = new List<string>();
        foreach (var (method, _) in methods) allowed.Add(method);
        http.Response.Headers.Allow = string.Join(", ", allowed);
        throw new TuningRefusal(ErrorCodes.MethodNotAllowed.Error($"Use {string.Join(" or ", allowed)} here."));
    }

    [LoggerMessage(7005, LogLevel.Error, "The data folder refuses what the fine-tuning API asks of it: {Reason}")]
    private partial void LogDisk(string reason);
}
