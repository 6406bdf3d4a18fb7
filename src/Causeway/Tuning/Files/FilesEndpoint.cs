using System.Text.Json;
using Causeway.Gateway;
using Causeway.Tuning.Jobs;
using Causeway.Wire.Errors;

namespace Causeway.Tuning.Files;

/// <summary><c>/v1/files</c>, in OpenAI's shapes.</summary>
internal sealed class FilesEndpoint(FileShelfState shelf, JobBoardState board)
{
    private const int MaxPage = 10_000;

    public async Task UploadAsync(HttpContext http)
    {
        var file = await new UploadForm(shelf, http.Request, http.RequestAborted).ReadAsync().ConfigureAwait(false);
        await AnswerAsync(http, file).ConfigureAwait(false);
    }

    public Task ListAsync(HttpContext http)
    {
        var purpose = (string?)http.Request.Query["purpose"];
        var files = shelf.List().Where(file => purpose is null || file.Purpose == purpose);
        if (http.Request.Query["order"] == "asc") files = files.Reverse();
        return PageJson.WriteAsync(http, Page<UploadedFile>.Of(http.Request, files, file => file.Id, MaxPage, MaxPage), file => file.Id, Write);
    }

    public Task OneAsync(HttpContext http, string id) => AnswerAsync(http, Existing(id));

    public async Task ContentAsync(HttpContext http, string id)
    {
        var file = Existing(id);
        await using var content = shelf.Open(file);
        http.Response.ContentType = "application/octet-stream";
        http.Response.ContentLength = file.Bytes;
        // Whatever is in it, a browser shall not show it as a page of this server's.
        http.Response.Headers.ContentDisposition = "attachment";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        if (!HttpMethods.IsHead(http.Request.Method)) await content.CopyToAsync(http.Response.Body, http.RequestAborted).ConfigureAwait(false);
    }

    public Task DeleteAsync(HttpContext http, string id)
    {
        if (board.Needs(Existing(id).Id) is { } job)
            throw new TuningRefusal(ErrorCodes.FileInUse.Error($"The job {job} has not ended and needs the file.", "file_id"));
        if (!shelf.Delete(id)) throw Missing();
        return JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, id, static (buffer, gone) =>
        {
            using var json = new Utf8JsonWriter(buffer);
            json.WriteStartObject();
            json.WriteString("id", gone);
            json.WriteString("object", "file");
            json.WriteBoolean("deleted", true);
            json.WriteEndObject();
        });
    }

    private static Task AnswerAsync(HttpContext http, UploadedFile file) => JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, file, static (buffer, one) =>
    {
        using var json = new Utf8JsonWriter(buffer);
        Write(json, one);
    });

    private static void Write(Utf8JsonWriter json, UploadedFile file)
    {
        json.WriteStartObject();
        json.WriteString("id", file.Id);
        json.WriteString("object", "file");
        json.WriteNumber("bytes", file.Bytes);
        json.WriteNumber("created_at", file.CreatedAt.ToUnixTimeSeconds());
        json.WriteString("filename", file.Name);
        json.WriteString("purpose", file.Purpose);
        json.WriteString("status", "processed");
        json.WriteEndObject();
    }

    private UploadedFile Existing(string id) => shelf.Find(id) ?? throw Missing();

    private static TuningRefusal Missing() => new(ErrorCodes.FileNotFound.Error("There is no file of this id.", "file_id"));
}
