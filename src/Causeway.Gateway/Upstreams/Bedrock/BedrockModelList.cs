using System.Net;
using Causeway.Spec.Plans;

namespace Causeway.Gateway.Upstreams.Bedrock;

/// <summary>Asks Bedrock's mantle host, the one that has a list, for the models of a Region, with the credentials of the spec. Thread-safe.</summary>
public sealed class BedrockModelList : IDisposable
{
    private readonly BedrockPlan _plan;
    private readonly BedrockDoor _door;

    /// <param name="upstream">Of type <c>bedrock</c>.</param>
    public BedrockModelList(UpstreamPlan upstream, TimeProvider time)
    {
        _plan = upstream.Bedrock ?? throw new ArgumentException("The upstream is not Bedrock.", nameof(upstream));
        _door = new BedrockDoor(upstream, time, AwsSurroundings.OfThisMachine);
    }

    /// <summary>The request for a Region's list, ready to be sent once; null when there are no credentials to send.</summary>
    public async ValueTask<HttpRequestMessage?> RequestAsync(string region, CancellationToken cancel)
    {
        var url = _plan.ListUrl(region);
        var isTls = url.Scheme == Uri.UriSchemeHttps;
        var request = new HttpRequestMessage(HttpMethod.Get, url)
        {
            Version = isTls ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", "causeway");
        if (_plan.Project is { } project) request.Headers.TryAddWithoutValidation("OpenAI-Project", project);
        var (isOpen, _) = await _door.AuthorizeAsync(request, default, BedrockHost.Mantle, region, cancel);
        if (isOpen) return request;
        request.Dispose();
        return null;
    }

    public void Dispose() => _door.Dispose();
}
