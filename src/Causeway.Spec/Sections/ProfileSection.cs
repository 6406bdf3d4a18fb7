using Causeway.Spec.Diagnostics;
using Causeway.Spec.Plans;
using Causeway.Spec.Profiles;
using Causeway.Spec.Yaml;

namespace Causeway.Spec.Sections;

/// <summary>A <c>profile</c> key: what it says, which may be that there shall be none.</summary>
internal readonly record struct ProfileChoice(CapabilityProfile? Profile);

/// <summary>Reads <c>profile</c> of upstreams and targets and <c>maxTokens</c> of targets.</summary>
internal static class ProfileSection
{
    private const string None = "none";

    /// <summary>Null when the key is absent or wrong; the latter is reported.</summary>
    public static ProfileChoice? Read(YamlNode? node, SpecContext context)
    {
        if (node is null || context.Bag.Text(node, "'profile'") is not { } name) return null;
        if (name == None) return new ProfileChoice(null);
        if (name.Contains('/') || name.EndsWith(".json", StringComparison.Ordinal)) return ReadFile(name, node, context);
        if (BuiltInProfiles.Find(name) is { } profile) return new ProfileChoice(profile);
        context.Bag.Add(DiagnosticRule.InvalidProfile, node.At, $"there is no built-in profile '{Shown.Text(name)}'", name, [None, .. BuiltInProfiles.Names]);
        return null;
    }

    /// <summary>The profile of an upstream of this kind that states none.</summary>
    public static CapabilityProfile? Default(UpstreamPlan? upstream, string? model, SpecContext context)
    {
        if (upstream is null || PlanWords.Kind(upstream.Kind) != "bedrock") return null;
        var named = model is null ? null : context.Options.Catalog.Find(upstream, model)?.Profile;
        return (named is null ? null : BuiltInProfiles.Find(named)) ?? BuiltInProfiles.Find("bedrock");
    }

    public static MaxTokensRule ReadMaxTokens(YamlNode? node, DiagnosticBag bag)
    {
        if (node is null || MapReader.Over(node, SpecShapes.MaxTokens, "'maxTokens'", bag) is not { } reader) return default;
        var rule = new MaxTokensRule(Read("default"), Read("cap"));
        if (rule.Default > rule.Cap) bag.Add(DiagnosticRule.OutOfRange, reader.At, $"'default' ({rule.Default}) is larger than 'cap' ({rule.Cap})");
        return rule;

        int? Read(string key) => bag.Integer(reader.Find(key), $"'{key}'", 1, MaxTokensRule.Largest);
    }

    private static ProfileChoice? ReadFile(string path, YamlNode node, SpecContext context)
    {
        if (context.Options.Files(path) is not { } bytes)
        {
            context.Bag.Add(DiagnosticRule.InvalidProfile, node.At, $"the profile '{Shown.Text(path)}' cannot be read", "the path starts at the spec's folder; `causeway probe` writes one");
            return null;
        }
        if (CapabilityProfile.TryRead(bytes, out var profile, out var error)) return new ProfileChoice(profile);
        context.Bag.Add(DiagnosticRule.InvalidProfile, node.At, $"the profile '{Shown.Text(path)}' is wrong: {error}");
        return null;
    }
}
