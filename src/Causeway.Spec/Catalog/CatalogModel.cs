using System.Collections.Immutable;
using Causeway.Spec.Plans;

namespace Causeway.Spec.Catalog;

/// <summary>
/// What is known about one model of one provider. Immutable. Facts come in groups, and each group says where it comes from and of which
/// day it is; a group that nobody could establish is null, and the shorthand below it then says "unknown".
/// </summary>
public sealed class CatalogModel
{
    /// <summary>The provider's own name of the model; for Bedrock the id on mantle, where the two hosts differ.</summary>
    public required string Id { get; init; }

    /// <summary>The key of the catalog's provider: <c>bedrock</c>, <c>openai</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>For people; the id where nothing better is known.</summary>
    public required string Name { get; init; }

    /// <summary>Who made the model, for people; null when unknown.</summary>
    public string? Vendor { get; init; }

    /// <summary>Name of the built-in capability profile that fits; null when none does.</summary>
    public string? Profile { get; init; }

    public Fact<ImmutableArray<ModelHost>>? HostFacts { get; init; }
    public Fact<ImmutableArray<string>>? RegionFacts { get; init; }
    public Fact<ModelLimits>? LimitFacts { get; init; }
    public Fact<ModelPrices>? PriceFacts { get; init; }
    public Fact<ImmutableSortedDictionary<string, bool>>? FeatureFacts { get; init; }
    public Fact<ModelLifecycle>? LifecycleFacts { get; init; }

    /// <summary>Where it answers, the preferred place first; empty when unknown.</summary>
    public ImmutableArray<ModelHost> Hosts => HostFacts?.Value ?? [];

    /// <summary>Names of the Regions it answers in, as the provider lists them; empty when unknown.</summary>
    public ImmutableArray<string> Regions => RegionFacts?.Value ?? [];

    /// <summary>Tokens of prompt and answer together; null when unknown.</summary>
    public int? Context => LimitFacts?.Value.Context;

    /// <summary>Tokens of one answer by the provider's own word; null when unknown.</summary>
    public int? MaxOutput => LimitFacts?.Value.MaxOutput;

    /// <summary>Dates; all null when unknown.</summary>
    public ModelLifecycle Lifecycle => LifecycleFacts?.Value ?? ModelLifecycle.Unknown;

    /// <summary>The price of a tier (<c>standard</c>, <c>flex</c>, <c>priority</c>, <c>batch</c>), or null.</summary>
    public ModelPrice? PriceOf(string tier) => PriceFacts?.Value.Tiers.GetValueOrDefault(tier);

    /// <summary>Whether this is one of the names the model answers to: its id, or its id on one of the hosts.</summary>
    public bool IsCalled(string id) => Id == id || Hosts.Any(host => host.Model == id);

    /// <summary>This record with every group that <paramref name="newer"/> has put in the place of its own.</summary>
    internal CatalogModel With(CatalogModel newer) => new()
    {
        Id = Id,
        Provider = Provider,
        Name = newer.Name == newer.Id ? Name : newer.Name,
        Vendor = newer.Vendor ?? Vendor,
        Profile = newer.Profile ?? Profile,
        HostFacts = newer.HostFacts ?? HostFacts,
        RegionFacts = newer.RegionFacts ?? RegionFacts,
        LimitFacts = newer.LimitFacts ?? LimitFacts,
        PriceFacts = newer.PriceFacts ?? PriceFacts,
        FeatureFacts = newer.FeatureFacts ?? FeatureFacts,
        LifecycleFacts = newer.LifecycleFacts ?? LifecycleFacts,
    };
}

/// <summary>Something known, and why.</summary>
public sealed class Fact<T>(T value, FactSource source)
{
    public T Value { get; } = value;
    public FactSource Source { get; } = source;
}

/// <summary>Where a fact comes from.</summary>
/// <param name="Source">An address, or a sentence with one.</param>
/// <param name="AsOf">The day on which the source said so.</param>
/// <param name="Note">What a reader should know before relying on it; null when there is nothing.</param>
public sealed record FactSource(string Source, DateOnly AsOf, FactConfidence Confidence, string? Note = null);

