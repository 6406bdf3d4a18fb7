using System.Net.Http.Headers;
using System.Text.Json;
using Causeway.Serving;

namespace Causeway.Tuning.Client;

/// <summary>What the gateway said instead of doing it, or that there is none; the message is for the one at the terminal.</summary>
internal sealed class TuneClientException(string message) : Exception(message);

/// <summary>Asks the running gateway of a data folder about files and jobs, as its operator.</summary>
internal sealed class TuneClient : IDisposable
{
    private const string Prefix = "/admin/v1/tuning/v1";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _uploadPatience = TimeSpan.FromHours(1);

    private readonly HttpClient _http;
    private readonly CancellationToken _cancel;

    private TuneClient(Uri address, string token, CancellationToken cancel)
    {
        _cancel = cancel;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + token);
    }

    /// <exception cref="TuneClientException">No gateway runs with this data folder.</exception>
    public static TuneClient Of(string dataFolder, CancellationToken cancel)
    {
        var folder = Path.GetFullPath(dataFolder);
        return AdminFile.Read(folder) is { } admin
            ? new TuneClient(admin.Url, admin.Token, cancel)
            : throw new TuneClientException($"No gateway runs with the data folder {folder}, or its admin.json is another user's. Start 'causeway serve', or name the folder with --data.");
    }

    /// <param name="path">After <c>/v1</c>.</param>
    /// <exception cref="TuneClientException">It was refused, or nobody answered.</exception>
    public Task<JsonElement> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, Prefix + path), _patience);

    public Task<JsonElement> PostAsync(string path, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, Prefix + path) { Content = content }, _patience);
    }

    /// <returns>The file's id.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task<string> UploadAsync(string path)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("fine-tune"), "purpose" },
            { new StreamContent(File.OpenRead(path)), "file", Path.GetFileName(path) },
        };
        var file = await SendAsync(new HttpRequestMessage(HttpMethod.Post, Prefix + "/files") { Content = form }, _uploadPatience);
        return file.GetProperty("id").GetString() ?? "";
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> SendAsync(HttpRequestMessage request, TimeSpan patience)
    {
        using var patient = CancellationTokenSource.CreateLinkedTokenSource(_cancel);
        patient.CancelAfter(patience);
        try
        {
            using var answer = await _http.SendAsync(request, patient.Token);
            using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(patient.Token));
            if (answer.IsSuccessStatusCode) return document.RootElement.Clone();
            throw new TuneClientException(document.RootElement.GetProperty("error").GetProperty("message").GetString() ?? answer.StatusCode.ToString());
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or KeyNotFoundException || (e is OperationCanceledException && !_cancel.IsCancellationRequested))
        {
            throw new TuneClientException($"The gateway at {_http.BaseAddress} did not answer: {e.Message}");
        }
        finally
        {
            request.Dispose();
        }
    }
}
