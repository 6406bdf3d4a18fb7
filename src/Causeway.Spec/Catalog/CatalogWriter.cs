using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Causeway.Spec.Catalog;

/// <summary>Writes catalog files and records canonically: keys in a fixed order, so that two files of the same facts are the same text.</summary>
public static class CatalogWriter
{
    // '<' and '+' may stand as they are: this is a file for people, not a web page.
    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The whole file, ended by <c>\n</c>; what <see cref="CatalogReader.Read"/> takes.</summary>
    public static string Write(CatalogFile file) => Text(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("catalog", 1);
        json.WriteStartObject("providers");
        foreach (var (id, provider) in file.Providers)
        {
            json.WritePropertyName(id);
            WriteProvider(json, provider);
        }
        json.WriteEndObject();
        json.WriteStartObject("upstreams");
        foreach (var (name, listing) in file.Listings)
        {
            json.WritePropertyName(name);
            WriteListing(json, listing);
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }) + "\n";

    /// <summary>One record as <c>{"id":…,"provider":…}</c> and its groups, with sources written out.</summary>
    public static string Write(CatalogModel model) => Text(json =>
    {
        json.WriteStartObject();
        json.WriteString("id", model.Id);
        json.WriteString("provider", model.Provider);
        WriteMembers(json, model);
        json.WriteEndObject();
    });

    /// <summary>Records as a JSON array.</summary>
    public static string Write(IEnumerable<CatalogModel> models) => Text(json =>
    {
        json.WriteStartArray();
        foreach (var model in models)
        {
            json.WriteStartObject();
            json.WriteString("id", model.Id);
            json.WriteString("provider", model.Provider);
            WriteMembers(json, model);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private static string Text(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options)) write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteProvider(Utf8JsonWriter json, CatalogProvider provider)
    {
        json.WriteStartObject();
        json.WriteStartObject("match");
        if (provider.Type is not null) json.WriteString("type", provider.Type);
        json.WriteStartArray("hosts");
        foreach (var host in provider.Hosts) json.WriteStringValue(host);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("models");
        foreach (var (id, model) in provider.Models)
        {
            json.WriteStartObject(id);
            WriteMembers(json, model);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteListing(Utf8JsonWriter json, UpstreamListing listing)
    {
        json.WriteStartObject();
        json.WriteString("source", listing.Source);
        json.WriteString("asOf", Date(listing.AsOf));
        json.WriteStartObject("models");
        foreach (var (id, facts) in listing.Models)
        {
            json.WriteStartObject(id);
            if (facts.StatesShutdown) json.WriteString("shutdown", facts.Shutdown is { } shutdown ? Date(shutdown) : null);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter json, CatalogModel model)
    {
        if (model.Name != model.Id) json.WriteString("name", model.Name);
        if (model.Vendor is not null) json.WriteString("vendor", model.Vendor);
        if (model.Profile is not null) json.WriteString("profile", model.Profile);
        foreach (var (name, write) in Groups(model))
        {
            json.WriteStartObject(name);
            write(json);
            json.WriteEndObject();
        }
    }

    /// <summary>The groups of facts a record has, by their key, each with what writes its members.</summary>
    internal static IEnumerable<(string Name, Action<Utf8JsonWriter> Write)> Groups(CatalogModel model)
    {
        if (model.HostFacts is { } hosts) yield return ("hosts", json => WriteHosts(json, hosts));
        if (model.RegionFacts is { } regions) yield return ("regions", json => WriteRegions(json, regions));
        if (model.LimitFacts is { } limits) yield return ("limits", json => WriteLimits(json, limits));
        if (model.PriceFacts is { } prices) yield return ("prices", json => WritePrices(json, prices));
        if (model.FeatureFacts is { } features) yield return ("features", json => WriteFeatures(json, features));
        if (model.LifecycleFacts is { } lifecycle) yield return ("lifecycle", json => WriteLifecycle(json, lifecycle));
    }

    private static void WriteHosts(Utf8JsonWriter json, Fact<ImmutableArray<ModelHost>> hosts)
    {
        json.WriteStartArray("list");
        foreach (var host in hosts.Value)
        {
            json.WriteStartObject();
            json.WriteString("host", CatalogWords.Of(host.Host));
            json.WriteString("prefix", host.Prefix);
            json.WriteString("id", host.Model);
            json.WriteStartArray("apis");
            foreach (var api in host.Apis) json.WriteStringValue(CatalogWords.Of(api));
            json.WriteEndArray();
            if (host.Confidence != hosts.Source.Confidence) json.WriteString("confidence", CatalogWords.Of(host.Confidence));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        WriteSource(json, hosts.Source);
    }

    private static void WriteRegions(Utf8JsonWriter json, Fact<ImmutableArray<string>> regions)
    {
        json.WriteStartArray("list");
        foreach (var region in regions.Value) json.WriteStringValue(region);
        json.WriteEndArray();
        WriteSource(json, regions.Source);
    }

    private static void WriteLimits(Utf8JsonWriter json, Fact<ModelLimits> limits)
    {
        WriteCount(json, "context", limits.Value.Context);
        WriteCount(json, "maxOutput", limits.Value.MaxOutput);
        WriteCount(json, "maxOutputClaimed", limits.Value.MaxOutputClaimed);
        WriteCount(json, "maxRequestBytes", limits.Value.MaxRequestBytes);
        WriteSource(json, limits.Source);
    }

    private static void WritePrices(Utf8JsonWriter json, Fact<ModelPrices> prices)
    {
        if (prices.Value.Region is { } region) json.WriteString("region", region);
        json.WriteStartObject("usdPerMillion");
        foreach (var (tier, price) in prices.Value.Tiers.OrderBy(pair => CatalogWords.Tiers.IndexOf(pair.Key)))
        {
            json.WriteStartObject(tier);
            WritePrice(json, "prompt", price.Prompt);
            WritePrice(json, "completion", price.Completion);
            if (price.Cached != price.Prompt) WritePrice(json, "cached", price.Cached);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        WriteSource(json, prices.Source);
    }

    private static void WriteFeatures(Utf8JsonWriter json, Fact<ImmutableSortedDictionary<string, bool>> features)
    {
        json.WriteStartObject("set");
        foreach (var (feature, isThere) in features.Value) json.WriteBoolean(feature, isThere);
        json.WriteEndObject();
        WriteSource(json, features.Source);
    }

    private static void WriteLifecycle(Utf8JsonWriter json, Fact<ModelLifecycle> lifecycle)
    {
        WriteDate(json, "launched", lifecycle.Value.Launched);
        WriteDate(json, "deprecated", lifecycle.Value.Deprecated);
        WriteDate(json, "shutdown", lifecycle.Value.Shutdown);
        if (lifecycle.Value.Replacement is { } replacement) json.WriteString("replacement", replacement);
        WriteSource(json, lifecycle.Source);
    }

    private static void WriteSource(Utf8JsonWriter json, FactSource source)
    {
        json.WriteString("source", source.Source);
        json.WriteString("asOf", Date(source.AsOf));
        json.WriteString("confidence", CatalogWords.Of(source.Confidence));
        if (source.Note is not null) json.WriteString("note", source.Note);
    }

    private static void WriteCount(Utf8JsonWriter json, string name, int? count)
    {
        if (count is { } number) json.WriteNumber(name, number);
    }

    private static void WriteDate(Utf8JsonWriter json, string name, DateOnly? date)
    {
        if (date is { } day) json.WriteString(name, Date(day));
    }

    private static void WritePrice(Utf8JsonWriter json, string name, decimal price)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(price.ToString("0.#########", CultureInfo.InvariantCulture));
    }

    private static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
