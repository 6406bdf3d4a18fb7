using Causeway.Spec.Profiles;

namespace Causeway.Gateway.Probe;

/// <summary>What one answer shows.</summary>
internal readonly record struct Finding(Support Support, string Evidence)
{
    public static Finding Native(string evidence) => new(Support.Native, evidence);

    public static Finding Absent(string evidence) => new(Support.Absent, evidence);

    public static Finding Unknown(string evidence) => new(Support.Unknown, evidence);

    public static Finding Seen(bool native, string evidence) => new(native ? Support.Native : Support.Absent, evidence);
}
