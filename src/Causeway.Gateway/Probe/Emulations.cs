using Causeway.Spec.Profiles;

namespace Causeway.Gateway.Probe;

/// <summary>What the gateway does in an upstream's place: <see cref="FieldRules"/>, and docs/reference/params.md, which is made from them.</summary>
internal static class Emulations
{
    public static ProbeVerdict VerdictOf(Feature? feature, Support support) => support switch
    {
        Support.Native => ProbeVerdict.Pass,
        Support.Unknown => ProbeVerdict.Unknown,
        _ => feature is { } known && IsDone(known) ? ProbeVerdict.Shim : ProbeVerdict.Fail,
    };

    // Without parallel calls the request can be sent, one call at a time: but nobody makes the calls parallel.
    private static bool IsDone(Feature feature) =>
        feature is not (Feature.OtherFields or Feature.ToolsParallel) && FieldRules.Of(feature).Remedy is Remedy.Map or Remedy.Emulate;
}
