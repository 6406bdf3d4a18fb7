using System.Collections.Immutable;
using System.Net;
using Causeway.Spec.Catalog;
using Causeway.Spec.Plans;

namespace Causeway.Cataloguing;

/// <summary>What asking the upstreams gave.</summary>
/// <param name="Listings">By the upstream's name.</param>
/// <param name="Failures">How many gave no list.</param>
internal sealed record ListingOutcome(ImmutableSortedDictionary<string, UpstreamListing> Listings, int Failures);

/// <summary>Asks upstreams for their models: one bounded request each, with the credentials of the spec, no redirect followed.</summary>
internal sealed class ModelListing(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        MaxResponseHeadersLength = 64,
    });

    /// <summary>Never throws for what an upstream does; each failure is a line of <paramref name="errors"/>.</summary>
    public async Task<ListingOutcome> AskAsync(Plan plan, TextWriter errors, CancellationToken cancel)
    {
        var listings = CatalogFile.Empty.Listings.ToBuilder();
        var failures = 0;
        foreach (var upstream in plan.Upstreams.Where(upstream => upstream.Kind == UpstreamKind.Bedrock))
            errors.WriteLine($"{upstream.Name}: not asked. What is known of Bedrock's models comes with the program, and from your own catalog.json.");
        foreach (var upstream in plan.Upstreams.Where(upstream => upstream.BaseUrl is not null))
        {
            var (listing, problem) = await AskAsync(upstream, cancel);
            if (listing is not null) listings.Add(upstream.Name, listing);
            else
            {
                failures++;
                errors.WriteLine($"{upstream.Name}: {problem}");
            }
        }
        return new ListingOutcome(listings.ToImmutable(), failures);
    }

    public void Dispose() => _http.Dispose();

    private async Task<(UpstreamListing?, string?)> AskAsync(UpstreamPlan upstream, CancellationToken cancel)
    {
        var url = ModelCatalog.ListUrl(upstream.BaseUrl!);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(_patience);
        try
        {
            using var response = await _http.SendAsync(Request(upstream, url), patience.Token);
            if (response.StatusCode != HttpStatusCode.OK) return (null, $"answered {(int)response.StatusCode} to GET /models; is its key right?");
            var models = UpstreamModels.TryRead(await ReadAsync(response, patience.Token));
            return models is null
                ? (null, "its answer to GET /models is no list of models")
                : (new UpstreamListing(url.AbsoluteUri, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), models), null);
        }
        catch (HttpRequestException)
        {
            return (null, "could not be reached");
        }
        catch (IOException)
        {
            return (null, "broke off in the middle of its answer");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (null, $"gave no answer within {_patience.TotalSeconds:0} s");
        }
    }

    private static HttpRequestMessage Request(UpstreamPlan upstream, Uri url)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (upstream.ApiKey is { } key) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key.Reveal());
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", "causeway");
        foreach (var header in upstream.Headers) request.Headers.TryAddWithoutValidation(header.Name, header.Value.Reveal());
        return request;
    }

    /// <summary>One byte more than is allowed tells that it is too much.</summary>
    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        var buffer = new MemoryStream();
        var piece = new byte[16 << 10];
        while (buffer.Length <= UpstreamModels.MaxBytes && await body.ReadAsync(piece, cancel) is > 0 and var read) buffer.Write(piece, 0, read);
        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }
}
