using Causeway.Repository.Tests.Tree;
using Causeway.Spec.Catalog;

namespace Causeway.Repository.Tests;

/// <summary>The catalog is only worth what its sources are: a fact without one, or without its day, is a rumour.</summary>
public sealed class CatalogTests
{
    private static readonly IReadOnlyList<(string File, CatalogFile Catalog)> _files =
    [
        .. RepositoryRoot.FilesUnder("catalog/", ".json").Where(file => file.Count(c => c == '/') == 1)
            .Select(file => (file, CatalogReader.Read(File.ReadAllBytes(RepositoryRoot.PathOf(file)), file))),
    ];

    [Fact]
    public void Every_fact_of_the_catalog_has_a_source_with_an_address_and_a_day()
    {
        Assert.NotEmpty(_files);
        Findings.None(
            from entry in _files
            from model in entry.Catalog.Providers.Values.SelectMany(provider => provider.Models.Values)
            from fact in SourcesOf(model)
            where !fact.Source.Source.Contains("https://", StringComparison.Ordinal) || fact.Source.AsOf < new DateOnly(2025, 1, 1)
            select $"{entry.File}: {model.Id}, {fact.Group}",
            "Say where the fact was read (an address) and on which day, or take it out.");
    }

    [Fact]
    public void No_model_of_the_catalog_is_a_bare_name() =>
        Findings.None(
            from entry in _files
            from model in entry.Catalog.Providers.Values.SelectMany(provider => provider.Models.Values)
            where !SourcesOf(model).Any()
            select $"{entry.File}: {model.Id}",
            "A record without a fact says nothing: take it out.");

    [Fact]
    public void Every_source_that_a_file_lists_is_used_in_it() =>
        Findings.None(
            from entry in _files
            let text = RepositoryRoot.Read(entry.File)
            from id in System.Text.Json.JsonDocument.Parse(text).RootElement.GetProperty("sources").EnumerateObject().Select(source => source.Name)
            where !text.Contains($"\"source\": \"{id}\"", StringComparison.Ordinal)
            select $"{entry.File}: {id}",
            "Remove the source from the list.");

    private static IEnumerable<(string Group, FactSource Source)> SourcesOf(CatalogModel model)
    {
        if (model.HostFacts is { } hosts) yield return ("hosts", hosts.Source);
        if (model.RegionFacts is { } regions) yield return ("regions", regions.Source);
        if (model.LimitFacts is { } limits) yield return ("limits", limits.Source);
        if (model.PriceFacts is { } prices) yield return ("prices", prices.Source);
        if (model.FeatureFacts is { } features) yield return ("features", features.Source);
        if (model.LifecycleFacts is { } lifecycle) yield return ("lifecycle", lifecycle.Source);
    }
}
