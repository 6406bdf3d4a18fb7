using System.Collections.Frozen;
using Causeway.Gateway.Relay;
using Causeway.Gateway.Resilience;
using Causeway.Gateway.Upstreams;
using Causeway.Spec.Plans;
using Microsoft.Extensions.Primitives;

namespace Causeway.Gateway;

/// <summary>A plan and the upstreams that serve it: what one request lives on from its first byte to its last. Immutable.</summary>
internal sealed class ActivePlan(Plan plan, FrozenDictionary<string, IUpstream> upstreams, LaneTable lanes, DateTimeOffset since)
{
    public Plan Plan { get; } = plan;

    /// <summary>By the upstream's name; complete for every target of the plan.</summary>
    public FrozenDictionary<string, IUpstream> Upstreams { get; } = upstreams;

    /// <summary>What is remembered about each target.</summary>
    public LaneTable Lanes { get; } = lanes;

    /// <summary>When it came into force.</summary>
    public DateTimeOffset Since { get; } = since;

    /// <summary>The value of the <c>x-causeway-plan</c> header, made once.</summary>
    public StringValues Header { get; } = plan.Hash;

    /// <summary>Null when no model of the plan has an end.</summary>
    public SunsetHeaders? Sunsets { get; } = SunsetHeaders.For(plan);
}
