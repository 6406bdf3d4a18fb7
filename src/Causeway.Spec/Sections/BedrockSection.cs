using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Causeway.Spec.Diagnostics;
using Causeway.Spec.Plans;
using Causeway.Spec.Yaml;

namespace Causeway.Spec.Sections;

/// <summary>Reads an upstream of type <c>bedrock</c>, and refuses what cannot go together: a guardrail fails closed, or it guards nothing.</summary>
internal static partial class BedrockSection
{
    private const int MaxRegions = 8;
    private static readonly ImmutableArray<(string, string)> _tiers = [("default", "default"), ("priority", "priority"), ("flex", "flex"), ("reserved", "reserved")];
    private static readonly ImmutableArray<(string, string)> _signingNames = [("bedrock-mantle", "bedrock-mantle"), ("bedrock", "bedrock")];
    private static readonly ImmutableArray<(string, bool)> _onOff = [("enabled", true), ("disabled", false)];

    public static UpstreamPlan? Read(YamlScalar key, YamlMapping mapping, string what, SpecContext context)
    {
        var bag = context.Bag;
        if (MapReader.Over(mapping, BedrockShapes.Bedrock, what, bag, key.At) is not { } reader) return null;
        var regions = ReadRegions(reader, what, key.At, bag);
        var apiKey = HeaderSection.ReadApiKey(reader.Find("apiKey"), context);
        var plan = new BedrockPlan
        {
            Regions = regions,
            Auth = ReadAuth(reader, what, bag),
            Host = bag.Choice(reader.Find("host"), "'host'", PlanWords.BedrockHosts) ?? BedrockHost.Auto,
            Endpoint = BaseUrl.ReadEndpoint(reader.Find("endpoint"), context),
            ServiceTier = Word(reader.Find("serviceTier"), "'serviceTier'", _tiers, bag),
            Project = HeaderText(reader.Find("project"), "'project'", bag),
            Guardrail = ReadGuardrail(reader.Find("guardrail"), what, bag),
            Credentials = ReadCredentials(reader.Find("credentials"), what, context),
            MantleSigningName = Word(reader.Find("mantleSigningName"), "'mantleSigningName'", _signingNames, bag) ?? "bedrock-mantle",
            Places = BedrockPlaces.Of(context.Options.Catalog),
        };
        CheckTogether(reader, plan, bag);
        var showErrors = bag.Choice(reader.Find("showErrors"), "'showErrors'", PlanWords.YesNo) ?? false;
        var upstream = regions.IsEmpty ? null : new UpstreamPlan { Name = key.Text, Kind = UpstreamKind.Bedrock, ApiKey = apiKey, Bedrock = plan, ShowErrors = showErrors };
        return ResilienceSection.Add(upstream, reader, bag);
    }

    /// <summary>A Region by the form of its name; which there are is AWS's to say.</summary>
    public static string? ReadRegion(YamlNode? node, string what, DiagnosticBag bag)
    {
        if (bag.Text(node, what) is not { } region || node is null) return null;
        if (RegionName().IsMatch(region)) return region;
        bag.Add(DiagnosticRule.UnknownValue, node.At, $"{what} is no AWS Region: '{Shown.Text(region)}'", "for example us-east-1");
        return null;
    }

    private static ImmutableArray<string> ReadRegions(MapReader reader, string what, Position at, DiagnosticBag bag)
    {
        var (one, several) = (reader.Find("region"), reader.Find("regions"));
        if (one is null && several is null) bag.Add(DiagnosticRule.MissingKey, at, $"{what} needs the key 'region' or 'regions'");
        if (one is not null && several is not null) bag.Add(DiagnosticRule.DuplicateKey, several.At, $"{what} has both 'region' and 'regions': give one of them");
        if (several is null) return ReadRegion(one, "'region'", bag) is { } region ? [region] : [];
        if (bag.Sequence(several, "'regions'") is not { } list) return [];
        if (list.Items.IsEmpty) bag.Add(DiagnosticRule.NothingThere, list.At, "'regions' needs at least one Region");
        if (list.Items.Length > MaxRegions) bag.Add(DiagnosticRule.OutOfRange, list.At, $"'regions' has at most {MaxRegions} entries");
        var regions = list.Items.Take(MaxRegions).Select(item => ReadRegion(item, "'regions'", bag)).OfType<string>().ToList();
        if (regions.Distinct(StringComparer.Ordinal).Count() < regions.Count) bag.Add(DiagnosticRule.DuplicateKey, list.At, "'regions' names a Region twice");
        return [.. regions];
    }

