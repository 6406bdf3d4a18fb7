using System.Collections.Immutable;
using Causeway.Spec.Catalog;

namespace Causeway.Spec.Plans;

/// <summary>
/// Where the operator's own catalog has models of Bedrock answer, as far as it says something else than the built-in one. Immutable; equal
/// content means equal places.
/// </summary>
public sealed class BedrockPlaces : IEquatable<BedrockPlaces>
{
    public static readonly BedrockPlaces None = new([]);

    private readonly ImmutableSortedDictionary<string, ImmutableArray<ModelHost>> _byName;

    private BedrockPlaces(IEnumerable<CatalogModel> models)
    {
        var byName = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<ModelHost>>(StringComparer.Ordinal);
        foreach (var model in models)
            foreach (var name in model.Hosts.Select(host => host.Model).Append(model.Id)) byName[name] = model.Hosts;
        _byName = byName.ToImmutable();
    }

    /// <summary>By name, in ordinal order.</summary>
    public IEnumerable<KeyValuePair<string, ImmutableArray<ModelHost>>> All => _byName;

    public bool IsEmpty => _byName.IsEmpty;

    /// <summary>Those of a catalog that the built-in one does not have, or has elsewhere.</summary>
    public static BedrockPlaces Of(ModelCatalog catalog)
    {
        if (ReferenceEquals(catalog, ModelCatalog.BuiltIn)) return None;
        var moved = catalog.Models.Where(model => model.Provider == "bedrock" && !model.Hosts.IsEmpty
            && !model.Hosts.AsSpan().SequenceEqual((ModelCatalog.BuiltIn.Find("bedrock", model.Id)?.Hosts ?? []).AsSpan())).ToList();
        return moved.Count == 0 ? None : new BedrockPlaces(moved);
    }

    /// <summary>Where a model answers, the preferred place first; empty when nothing is known.</summary>
    public ImmutableArray<ModelHost> Find(string model) =>
        _byName.TryGetValue(model, out var own) ? own : ModelCatalog.BuiltIn.Find("bedrock", model)?.Hosts ?? [];

    public bool Equals(BedrockPlaces? other) =>
        other is not null && _byName.Count == other._byName.Count
        && _byName.All(place => other._byName.TryGetValue(place.Key, out var hosts) && hosts.AsSpan().SequenceEqual(place.Value.AsSpan()));

    public override bool Equals(object? obj) => Equals(obj as BedrockPlaces);

    public override int GetHashCode() => _byName.Count;
}
