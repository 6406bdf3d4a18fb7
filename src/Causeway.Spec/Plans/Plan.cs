using System.Collections.Immutable;

namespace Causeway.Spec.Plans;

/// <summary>
/// A compiled spec: immutable, content-hashed, all the data plane knows. Safe to share between threads.
/// Two specs that mean the same have the same <see cref="Hash"/>; secrets are named in it, never contained.
/// </summary>
public sealed record Plan
{
    /// <summary><c>sha256:</c> and 64 hex digits over <see cref="Canonical"/>.</summary>
    public required string Hash { get; init; }

    /// <summary>The canonical JSON that was hashed: what <c>causeway plan</c> prints and the audit log keeps.</summary>
    public required string Canonical { get; init; }

    public required ImmutableArray<UpstreamPlan> Upstreams { get; init; }
    public required RouteTable Routes { get; init; }
    public required KeyTable Keys { get; init; }
    public required LimitsPlan Limits { get; init; }
    public required PricePlan Prices { get; init; }

    /// <summary>Switched off by an operator, see <see cref="PlanOverlay"/>. Never from a spec.</summary>
    public ImmutableSortedSet<string> KilledRoutes { get; init; } = [];

    /// <summary>Switched off by an operator: asked nothing.</summary>
    public ImmutableSortedSet<string> KilledUpstreams { get; init; } = [];

    /// <summary>Which of its models have an end. No part of the hash.</summary>
    public SunsetTable Sunsets { get; init; } = SunsetTable.None;
}
