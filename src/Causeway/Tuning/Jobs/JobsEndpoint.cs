using System.Security.Cryptography;
using System.Text.Json;
using Causeway.Gateway;
using Causeway.Tuning.Files;
using Causeway.Tuning.Worker;
using Causeway.Wire.Errors;

namespace Causeway.Tuning.Jobs;

/// <summary><c>/v1/fine_tuning/jobs</c>, in OpenAI's shapes.</summary>
internal sealed class JobsEndpoint(JobBoardState board, FileShelfState shelf, TuningBases bases, TuningWorker worker, TuningIds ids, TimeProvider time)
{
    private const int MaxBody = 1 << 20;
    private const int MaxPage = 100;
    private static readonly JsonDocumentOptions _json = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    public async Task CreateAsync(HttpContext http)
    {
        using var body = await ReadAsync(http).ConfigureAwait(false);
        var job = JobAsk.Read(body.RootElement, ids.New("ftjob"), time.GetUtcNow(), RandomNumberGenerator.GetInt32(int.MaxValue));
        bases.Check(job.Model);
        Check(job.TrainingFile, "training_file");
        if (job.ValidationFile is { } validation) Check(validation, "validation_file");
        if (job is { Method: TuningMethod.Dpo, ValidationFile: not null })
            throw new TuningRefusal(ErrorCodes.UnsupportedParameter.Error("The loss of preferences is not measured on a validation file here.", "validation_file"));
        board.Add(job);
        board.EventsOf(job).Message(job.CreatedAt, "info", $"Created fine-tuning job: {job.Id}");
        worker.Wake();
        await AnswerAsync(http, job).ConfigureAwait(false);
    }

    public Task ListAsync(HttpContext http) =>
        PageJson.WriteAsync(http, Page<TuningJob>.Of(http.Request, board.List().Where(job => HasMetadata(http.Request, job)), job => job.Id, 20, MaxPage), job => job.Id, Write);

    public Task OneAsync(HttpContext http, string id) => AnswerAsync(http, Existing(id));

    public Task EventsAsync(HttpContext http, string id)
    {
        var job = Existing(id);
        var page = board.EventsOf(job).Newest(PageQuery.Limit(http.Request, 20, MaxPage), PageQuery.After(http.Request));
        return PageJson.WriteAsync(http, page, one => one.Id, static (json, one) => json.WriteRawValue(one.Json));
    }

    public Task CheckpointsAsync(HttpContext http, string id)
    {
        var job = Existing(id);
        var page = Page<JobCheckpoint>.Of(http.Request, job.Checkpoints.Reverse(), checkpoint => checkpoint.Id, 10, MaxPage);
        return PageJson.WriteAsync(http, page, checkpoint => checkpoint.Id, (json, checkpoint) => JobJson.Write(json, job, checkpoint));
    }

    public Task CancelAsync(HttpContext http, string id) => StopAsync(http, id, JobStatus.Cancelled, "cancelled", "The job was cancelled.");

    public Task PauseAsync(HttpContext http, string id) => StopAsync(http, id, JobStatus.Paused, "paused", "The job is paused; 'resume' goes on from here.");

    /// <summary>Takes up a job that was paused, or that failed and left something to go on from.</summary>
    public Task ResumeAsync(HttpContext http, string id)
    {
        var job = board.Change(Existing(id).Id, job => job.Status is JobStatus.Paused || (job.Status == JobStatus.Failed && JobStates.Any(board.FolderOf(job)))
            ? job with { Status = JobStatus.Queued, Error = null, FinishedAt = null } : null) ?? throw Conflict(id, "resumed");
        board.EventsOf(job).Message(time.GetUtcNow(), "info", "The job is queued again.");
        worker.Wake();
        return AnswerAsync(http, job);
    }

    private Task StopAsync(HttpContext http, string id, JobStatus status, string what, string message)
    {
        var now = time.GetUtcNow();
        var job = board.Change(Existing(id).Id, job => job.HasEnded || job.Status == status
            ? null : job with { Status = status, FinishedAt = status == JobStatus.Cancelled ? now : null }) ?? throw Conflict(id, what);
        worker.Stop(job.Id);
        board.EventsOf(job).Message(now, "info", message);
        return AnswerAsync(http, job);
    }

    private Task AnswerAsync(HttpContext http, TuningJob job) => JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, (job, me: this), static (buffer, state) =>
    {
        using var json = new Utf8JsonWriter(buffer);
        state.me.Write(json, state.job);
    });

    private void Write(Utf8JsonWriter json, TuningJob job) => JobJson.Write(json, job, worker.ProgressOf(job.Id));

    private TuningJob Existing(string id) => board.Find(id) ?? throw new TuningRefusal(ErrorCodes.JobNotFound.Error("There is no fine-tuning job of this id.", "fine_tuning_job_id"));

    private TuningRefusal Conflict(string id, string what) =>
        new(ErrorCodes.JobStateConflict.Error($"The job is {(board.Find(id) is { } job ? JobJson.Word(job.Status) : "gone")} and cannot be {what}.", "fine_tuning_job_id"));

    private void Check(string file, string param)
    {
        if (shelf.Find(file) is not { } found) throw new TuningRefusal(ErrorCodes.FileNotFound.Error($"There is no file '{file}'.", param));
        if (found.Purpose != UploadedFile.ForTuning) throw new TuningRefusal(ErrorCodes.InvalidValue.Error($"The purpose of '{file}' is not '{UploadedFile.ForTuning}'.", param));
    }

    // ?metadata[team]=blue
    private static bool HasMetadata(HttpRequest request, TuningJob job) => request.Query
        .Where(pair => pair.Key.StartsWith("metadata[", StringComparison.Ordinal) && pair.Key.EndsWith(']'))
        .All(pair => job.Metadata.TryGetValue(pair.Key["metadata[".Length..^1], out var value) && value == pair.Value);

    private static async Task<JsonDocument> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true)
            throw new TuningRefusal(ErrorCodes.UnsupportedMediaType.Error("The body must be sent as Content-Type: application/json."));
        var buffer = new byte[Math.Min(MaxBody, http.Request.ContentLength ?? MaxBody) + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, http.RequestAborted).ConfigureAwait(false);
        if (length == buffer.Length) throw new TuningRefusal(ErrorCodes.RequestTooLarge.Error($"The body may have {MaxBody >> 10} KiB."));
        try
        {
            return JsonDocument.Parse(buffer.AsMemory(0, length), _json);
        }
        catch (JsonException e)
        {
            throw new TuningRefusal(ErrorCodes.InvalidJson.Error($"The body is not valid JSON: {e.Message}"));
        }
    }
}
