using Causeway.Spec.Profiles;

namespace Causeway.Gateway.Probe;

/// <summary>What an item of the checklist means for an application.</summary>
public enum ProbeVerdict
{
    /// <summary>The upstream does it.</summary>
    Pass,
    /// <summary>The upstream does not, and the gateway does it in its place.</summary>
    Shim,
    /// <summary>Neither does it.</summary>
    Fail,
    /// <summary>Nothing was proven: accepted without a visible effect, not reached, or the upstream was not well.</summary>
    Unknown,
}

/// <summary>One line of the checklist.</summary>
/// <param name="Name">A feature's id, or the name of a check that is no feature: <c>error.unknown_model</c>.</param>
/// <param name="Feature">Null when profiles have no such fact.</param>
/// <param name="Evidence">What was seen, in one line of at most 300 characters; no secret.</param>
public sealed record ProbeItem(string Name, Feature? Feature, Support Support, ProbeVerdict Verdict, string Evidence);

/// <summary>How far a probe is.</summary>
/// <param name="Left">An estimate from the checks so far.</param>
public readonly record struct ProbeProgress(int Done, int Total, TimeSpan Left, ProbeItem Latest);

/// <summary>What a probe found.</summary>
/// <param name="Items">In the order of the checklist; what was not measured is not in it.</param>
/// <param name="Stopped">Why not everything was measured; null when everything was.</param>
/// <param name="Tokens">Spent, as the upstream counts or, where it does not, as estimated from above.</param>
/// <param name="Cost">Dollars; null when the prices are not known.</param>
/// <param name="Profile">Everything that was measured, ready to be written; null when the upstream did not answer at all.</param>
public sealed record ProbeOutcome(IReadOnlyList<ProbeItem> Items, string? Stopped, int Tokens, decimal? Cost, CapabilityProfile? Profile);
