using System.Collections.Immutable;
using Causeway.Spec.Plans;

namespace Causeway.Spec.Catalog;

/// <summary>
/// What is known about models: the built-in records, with the operator's <c>catalog.json</c> over them. Immutable and thread-safe.
/// Nothing in it decides anything: specs are checked against it, prices and dates are taken from it.
/// </summary>
public sealed class ModelCatalog
{
    private readonly CatalogFile _file;

    private ModelCatalog(CatalogFile file) => _file = file;

    /// <summary>The records that came with this version.</summary>
    public static ModelCatalog BuiltIn { get; } = ReadBuiltIn();

    /// <summary>Every record, by provider and id in ordinal order.</summary>
    public IEnumerable<CatalogModel> Models => _file.Providers.Values.SelectMany(provider => provider.Models.Values);

    /// <summary>Everything in it, as one file.</summary>
    public CatalogFile File => _file;

    /// <summary>A catalog of this file's records only.</summary>
    public static ModelCatalog Of(CatalogFile file) => new(file);

    /// <summary>This catalog with another file over it: each group of facts there takes the place of the one here.</summary>
    public ModelCatalog With(CatalogFile newer)
    {
        var providers = _file.Providers.ToBuilder();
        foreach (var (id, provider) in newer.Providers) providers[id] = providers.TryGetValue(id, out var older) ? Merge(older, provider) : provider;
        return new ModelCatalog(new CatalogFile(providers.ToImmutable(), _file.Listings.SetItems(newer.Listings)));
    }

    /// <summary>The record of a provider's model, by its id or its id on one of the hosts; or null.</summary>
    public CatalogModel? Find(string provider, string id)
    {
        if (!_file.Providers.TryGetValue(provider, out var known)) return null;
        return known.Models.TryGetValue(id, out var model) ? model : known.Models.Values.FirstOrDefault(candidate => candidate.IsCalled(id));
    }

    /// <summary>What is known of a model as this upstream serves it, the upstream's own word over the catalog's; or null.</summary>
    public CatalogModel? Find(UpstreamPlan upstream, string id)
    {
        var model = ProviderOf(upstream) is { } provider ? Find(provider, id) : null;
        if (ListingOf(upstream) is not { } listing || !listing.Models.TryGetValue(id, out var said) || !said.StatesShutdown) return model;
        model ??= new CatalogModel { Id = id, Provider = upstream.Name, Name = id };
        var lifecycle = model.Lifecycle with { Shutdown = said.Shutdown };
        return model.With(new CatalogModel
        {
            Id = id,
            Provider = model.Provider,
            Name = id,
            LifecycleFacts = new Fact<ModelLifecycle>(lifecycle, new FactSource(listing.Source, listing.AsOf, FactConfidence.Official)),
        });
    }

    /// <summary>Whether the upstream listed this model itself, or the catalog has it.</summary>
    public bool Knows(UpstreamPlan upstream, string id) =>
        Find(upstream, id) is not null || ListingOf(upstream)?.Models.ContainsKey(id) == true;

    /// <summary>
    /// Whether the catalog says where this upstream's models answer: then it claims to have them all, and one it does not have is probably
    /// misspelt.
    /// </summary>
    public bool PlacesModelsOf(UpstreamPlan upstream) =>
        ProviderOf(upstream) is { } provider && _file.Providers[provider].Models.Values.Any(model => !model.Hosts.IsEmpty);

    /// <summary>Every id that the catalog or the upstream itself has for this upstream, in no order.</summary>
    public IEnumerable<string> IdsOf(UpstreamPlan upstream)
    {
        var catalogued = ProviderOf(upstream) is { } provider ? _file.Providers[provider].Models.Values : [];
        return catalogued.SelectMany(model => model.Hosts.Select(host => host.Model).Append(model.Id))
            .Concat(ListingOf(upstream)?.Models.Keys ?? []).Distinct(StringComparer.Ordinal);
    }

    /// <summary>The catalog's provider that an upstream is, by its type or by its host; null when it is somebody else.</summary>
    public string? ProviderOf(UpstreamPlan upstream)
    {
        var type = PlanWords.Kind(upstream.Kind);
        foreach (var (id, provider) in _file.Providers)
        {
            if (upstream.Kind != UpstreamKind.OpenAiCompatible && provider.Type == type) return id;
            if (upstream.BaseUrl is { } url && provider.Hosts.Any(pattern => HostPattern.IsMatch(pattern, url.Host))) return id;
        }
        return null;
    }

    /// <summary>The Regions an upstream is asked in; empty when it has none, or nothing tells.</summary>
    public ImmutableArray<string> RegionsOf(UpstreamPlan upstream)
    {
        if (upstream.Bedrock is { } bedrock) return bedrock.Regions;
        if (upstream.BaseUrl is not { } url || ProviderOf(upstream) is not { } provider) return [];
        return [.. _file.Providers[provider].Hosts.Select(pattern => HostPattern.Star(pattern, url.Host)).OfType<string>().Take(1)];
    }

    private UpstreamListing? ListingOf(UpstreamPlan upstream)
    {
        if (!_file.Listings.TryGetValue(upstream.Name, out var listing)) return null;
        // A name can be given to another server; what the old one said is not true of the new one.
        return ListUrl(upstream) is not { } url || listing.Source == url.AbsoluteUri ? listing : null;
    }

    /// <summary>Where an upstream lists its models, Bedrock in its first Region; null where nothing lists any.</summary>
    public static Uri? ListUrl(UpstreamPlan upstream) =>
        upstream.Bedrock is { } bedrock ? bedrock.ListUrl(bedrock.Regions[0])
        : upstream.BaseUrl is { } baseUrl ? new Uri(baseUrl.AbsoluteUri.TrimEnd('/') + "/models") : null;

    private static CatalogProvider Merge(CatalogProvider older, CatalogProvider newer)
    {
        var models = older.Models.ToBuilder();
        foreach (var (id, model) in newer.Models) models[id] = models.TryGetValue(id, out var known) ? known.With(model) : model;
        return new CatalogProvider(newer.Type ?? older.Type, newer.Hosts.IsEmpty ? older.Hosts : newer.Hosts, models.ToImmutable());
    }

    private static ModelCatalog ReadBuiltIn()
    {
        var assembly = typeof(ModelCatalog).Assembly;
        var catalog = new ModelCatalog(CatalogFile.Empty);
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("catalog/models/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            catalog = catalog.With(CatalogReader.Read(bytes, name));
        }
        return catalog;
    }
}
