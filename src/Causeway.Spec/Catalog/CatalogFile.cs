using System.Collections.Immutable;

namespace Causeway.Spec.Catalog;

/// <summary>
/// One catalog file as it was read: records by provider, and what upstreams said of themselves. The built-in files and
/// <c>catalog.json</c> of the data folder have the same form (docs/reference/catalog.md). Immutable.
/// </summary>
/// <param name="Providers">By the provider's key, in ordinal order.</param>
/// <param name="Listings">By the upstream's name, in ordinal order.</param>
public sealed record CatalogFile(
    ImmutableSortedDictionary<string, CatalogProvider> Providers, ImmutableSortedDictionary<string, UpstreamListing> Listings)
{
    public static readonly CatalogFile Empty = new(
        ImmutableSortedDictionary.Create<string, CatalogProvider>(StringComparer.Ordinal),
        ImmutableSortedDictionary.Create<string, UpstreamListing>(StringComparer.Ordinal));
}

/// <summary>A provider's models, and how an upstream is recognised as this provider.</summary>
/// <param name="type">The <c>type</c> of upstream that is always this provider, e.g. <c>bedrock</c>; null when only hosts tell.</param>
/// <param name="hosts">Host names, of which one label may be <c>*</c>: <c>bedrock-mantle.*.api.aws</c>.</param>
/// <param name="models">By id, in ordinal order.</param>
public sealed class CatalogProvider(
    string? type, ImmutableArray<string> hosts, ImmutableSortedDictionary<string, CatalogModel> models)
{
    public string? Type { get; } = type;
    public ImmutableArray<string> Hosts { get; } = hosts;
    public ImmutableSortedDictionary<string, CatalogModel> Models { get; } = models;
}

/// <summary>What an upstream's own <c>/models</c> said.</summary>
/// <param name="Source">The address that was asked; facts hold only for an upstream at the same address.</param>
/// <param name="AsOf">The day on which it was asked.</param>
/// <param name="Models">By id, in ordinal order.</param>
public sealed record UpstreamListing(string Source, DateOnly AsOf, ImmutableSortedDictionary<string, ListedFacts> Models);

/// <summary>What an upstream said of one model.</summary>
/// <param name="StatesShutdown">Whether it speaks of shutdown dates at all: if not, the catalog's date stands.</param>
/// <param name="Shutdown">The date it announced, or null when it has announced none.</param>
public readonly record struct ListedFacts(bool StatesShutdown, DateOnly? Shutdown);
