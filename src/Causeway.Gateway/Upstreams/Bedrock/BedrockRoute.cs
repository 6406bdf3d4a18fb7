using System.Collections.Concurrent;
using Causeway.Spec.Catalog;
using Causeway.Spec.Plans;

namespace Causeway.Gateway.Upstreams.Bedrock;

/// <summary>One of the three places a model may answer: a host and the prefix of its path.</summary>
/// <param name="Model">The model's name there; null for the name that was asked for.</param>
internal readonly record struct BedrockRoute(BedrockHost Host, string Prefix, string? Model = null)
{
    public static readonly BedrockRoute Mantle = new(BedrockHost.Mantle, "/v1");
    public static readonly BedrockRoute MantleOpenAi = new(BedrockHost.Mantle, "/openai/v1");
    public static readonly BedrockRoute Runtime = new(BedrockHost.Runtime, "/openai/v1");

    public bool IsSamePlace(BedrockRoute other) => Host == other.Host && Prefix == other.Prefix;
}

/// <summary>
/// Which route a model answers on: what has been seen to work in a Region goes first, then what is known about the model, then the rest.
/// No API tells it, so an answer that says "not here" is the only teacher. Thread-safe, bounded.
/// </summary>
internal sealed class BedrockRoutes(BedrockHost host, BedrockPlaces places)
{
    private const int MaxLearned = 1024;

    private static readonly BedrockRoute[] _mantleFirst = [BedrockRoute.Mantle, BedrockRoute.MantleOpenAi, BedrockRoute.Runtime];
    private static readonly BedrockRoute[] _runtimeFirst = [BedrockRoute.Runtime, BedrockRoute.Mantle, BedrockRoute.MantleOpenAi];
    private static readonly string[] _profiles = ["us.", "eu.", "apac.", "jp.", "au.", "global.", "us-gov.", "arn:"];

    private readonly ConcurrentDictionary<(string Region, string Model), BedrockRoute> _learned = [];

    /// <summary>Every route worth trying, the likeliest first; at least one.</summary>
    public IReadOnlyList<BedrockRoute> For(string region, string model)
    {
        var known = Known(model);
        return _learned.TryGetValue((region, model), out var learned) ? [learned, .. known.Where(route => !route.IsSamePlace(learned))] : known;
    }

    public void Learn(string region, string model, BedrockRoute route)
    {
        if (_learned.TryGetValue((region, model), out var known) && known == route) return;
        // Callers choose model names where a route forwards them: start over before they fill the memory.
        if (_learned.Count >= MaxLearned) _learned.Clear();
        _learned[(region, model)] = route;
    }

    public void Forget(string region, string model) => _learned.TryRemove((region, model), out _);

    private List<BedrockRoute> Known(string model)
    {
        var routes = Catalogued(model);
        foreach (var guess in IsRuntimeName(model) ? _runtimeFirst : _mantleFirst)
            if (!routes.Exists(route => route.IsSamePlace(guess))) routes.Add(guess);
        if (host != BedrockHost.Auto) routes.RemoveAll(route => route.Host != host);
        return routes;
    }

    // A name that only one host uses means that host; the same model under another name elsewhere comes after it.
    private List<BedrockRoute> Catalogued(string model) =>
        [.. places.Find(model).Where(place => place.Apis.Contains(ApiFamily.Chat)).OrderBy(place => place.Model == model ? 0 : 1)
            .Select(place => new BedrockRoute(place.Host == HostKind.Runtime ? BedrockHost.Runtime : BedrockHost.Mantle, place.Prefix, place.Model == model ? null : place.Model))];

    // Ids with a version (-v1:0) and inference profiles exist on the runtime host only.
    private static bool IsRuntimeName(string model) =>
        (model.LastIndexOf(':') is > 0 and var colon && int.TryParse(model.AsSpan(colon + 1), out _)) || _profiles.Any(prefix => model.StartsWith(prefix, StringComparison.Ordinal));
}
