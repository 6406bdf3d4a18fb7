using System.Collections.Frozen;
using Causeway.Spec.Profiles;

namespace Causeway.Gateway.Probe;

/// <summary>What the gateway does in an upstream's place: see docs/reference/params.md.</summary>
internal static class Emulations
{
    private static readonly FrozenSet<Feature> s_all = new[]
    {
        Feature.RoleDeveloper, Feature.MaxTokens, Feature.MaxCompletionTokens, Feature.N, Feature.Stop, Feature.JsonObject, Feature.JsonSchema,
        Feature.Stream, Feature.StreamUsage, Feature.ToolsParallelOff, Feature.ToolChoiceNamed, Feature.ToolChoiceRequired,
    }.ToFrozenSet();

    public static ProbeVerdict VerdictOf(Feature? feature, Support support) => support switch
    {
        Support.Native => ProbeVerdict.Pass,
        Support.Unknown => ProbeVerdict.Unknown,
        _ => feature is { } known && s_all.Contains(known) ? ProbeVerdict.Shim : ProbeVerdict.Fail,
    };
}
