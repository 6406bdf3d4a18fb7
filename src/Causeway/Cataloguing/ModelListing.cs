using System.Collections.Immutable;
using System.Net;
using System.Runtime.CompilerServices;
using Causeway.Gateway.Upstreams.Bedrock;
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
        foreach (var upstream in plan.Upstreams.Where(upstream => ModelCatalog.ListUrl(upstream) is not null))
        {
            var models = ImmutableSortedDictionary<string, ListedFacts>.Empty;
            var answers = 0;
            await foreach (var (place, listed, problem) in AskAsync(upstream, cancel))
            {
                if (listed is not null) (models, answers) = (models.SetItems(listed), answers + 1);
                else
                {
                    failures++;
                    errors.WriteLine($"{place}: {problem}");
                }
            }
            if (answers > 0) listings.Add(upstream.Name, new UpstreamListing(ModelCatalog.ListUrl(upstream)!.AbsoluteUri, Today(), models));
        }
        return new ListingOutcome(listings.ToImmutable(), failures);
    }

    public void Dispose() => _http.Dispose();

    private DateOnly Today() => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    /// <summary>One answer of most upstreams, one for each Region of Bedrock: a model that any of them lists is listed.</summary>
    private async IAsyncEnumerable<(string Place, ImmutableSortedDictionary<string, ListedFacts>? Models, string? Problem)> AskAsync(
        UpstreamPlan upstream, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (upstream.Bedrock is not { } bedrock)
        {
            var (models, problem) = await AskAsync(_ => ValueTask.FromResult<HttpRequestMessage?>(Request(upstream)), cancel);
            yield return (upstream.Name, models, problem);
            yield break;
        }
        using var list = new BedrockModelList(upstream, time);
        foreach (var region in bedrock.Regions)
        {
            var (models, problem) = await AskAsync(patience => list.RequestAsync(region, patience), cancel);
            yield return ($"{upstream.Name} in {region}", models, problem);
        }
    }

    private async Task<(ImmutableSortedDictionary<string, ListedFacts>?, string?)> AskAsync(Func<CancellationToken, ValueTask<HttpRequestMessage?>> prepare, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(_patience);
        try
        {
            using var request = await prepare(patience.Token);
            if (request is null) return (null, "there are no AWS credentials to ask with");
            using var response = await _http.SendAsync(request, patience.Token);
            if (response.StatusCode != HttpStatusCode.OK) return (null, $"answered {(int)response.StatusCode} to GET /models; is its key right?");
            var models = UpstreamModels.TryRead(await ReadAsync(response, patience.Token));
            return (models, models is null ? "its answer to GET /models is no list of models" : null);
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

    private static HttpRequestMessage Request(UpstreamPlan upstream)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, ModelCatalog.ListUrl(upstream));
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
