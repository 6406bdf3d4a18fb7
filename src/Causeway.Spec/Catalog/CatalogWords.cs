using System.Collections.Immutable;

namespace Causeway.Spec.Catalog;

/// <summary>The words of catalog files for the catalog's enums, in one place for reading, writing and printing.</summary>
public static class CatalogWords
{
    internal static readonly ImmutableArray<(string Word, FactConfidence Value)> Confidences =
        [("official", FactConfidence.Official), ("third-party", FactConfidence.ThirdParty), ("unverified", FactConfidence.Unverified)];

    internal static readonly ImmutableArray<(string Word, HostKind Value)> Hosts =
        [("api", HostKind.Api), ("mantle", HostKind.Mantle), ("runtime", HostKind.Runtime)];

    internal static readonly ImmutableArray<(string Word, ApiFamily Value)> Apis =
    [
        ("chat", ApiFamily.Chat), ("responses", ApiFamily.Responses), ("converse", ApiFamily.Converse), ("invoke", ApiFamily.Invoke),
        ("batch", ApiFamily.Batch),
    ];

    /// <summary>Every tier a price may be of, <c>standard</c> first.</summary>
    public static readonly ImmutableArray<string> Tiers = ["standard", "flex", "priority", "batch"];

    public static string Of(FactConfidence confidence) => Confidences.First(pair => pair.Value == confidence).Word;

    public static string Of(HostKind host) => Hosts.First(pair => pair.Value == host).Word;

    public static string Of(ApiFamily api) => Apis.First(pair => pair.Value == api).Word;
}