    private static BedrockAuth ReadAuth(MapReader reader, string what, DiagnosticBag bag)
    {
        var hasKey = reader.Find("apiKey") is not null;
        var node = reader.Find("auth");
        if (node is null) return hasKey ? BedrockAuth.ApiKey : BedrockAuth.SigV4;
        var auth = bag.Choice(node, "'auth'", PlanWords.BedrockAuths);
        if (auth == BedrockAuth.ApiKey && !hasKey) bag.Add(DiagnosticRule.MissingKey, node.At, $"{what} needs the key 'apiKey' for 'auth: api-key'");
        if (auth is not null and not BedrockAuth.ApiKey && hasKey)
            bag.Add(DiagnosticRule.UnknownValue, node.At, $"'auth' of {what} does not use 'apiKey': remove one of them");
        return auth ?? BedrockAuth.SigV4;
    }

    private static GuardrailPlan? ReadGuardrail(YamlNode? node, string what, DiagnosticBag bag)
    {
        if (node is null || MapReader.Over(node, BedrockShapes.Guardrail, $"'guardrail' of {what}", bag) is not { } reader) return null;
        var id = HeaderText(reader.Find("id"), "'id'", bag);
        var version = HeaderText(reader.Find("version"), "'version'", bag);
        var trace = bag.Choice(reader.Find("trace"), "'trace'", _onOff) ?? false;
        return new GuardrailPlan(id ?? "", version ?? "", trace);
    }

    private static AwsCredentialsPlan? ReadCredentials(YamlNode? node, string what, SpecContext context)
    {
        if (node is null || MapReader.Over(node, BedrockShapes.Credentials, $"'credentials' of {what}", context.Bag) is not { } reader) return null;
        var id = HeaderSection.ReadSecret(reader.Find("accessKeyId"), "'accessKeyId'", context);
        var secret = HeaderSection.ReadSecret(reader.Find("secretAccessKey"), "'secretAccessKey'", context);
        var token = HeaderSection.ReadSecret(reader.Find("sessionToken"), "'sessionToken'", context);
        return id is null || secret is null ? null : new AwsCredentialsPlan(id, secret, token);
    }

    private static void CheckTogether(MapReader reader, BedrockPlan plan, DiagnosticBag bag)
    {
        if (reader.Find("guardrail") is { } guardrail)
        {
            if (plan.Host == BedrockHost.Mantle)
                bag.Add(DiagnosticRule.UnknownValue, guardrail.At, "'guardrail' cannot stand beside 'host: mantle': only the runtime host has guardrails");
            if (plan.Project is not null)
                bag.Add(DiagnosticRule.UnknownValue, guardrail.At, "'guardrail' cannot stand beside 'project': no host has both");
        }
        if (reader.Find("project") is { } project && plan.Host == BedrockHost.Runtime)
            bag.Add(DiagnosticRule.UnknownValue, project.At, "'project' cannot stand beside 'host: runtime': only the mantle host has projects");
        if (reader.Find("credentials") is { } credentials && plan.Auth == BedrockAuth.ApiKey)
            bag.Add(DiagnosticRule.UnknownValue, credentials.At, "'credentials' are not used beside 'apiKey': remove one of them");
    }

    // It goes into a header: no line break, nothing that is not plain.
    private static string? HeaderText(YamlNode? node, string what, DiagnosticBag bag)
    {
        if (bag.Text(node, what) is not { } text || node is null) return null;
        if (text.Length is > 0 and <= 2048 && !text.AsSpan().ContainsAnyExceptInRange('!', '~')) return text;
        bag.Add(DiagnosticRule.InvalidHeader, node.At, $"{what} must be 1 to 2048 characters of visible ASCII");
        return null;
    }

    private static string? Word(YamlNode? node, string what, ImmutableArray<(string Word, string Value)> words, DiagnosticBag bag)
    {
        var at = bag.Choice(node, what, [.. words.Select((word, i) => (word.Word, i))]);
        return at is { } index ? words[index].Value : null;
    }

    [GeneratedRegex(@"\A[a-z]{2,8}(?:-[a-z]{2,12}){1,4}-\d{1,2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex RegionName();
}
