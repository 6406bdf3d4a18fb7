using Causeway.Spec.Profiles;

namespace Causeway.Gateway.Probe;

/// <summary>What the gateway does in an upstream's place: <see cref="FieldRules"/>, and docs/reference/params.md, which is made from them.</summary>
internal static class Emulations
{
    public static ProbeVerdict VerdictOf(Feature? feature, Support support) => support switch
    {
        Support.Native => ProbeVerdict.Pass,
        Support.Unknown => ProbeVerdict.Unknown,
        _ => feature is { } known and not Feature.OtherFields && FieldRules.Of(known).Remedy is Remedy.Map or Remedy.Emulate ? ProbeVerdict.Shim : ProbeVerdict.Fail,
    };
}
