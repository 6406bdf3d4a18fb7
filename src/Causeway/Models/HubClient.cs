using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Causeway.Models;

/// <summary>Which hub is asked, and with what.</summary>
/// <param name="Endpoint">Scheme, host and port, perhaps a path; <c>HF_ENDPOINT</c>.</param>
/// <param name="Token">Sent to the endpoint's own host and nowhere else; <c>HF_TOKEN</c>. Null: none.</param>
internal sealed record HubOptions(Uri Endpoint, string? Token)
{
    public const string DefaultEndpoint = "https://huggingface.co";

    /// <exception cref="ModelStoreException"><c>HF_ENDPOINT</c> is no address.</exception>
    public static HubOptions FromEnvironment(Func<string, string?> environment)
    {
        var text = environment("HF_ENDPOINT") is { Length: > 0 } named ? named : DefaultEndpoint;
        if (!Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https") || endpoint.UserInfo.Length > 0)
            throw new ModelStoreException("HF_ENDPOINT is no http or https address.");
        var token = environment("HF_TOKEN")?.Trim();
        if (token is { Length: > 0 } && token.Any(letter => letter is <= ' ' or > '~')) throw new ModelStoreException("HF_TOKEN holds characters that no token has.");
        return new HubOptions(endpoint, token is { Length: > 0 } ? token : null);
    }

    /// <summary>Without the token.</summary>
    public override string ToString() => Endpoint.ToString();
}

/// <summary>
/// The HTTP API of Hugging Face's hub: a listing, and files by commit. Redirects are followed by hand, so that the token never leaves the
/// endpoint's host and no step goes from https to http. Thread-safe.
/// </summary>
internal sealed class HubClient(HubOptions options, TimeProvider time) : IDisposable
{
    private const int MaxListing = 32 << 20;
    private const int MaxRedirects = 5;
    private const int MaxAttempts = 5;
    private static readonly TimeSpan _longestWait = TimeSpan.FromMinutes(2);

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(20),
        MaxResponseHeadersLength = 64,
    });

    /// <param name="revision">A branch, a tag or a commit.</param>
    /// <exception cref="ModelStoreException">There is none, it may not be read, or the hub cannot be reached.</exception>
    public async Task<HubListing> ListAsync(string id, string revision, CancellationToken cancel)
    {
        var parts = id.Split('/');
        if (parts.Length is not (1 or 2) || !parts.All(ModelNameOfHub) || !HubListing.IsSafe(revision))
            throw new ModelStoreException($"'{id}' is no repository of the hub: OWNER/NAME is.");
        using var response = await AskAsync($"api/models/{id}/revision/{Uri.EscapeDataString(revision)}?blobs=true", null, id, cancel);
        return HubListing.Read(id, await ReadAsync(response, cancel));
    }

    /// <summary>The content of a file from byte <paramref name="from"/> on: 206, or 200 for all of it. The caller disposes it.</summary>
    /// <exception cref="ModelStoreException">It may not be read, or the hub cannot be reached.</exception>
    /// <exception cref="IOException">The connection broke; another try may do better.</exception>
    public Task<HttpResponseMessage> OpenAsync(HubListing listing, HubFile file, long from, CancellationToken cancel) => AskAsync(
        $"{listing.Id}/resolve/{listing.Commit}/{string.Join('/', file.Path.Split('/').Select(Uri.EscapeDataString))}", from > 0 ? new RangeHeaderValue(from, null) : null, listing.Id, cancel);

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> AskAsync(string path, RangeHeaderValue? range, string id, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var response = await FollowAsync(new Uri(options.Endpoint, path), range, cancel);
            if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable) return response;
            var wait = WaitOf(response, attempt);
            var status = (int)response.StatusCode;
            response.Dispose();
            if (status is not (429 or 500 or 502 or 503 or 504) || attempt == MaxAttempts || wait > _longestWait) throw new ModelStoreException(Explain(status, id));
            await Task.Delay(wait, time, cancel);
        }
    }

    private async Task<HttpResponseMessage> FollowAsync(Uri uri, RangeHeaderValue? range, CancellationToken cancel)
    {
        for (var step = 0; step <= MaxRedirects; step++)
        {
            var response = await SendAsync(uri, range, cancel);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308)) return response;
            var location = response.Headers.Location;
            response.Dispose();
            if (location is null) throw new ModelStoreException("The hub sends elsewhere without saying where.");
            var next = location.IsAbsoluteUri ? location : new Uri(uri, location);
            if (next.Scheme is not ("http" or "https") || (uri.Scheme == "https" && next.Scheme != "https"))
                throw new ModelStoreException($"The hub sends from https to {next.Scheme}: not followed.");
            uri = next;
        }
        throw new ModelStoreException($"The hub sends elsewhere more than {MaxRedirects} times.");
    }

    private async Task<HttpResponseMessage> SendAsync(Uri uri, RangeHeaderValue? range, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Headers.TryAddWithoutValidation("User-Agent", "causeway");
        request.Headers.Range = range;
        if (options.Token is { } token && uri.Scheme == options.Endpoint.Scheme && uri.Authority == options.Endpoint.Authority)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        try
        {
            return await _http.SendAsync(request, cancel);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError)
        {
            throw new ModelStoreException($"{uri.Host} could not be reached. HF_ENDPOINT names another hub.");
        }
        catch (HttpRequestException)
        {
            throw new IOException($"{uri.Host} broke the connection.");
        }
    }

    private string Explain(int status, string id) => status switch
    {
        401 or 403 when options.Token is null => $"The hub does not let strangers read {id}: there is no such repository, or it is private or gated. Set HF_TOKEN to a token that may read it.",
        401 or 403 => $"The hub does not let the token in HF_TOKEN read {id}. Ask for access on the repository's page.",
        404 => $"The hub has no {id} with this revision, or not this file of it.",
        429 => "The hub asks for patience: too many requests. Try again later; what has come is kept.",
        _ => $"The hub answered {status.ToString(CultureInfo.InvariantCulture)}. Try again later; what has come is kept.",
    };

    private TimeSpan WaitOf(HttpResponseMessage response, int attempt) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        _ => TimeSpan.FromSeconds(1 << (attempt - 1)),
    };

    private static bool ModelNameOfHub(string part) => part.Length is > 0 and <= 96 && part is not ("." or "..") && part.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_');

    /// <summary>One byte more than is allowed tells that it is too much.</summary>
    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        var buffer = new MemoryStream();
        var piece = new byte[64 << 10];
        try
        {
            while (await body.ReadAsync(piece, cancel) is > 0 and var read)
            {
                buffer.Write(piece, 0, read);
                if (buffer.Length > MaxListing) throw new ModelStoreException("The hub's listing is larger than any repository needs.");
            }
        }
        catch (IOException)
        {
            throw new ModelStoreException("The hub broke off in the middle of its listing. Try again.");
        }
        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }
}
