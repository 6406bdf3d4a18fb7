namespace Causeway.Spec.Profiles;

/// <summary>Whether an upstream does what a <see cref="Feature"/> says, as far as anybody has found out.</summary>
public enum Support
{
    /// <summary>Nobody knows. Lenient policies try it, strict ones treat it as <see cref="Absent"/>.</summary>
    Unknown,

    /// <summary>The upstream does it itself: the request's bytes are passed on.</summary>
    Native,

    /// <summary>The upstream refuses it, ignores it or does something else.</summary>
    Absent,
}
