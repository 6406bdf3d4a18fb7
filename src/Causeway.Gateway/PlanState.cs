using System.Collections.Frozen;
using System.Collections.Immutable;
using Causeway.Gateway.Resilience;
using Causeway.Gateway.Upstreams;
using Causeway.Gateway.Upstreams.Bedrock;
using Causeway.Gateway.Upstreams.Rehearsal;
using Causeway.Spec.Plans;

namespace Causeway.Gateway;

/// <summary>Makes an upstream of kind <see cref="UpstreamKind.Embedded"/>: the gateway runs no models, the program around it does.</summary>
public delegate IUpstream EmbeddedUpstreams(UpstreamPlan plan);

/// <summary>
/// The plan in force. Readers take <see cref="Current"/> once and keep it; <see cref="Activate"/> swaps by one volatile write.
/// Upstreams that did not change keep their connections; those no longer named are closed when no request can hold them any more.
/// </summary>
public sealed class PlanState : IDisposable
{
    private readonly TimeProvider _time;
    private readonly Func<UpstreamPlan, IUpstream> _create;
    private readonly Lock _swap = new();
    private readonly List<ITimer> _retirements = [];
    private Plan _compiled;
    private volatile ActivePlan _current;

    public PlanState(Plan plan, TimeProvider time) : this(plan, time, upstream => Create(upstream, time, null))
    {
    }

    /// <param name="embedded">Makes the upstreams that the gateway does not know by itself: those of kind <see cref="UpstreamKind.Embedded"/>.</param>
    public PlanState(Plan plan, EmbeddedUpstreams embedded, TimeProvider time) : this(plan, time, upstream => Create(upstream, time, embedded))
    {
    }

    internal PlanState(Plan plan, TimeProvider time, Func<UpstreamPlan, IUpstream> create)
    {
        _time = time;
        _create = create;
        _compiled = plan;
        _current = CreateActive(plan, null);
    }

    internal ActivePlan Current => _current;

    /// <summary>Another plan is in force, or other kills lie over it.</summary>
    internal event Action? Changed;

    /// <summary>The plan that new requests start on.</summary>
    public Plan Plan => _current.Plan;

    /// <summary>What is switched off, whether the plan has it or not.</summary>
    public ImmutableArray<Kill> Kills { get; private set; } = [];

    /// <summary>What <paramref name="plan"/> comes to while <see cref="Kills"/> lie over it: what <see cref="Activate"/> would put into force.</summary>
    public Plan Effective(Plan plan) => PlanOverlay.WithKills(plan, Kills);

    /// <summary>Switches off exactly these, for every request that starts from now on.</summary>
    public void SetKills(ImmutableArray<Kill> kills)
    {
        lock (_swap)
        {
            Kills = kills;
            Swap_NeedsLock();
        }
        Changed?.Invoke();
    }

    /// <summary>What the plan in force would come to with these kills instead.</summary>
    internal Plan WithKills(ImmutableArray<Kill> kills)
    {
        lock (_swap) return PlanOverlay.WithKills(_compiled, kills);
    }

    /// <summary>Makes <paramref name="plan"/>, as compiled, the plan of every request that starts from now on. Requests in progress finish on theirs.</summary>
    public void Activate(Plan plan)
    {
        lock (_swap)
        {
            _compiled = plan;
            Swap_NeedsLock();
        }
        Changed?.Invoke();
    }

    public void Dispose()
    {
        lock (_swap)
        {
            foreach (var timer in _retirements) timer.Dispose();
            foreach (var upstream in _current.Upstreams.Values) upstream.Dispose();
        }
    }

    private void Swap_NeedsLock()
    {
        var old = _current;
        _current = CreateActive(Effective(_compiled), old);
        Retire(old);
    }

    private ActivePlan CreateActive(Plan plan, ActivePlan? old)
    {
        var upstreams = CreateUpstreams(plan, old);
        return new ActivePlan(plan, upstreams, new LaneTable(plan, upstreams, old, _time, Random.Shared.NextDouble), _time.GetUtcNow());
    }

    private FrozenDictionary<string, IUpstream> CreateUpstreams(Plan plan, ActivePlan? old) =>
        plan.Upstreams.ToFrozenDictionary(u => u.Name, u => Unchanged(u, old) ?? _create(u));

    private static IUpstream? Unchanged(UpstreamPlan plan, ActivePlan? old) =>
        old is not null && old.Plan.Upstreams.Contains(plan) ? old.Upstreams[plan.Name] : null;

    private static IUpstream Create(UpstreamPlan plan, TimeProvider time, EmbeddedUpstreams? embedded) => plan.Kind switch
    {
        UpstreamKind.OpenAiCompatible => new HttpUpstream(plan),
        UpstreamKind.Rehearsal => new RehearsalUpstream(plan.Name, plan.Rehearsal!, time),
        UpstreamKind.Bedrock => new BedrockUpstream(plan, time),
        UpstreamKind.Embedded when embedded is not null => embedded(plan),
        _ => throw new ArgumentOutOfRangeException(nameof(plan), plan.Kind, "no such upstream kind"),
    };

    private void Retire(ActivePlan old)
    {
        var gone = old.Upstreams.Values.Except(_current.Upstreams.Values).ToList();
        if (gone.Count == 0) return;
        // A request may hold its plan for as long as the plan lets it live.
        var grace = old.Plan.Limits.Total + TimeSpan.FromMinutes(1);
        _retirements.Add(_time.CreateTimer(_ => gone.ForEach(u => u.Dispose()), null, grace, Timeout.InfiniteTimeSpan));
    }
}
