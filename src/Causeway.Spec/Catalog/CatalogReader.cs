using System.Collections.Immutable;
using System.Text.Json;
using Causeway.Spec.Plans;

namespace Causeway.Spec.Catalog;

/// <summary>Reads catalog files, strictly. Thread-safe.</summary>
public static class CatalogReader
{
    /// <summary>The largest catalog file, in bytes.</summary>
    public const int MaxBytes = 8 << 20;

    private const int MaxModels = 20_000;
    private const int Version = 1;

    private static readonly JsonDocumentOptions Options = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = 16,
    };

    /// <param name="utf8">The whole file.</param>
    /// <param name="name">What the file is called in messages.</param>
    /// <exception cref="CatalogFormatException">It is no catalog.</exception>
    public static CatalogFile Read(ReadOnlyMemory<byte> utf8, string name)
    {
        if (utf8.Length > MaxBytes) throw new CatalogFormatException($"{name} is larger than {MaxBytes >> 20} MiB");
        try
        {
            using var document = JsonDocument.Parse(utf8, Options);
            return ReadFile(document.RootElement, name);
        }
        catch (JsonException broken)
        {
            throw new CatalogFormatException($"{name} is not JSON (line {broken.LineNumber + 1}): {broken.Message}", broken);
        }
        catch (InvalidOperationException broken)
        {
            // What a name or a text in it is made of cannot be told before it is decoded.
            throw new CatalogFormatException($"{name} has text that is not valid Unicode", broken);
        }
    }

    private static CatalogFile ReadFile(JsonElement root, string name)
    {
        var map = JsonMap.Over(root, name, "catalog", "sources", "providers", "upstreams");
        if (map.Count("catalog") != Version) throw map.Wrong("catalog", $"must be {Version}: this causeway reads no other version");
        var sources = new Dictionary<string, string>(StringComparer.Ordinal);
        if (map.Find("sources") is { } listed)
            foreach (var (id, value, path) in JsonMap.Entries(listed, map.PathOf("sources"))) sources.Add(id, JsonMap.TextOf(value, path));
        var providers = CatalogFile.Empty.Providers.ToBuilder();
        if (map.Find("providers") is { } found)
            foreach (var (id, value, path) in JsonMap.Entries(found, map.PathOf("providers"))) providers.Add(id, ReadProvider(id, value, path, sources));
        var listings = CatalogFile.Empty.Listings.ToBuilder();
        if (map.Find("upstreams") is { } upstreams)
            foreach (var (id, value, path) in JsonMap.Entries(upstreams, map.PathOf("upstreams"))) listings.Add(id, ReadListing(value, path));
        return new CatalogFile(providers.ToImmutable(), listings.ToImmutable());
    }

    private static CatalogProvider ReadProvider(string id, JsonElement element, string path, Dictionary<string, string> sources)
    {
        var map = JsonMap.Over(element, path, "match", "models");
        var (type, hosts) = ((string?)null, ImmutableArray<string>.Empty);
        if (map.Find("match") is { } match)
        {
            var matching = JsonMap.Over(match, map.PathOf("match"), "type", "hosts");
            (type, hosts) = (matching.Text("type"), matching.Texts("hosts"));
        }
        var models = ImmutableSortedDictionary.CreateBuilder<string, CatalogModel>(StringComparer.Ordinal);
        foreach (var (model, value, at) in JsonMap.Entries(map.Required("models"), map.PathOf("models")))
        {
            if (models.Count == MaxModels) throw map.Wrong("models", $"has more than {MaxModels} entries");
            models.Add(model, ReadModel(model, id, value, at, sources));
        }
        return new CatalogProvider(type, hosts, models.ToImmutable());
    }

    private static CatalogModel ReadModel(string id, string provider, JsonElement element, string path, Dictionary<string, string> sources)
    {
        var map = JsonMap.Over(element, path, "name", "vendor", "profile", "hosts", "regions", "limits", "prices", "features", "lifecycle");
        return new CatalogModel
        {
            Id = id,
            Provider = provider,
            Name = map.Text("name") ?? id,
            Vendor = map.Text("vendor"),
            Profile = map.Text("profile"),
            HostFacts = Group("hosts", ReadHosts, "list"),
            RegionFacts = Group("regions", static (m, _) => m.Texts("list"), "list"),
            LimitFacts = Group("limits", ReadLimits, "context", "maxOutput", "maxOutputClaimed", "maxRequestBytes"),
            PriceFacts = Group("prices", ReadPrices, "region", "usdPerMillion"),
            FeatureFacts = Group("features", ReadFeatures, "set"),
            LifecycleFacts = Group("lifecycle", ReadLifecycle, "launched", "deprecated", "shutdown", "replacement"),
        };

        Fact<T>? Group<T>(string key, Func<JsonMap, FactSource, T> read, params ReadOnlySpan<string> keys)
        {
            if (map.Find(key) is not { } value) return null;
            var group = JsonMap.Over(value, map.PathOf(key), [.. keys, "source", "asOf", "confidence", "note"]);
            var source = ReadSource(group, sources);
            return new Fact<T>(read(group, source), source);
        }
    }

    private static FactSource ReadSource(JsonMap group, Dictionary<string, string> sources)
    {
        var source = group.Text("source") ?? throw group.Wrong("source");
        if (!source.StartsWith("http", StringComparison.Ordinal) && !sources.TryGetValue(source, out source!))
            throw group.Wrong("source", "must be an address, or one of the file's 'sources'");
        var confidence = group.Choice("confidence", CatalogWords.Confidences) ?? throw group.Wrong("confidence");
        return new FactSource(source, group.Date("asOf") ?? throw group.Wrong("asOf"), confidence, group.Text("note"));
    }

    private static ImmutableArray<ModelHost> ReadHosts(JsonMap group, FactSource source)
    {
        var hosts = ImmutableArray.CreateBuilder<ModelHost>();
        foreach (var item in group.Items("list"))
        {
            var map = JsonMap.Over(item, $"{group.PathOf("list")}[{hosts.Count}]", "host", "prefix", "id", "apis", "confidence");
            ImmutableArray<ApiFamily> apis = [.. map.Items("apis").Select(api => JsonMap.ChoiceOf(api, map.PathOf("apis"), CatalogWords.Apis))];
            if (apis.IsEmpty) throw map.Wrong("apis", "needs at least one API family");
            var prefix = map.Text("prefix") ?? throw map.Wrong("prefix");
            if (prefix[0] != '/' || prefix.EndsWith('/')) throw map.Wrong("prefix", "must begin with '/' and not end with it");
            hosts.Add(new ModelHost(map.Choice("host", CatalogWords.Hosts) ?? throw map.Wrong("host"), prefix,
                map.Text("id") ?? throw map.Wrong("id"), apis, map.Choice("confidence", CatalogWords.Confidences) ?? source.Confidence));
        }
        return hosts.ToImmutable();
    }

    private static ModelLimits ReadLimits(JsonMap group, FactSource source) =>
        new(group.Count("context"), group.Count("maxOutput"), group.Count("maxOutputClaimed"), group.Count("maxRequestBytes"));

    private static ModelPrices ReadPrices(JsonMap group, FactSource source)
    {
        var tiers = ImmutableSortedDictionary.CreateBuilder<string, ModelPrice>(StringComparer.Ordinal);
        foreach (var (tier, value, path) in JsonMap.Entries(group.Required("usdPerMillion"), group.PathOf("usdPerMillion")))
        {
            if (!CatalogWords.Tiers.Contains(tier)) throw group.Wrong("usdPerMillion", $"has a tier that is none of {string.Join(", ", CatalogWords.Tiers)}");
            var map = JsonMap.Over(value, path, "prompt", "completion", "cached");
            var prompt = map.Dollars("prompt") ?? throw map.Wrong("prompt");
            tiers.Add(tier, new ModelPrice(prompt, map.Dollars("completion") ?? throw map.Wrong("completion"), map.Dollars("cached") ?? prompt));
        }
        return new ModelPrices(group.Text("region"), tiers.ToImmutable());
    }

    private static ImmutableSortedDictionary<string, bool> ReadFeatures(JsonMap group, FactSource source)
    {
        var features = ImmutableSortedDictionary.CreateBuilder<string, bool>(StringComparer.Ordinal);
        foreach (var (feature, value, _) in JsonMap.Entries(group.Required("set"), group.PathOf("set")))
            features.Add(feature, value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw group.Wrong("set", "has true and false only"));
        return features.ToImmutable();
    }

    private static ModelLifecycle ReadLifecycle(JsonMap group, FactSource source) =>
        new(group.Date("launched"), group.Date("deprecated"), group.Date("shutdown"), group.Text("replacement"));

    private static UpstreamListing ReadListing(JsonElement element, string path)
    {
        var map = JsonMap.Over(element, path, "source", "asOf", "models");
        var models = ImmutableSortedDictionary.CreateBuilder<string, ListedFacts>(StringComparer.Ordinal);
        foreach (var (id, value, at) in JsonMap.Entries(map.Required("models"), map.PathOf("models")))
        {
            if (models.Count == MaxModels) throw map.Wrong("models", $"has more than {MaxModels} entries");
            var facts = JsonMap.Over(value, at, "shutdown");
            var isNull = facts.Find("shutdown") is { ValueKind: JsonValueKind.Null };
            models.Add(id, isNull ? new ListedFacts(true, null) : new ListedFacts(facts.Find("shutdown") is not null, facts.Date("shutdown")));
        }
        return new UpstreamListing(map.Text("source") ?? throw map.Wrong("source"), map.Date("asOf") ?? throw map.Wrong("asOf"), models.ToImmutable());
    }
}