/// <summary>How far a fact can be relied on.</summary>
public enum FactConfidence
{
    /// <summary>The provider says so.</summary>
    Official,
    /// <summary>Somebody else says so: another catalog, a probe, an article.</summary>
    ThirdParty,
    /// <summary>Nobody could be found who has seen it: probe before relying on it.</summary>
    Unverified,
}

/// <summary>One place where a model answers.</summary>
/// <param name="Host">Which of the provider's hosts.</param>
/// <param name="Prefix">Path before the operation, e.g. <c>/v1</c>, <c>/openai/v1</c>; <c>/model</c> for Bedrock's native operations.</param>
/// <param name="Model">The model's id there, which may differ from the catalog's.</param>
/// <param name="Apis">Which API families it answers there; never empty.</param>
/// <param name="Confidence">How sure it is that it answers there at all; at most that of the whole group.</param>
public sealed record ModelHost(HostKind Host, string Prefix, string Model, ImmutableArray<ApiFamily> Apis, FactConfidence Confidence)
{
    public bool Equals(ModelHost? other) =>
        other is not null && Host == other.Host && Prefix == other.Prefix && Model == other.Model && Confidence == other.Confidence
        && Apis.AsSpan().SequenceEqual(other.Apis.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Host, Prefix, Model, Apis.Length, Confidence);
}

/// <summary>A provider's hosts.</summary>
public enum HostKind
{
    /// <summary>The provider's only one.</summary>
    Api,
    /// <summary><c>bedrock-mantle.{region}.api.aws</c>.</summary>
    Mantle,
    /// <summary><c>bedrock-runtime.{region}.amazonaws.com</c>.</summary>
    Runtime,
}

/// <summary>What kind of request a host takes for a model.</summary>
public enum ApiFamily
{
    /// <summary>OpenAI's Chat Completions.</summary>
    Chat,
    /// <summary>OpenAI's Responses.</summary>
    Responses,
    /// <summary>Bedrock's Converse and ConverseStream.</summary>
    Converse,
    /// <summary>Bedrock's InvokeModel.</summary>
    Invoke,
    /// <summary>OpenAI's Batch.</summary>
    Batch,
}

/// <summary>How much a model takes and gives. Each null when unknown.</summary>
/// <param name="Context">Tokens of prompt and answer together.</param>
/// <param name="MaxOutput">Tokens of one answer by the provider's own word: the safe default.</param>
/// <param name="MaxOutputClaimed">Tokens of one answer by what public catalogs say, which is often more.</param>
/// <param name="MaxRequestBytes">The largest request body.</param>
public sealed record ModelLimits(int? Context, int? MaxOutput, int? MaxOutputClaimed, int? MaxRequestBytes);

/// <summary>List prices.</summary>
/// <param name="Region">The Region these are the prices of; null where Regions do not matter. Other Regions may charge more.</param>
/// <param name="Tiers">By tier, <c>standard</c> among them; US dollars per million tokens.</param>
public sealed record ModelPrices(string? Region, ImmutableSortedDictionary<string, ModelPrice> Tiers);

/// <summary>A model's dates. Each null when unknown or not announced.</summary>
/// <param name="Deprecated">Since when its end is announced.</param>
/// <param name="Shutdown">The first day on which it no longer answers.</param>
/// <param name="Replacement">What the provider suggests instead; null when it suggests nothing.</param>
public sealed record ModelLifecycle(DateOnly? Launched, DateOnly? Deprecated, DateOnly? Shutdown, string? Replacement)
{
    public static readonly ModelLifecycle Unknown = new(null, null, null, null);

    /// <summary>Whole days until it no longer answers; zero or less when it does not any more; null without a date.</summary>
    public int? DaysLeft(DateOnly today) => Shutdown is { } shutdown ? shutdown.DayNumber - today.DayNumber : null;

    public bool IsRetired(DateOnly today) => DaysLeft(today) <= 0;
}
