using System.Collections.Immutable;
using Causeway.Spec.Diagnostics;
using Causeway.Spec.Plans;
using Causeway.Spec.Yaml;

namespace Causeway.Spec.Sections;

/// <summary>The upstreams of a spec.</summary>
/// <param name="Declared">Every name and its place, also of upstreams with mistakes: a target that points at one has no mistake of its
/// own.</param>
internal sealed record UpstreamSet(IReadOnlyDictionary<string, Position> Declared, ImmutableArray<UpstreamPlan> Plans)
{
    /// <summary>Of the upstreams that have a good <c>profile</c> key, by name.</summary>
    public required IReadOnlyDictionary<string, ProfileChoice> Profiles { get; init; }
}

internal static class UpstreamSection
{
    public static UpstreamSet Read(YamlNode? node, SpecContext context)
    {
        var declared = new SortedDictionary<string, Position>(StringComparer.Ordinal);
        var plans = ImmutableArray.CreateBuilder<UpstreamPlan>();
        var profiles = new Dictionary<string, ProfileChoice>(StringComparer.Ordinal);
        if (context.Bag.Mapping(node, "'upstreams'") is { } mapping)
        {
            if (mapping.Entries.IsEmpty) context.Bag.Add(DiagnosticRule.NothingThere, mapping.At,
                "'upstreams' needs at least one upstream");
            foreach (var (key, value) in mapping.Entries)
            {
                declared.Add(key.Text, key.At);
                if (ReadProfile(value, context) is { } profile) profiles.Add(key.Text, profile);
                if (Names.Check(key.Text, key.At, "upstream", context.Bag) && ReadOne(key, value, context) is { } plan) plans.Add(plan);
            }
        }
        plans.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        return new UpstreamSet(declared, plans.ToImmutable()) { Profiles = profiles };
    }

    // Every type takes the key, and none of them needs it to connect.
    private static ProfileChoice? ReadProfile(YamlNode upstream, SpecContext context) =>
        ProfileSection.Read((upstream as YamlMapping)?.Entries.FirstOrDefault(entry => entry.Key.Text == "profile")?.Value, context);

    private static UpstreamPlan? ReadOne(YamlScalar key, YamlNode value, SpecContext context)
    {
        var what = $"upstream '{key.Text}'";
        if (context.Bag.Mapping(value, what) is not { } mapping) return null;
        return ReadType(mapping, key, what, context.Bag) switch
        {
            UpstreamKind.OpenAiCompatible => ReadOpenAiCompatible(key, mapping, what, context),
            UpstreamKind.Rehearsal => ReadRehearsal(key, mapping, what, context.Bag),
            UpstreamKind.Bedrock => BedrockSection.Read(key, mapping, what, context),
            UpstreamKind.Embedded => EmbeddedSection.Read(key, mapping, what, context.Bag),
            _ => null,
        };
    }

    // The type decides which other keys there are, so it is looked up before the mapping can be read as a shape.
    private static UpstreamKind? ReadType(YamlMapping mapping, YamlScalar key, string what, DiagnosticBag bag)
    {
        var type = mapping.Entries.FirstOrDefault(entry => entry.Key.Text == "type")?.Value;
        if (type is null) bag.Add(DiagnosticRule.MissingKey, key.At, $"{what} needs the key 'type': openai-compatible, bedrock, embedded or rehearsal");
        return bag.Choice(type, "'type'", PlanWords.Kinds);
    }

    private static UpstreamPlan? ReadOpenAiCompatible(YamlScalar key, YamlMapping mapping, string what, SpecContext context)
    {
        if (MapReader.Over(mapping, SpecShapes.OpenAiCompatible, what, context.Bag, key.At) is not { } reader) return null;
        var baseUrl = BaseUrl.Read(reader.Find("baseUrl"), context);
        var apiKey = HeaderSection.ReadApiKey(reader.Find("apiKey"), context);
        var headers = HeaderSection.Read(reader.Find("headers"), hasApiKey: reader.Find("apiKey") is not null, context);
        var http = context.Bag.Choice(reader.Find("http"), "'http'", PlanWords.HttpVersions) ?? UpstreamHttp.Auto;
        var showErrors = context.Bag.Choice(reader.Find("showErrors"), "'showErrors'", PlanWords.YesNo) ?? false;
        var plan = baseUrl is null ? null : new UpstreamPlan
        {
            Name = key.Text,
            Kind = UpstreamKind.OpenAiCompatible,
            BaseUrl = baseUrl,
            ApiKey = apiKey,
            Headers = headers,
            Http = http,
            ShowErrors = showErrors,
        };
        return ResilienceSection.Add(plan, reader, context.Bag);
    }

    private static UpstreamPlan? ReadRehearsal(YamlScalar key, YamlMapping mapping, string what, DiagnosticBag bag)
    {
        if (MapReader.Over(mapping, SpecShapes.Rehearsal, what, bag, key.At) is not { } reader) return null;
        var plan = new UpstreamPlan { Name = key.Text, Kind = UpstreamKind.Rehearsal, Rehearsal = RehearsalSection.Read(reader, bag) };
        return ResilienceSection.Add(plan, reader, bag);
    }
}
