using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Causeway.Spec.Catalog;

/// <summary>One difference between two catalogs.</summary>
/// <param name="Where">Provider or upstream, and model: <c>bedrock/deepseek.v3.2</c>, <c>upstream acme/gpt-4o</c>.</param>
/// <param name="What">The group of facts, e.g. <c>prices</c>; <c>model</c> when the whole record came or went.</param>
/// <param name="Old">As JSON; null when it was not there.</param>
/// <param name="New">As JSON; null when it is gone.</param>
public sealed record CatalogChange(string Where, string What, string? Old, string? New);

/// <summary>Compares catalogs fact by fact.</summary>
public static class CatalogDiff
{
    /// <summary>In the order of providers, models and groups; then of upstreams and their models.</summary>
    public static IEnumerable<CatalogChange> Between(CatalogFile old, CatalogFile @new)
    {
        foreach (var change in OfRecords(RecordsOf(old), RecordsOf(@new))) yield return change;
        foreach (var change in OfListings(ListedBy(old), ListedBy(@new))) yield return change;
    }

    private static IEnumerable<CatalogChange> OfRecords(SortedDictionary<string, CatalogModel> old, SortedDictionary<string, CatalogModel> @new)
    {
        foreach (var where in Both(old.Keys, @new.Keys))
        {
            var (before, after) = (old.GetValueOrDefault(where), @new.GetValueOrDefault(where));
            if (before is null || after is null) yield return new CatalogChange(where, "model", before?.Name, after?.Name);
            var (groupsBefore, groupsAfter) = (GroupsOf(before), GroupsOf(after));
            foreach (var group in Both(groupsBefore.Keys, groupsAfter.Keys))
            {
                var (was, isNow) = (groupsBefore.GetValueOrDefault(group), groupsAfter.GetValueOrDefault(group));
                if (was != isNow) yield return new CatalogChange(where, group, was, isNow);
            }
        }
    }

    private static IEnumerable<CatalogChange> OfListings(SortedDictionary<string, ListedFacts> old, SortedDictionary<string, ListedFacts> @new)
    {
        foreach (var where in Both(old.Keys, @new.Keys))
        {
            var (was, isNow) = (Describe(old, where), Describe(@new, where));
            if (was != isNow) yield return new CatalogChange(where, "listed", was, isNow);
        }
    }

    private static string? Describe(SortedDictionary<string, ListedFacts> listed, string where) => !listed.TryGetValue(where, out var facts) ? null
        : facts.Shutdown is { } date ? $"shutdown {date:yyyy-MM-dd}" : facts.StatesShutdown ? "no shutdown announced" : "listed";

    private static IEnumerable<string> Both(IEnumerable<string> old, IEnumerable<string> @new) => old.Union(@new).Order(StringComparer.Ordinal);

    private static SortedDictionary<string, CatalogModel> RecordsOf(CatalogFile file)
    {
        var records = new SortedDictionary<string, CatalogModel>(StringComparer.Ordinal);
        foreach (var (provider, known) in file.Providers)
            foreach (var (id, model) in known.Models) records.Add($"{provider}/{id}", model);
        return records;
    }

    private static SortedDictionary<string, ListedFacts> ListedBy(CatalogFile file)
    {
        var listed = new SortedDictionary<string, ListedFacts>(StringComparer.Ordinal);
        foreach (var (upstream, listing) in file.Listings)
            foreach (var (id, facts) in listing.Models) listed.Add($"upstream {upstream}/{id}", facts);
        return listed;
    }

    private static SortedDictionary<string, string> GroupsOf(CatalogModel? model)
    {
        var groups = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (model is null) return groups;
        foreach (var (name, write) in CatalogWriter.Groups(model))
        {
            var buffer = new ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            {
                json.WriteStartObject();
                write(json);
                json.WriteEndObject();
            }
            groups.Add(name, Encoding.UTF8.GetString(buffer.WrittenSpan));
        }
        return groups;
    }
}
