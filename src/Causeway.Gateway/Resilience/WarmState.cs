using Causeway.Gateway.Upstreams;
using Causeway.Spec.Plans;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Resilience;

/// <summary>
/// Keeps connections of upstreams that ask for it open: at the start, after a reload, and every so often. Never in the way of anything: a failure is
/// logged once, and again when it is over. Thread-safe.
/// </summary>
internal sealed partial class WarmState(PlanState plans, TimeProvider time, ILogger<WarmState> logger) : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Fire> _fires = [];
    private bool _isDisposed;

    public void Start()
    {
        plans.Changed += Refresh;
        Refresh();
    }

    public void Dispose()
    {
        plans.Changed -= Refresh;
        lock (_gate)
        {
            _isDisposed = true;
            foreach (var fire in _fires.Values) fire.Dispose();
            _fires.Clear();
        }
    }

    private void Refresh()
    {
        lock (_gate)
        {
            if (_isDisposed) return;
            var active = plans.Current;
            var wanted = active.Plan.Upstreams.Where(upstream => upstream.Warm is not null && !active.Plan.KilledUpstreams.Contains(upstream.Name)).ToDictionary(upstream => upstream.Name);
            foreach (var (name, fire) in _fires.Where(pair => !wanted.ContainsKey(pair.Key) || pair.Value.Upstream != active.Upstreams[pair.Key]).ToList())
            {
                fire.Dispose();
                _fires.Remove(name);
            }
            foreach (var (name, upstream) in wanted)
                if (upstream.Warm is { } plan && !_fires.ContainsKey(name)) _fires.Add(name, new Fire(name, active.Upstreams[name], plan, this));
        }
    }

    [LoggerMessage(2201, LogLevel.Warning, "Upstream {Upstream} cannot be warmed up: not all of its {Connections} connections got an answer")]
    private partial void LogCold(string upstream, int connections);

    [LoggerMessage(2202, LogLevel.Information, "Upstream {Upstream} is warm again")]
    private partial void LogWarm(string upstream);

    /// <summary>One upstream's connections.</summary>
    private sealed class Fire : IDisposable
    {
        private readonly string _name;
        private readonly WarmPlan _plan;
        private readonly WarmState _owner;
        private readonly ITimer _timer;
        private readonly CancellationTokenSource _stop = new();
        private int _isRunning;
        private bool _isCold;

        public Fire(string name, IUpstream upstream, WarmPlan plan, WarmState owner)
        {
            (_name, Upstream, _plan, _owner) = (name, upstream, plan, owner);
            _timer = owner.Time.CreateTimer(_ => _ = StokeAsync(), null, TimeSpan.Zero, plan.Every);
        }

        public IUpstream Upstream { get; }

        // The token source is left to the collector: a round in progress may still link to it.
        public void Dispose()
        {
            _timer.Dispose();
            _stop.Cancel();
        }

        private async Task StokeAsync()
        {
            if (Interlocked.Exchange(ref _isRunning, 1) != 0) return;
            try
            {
                using var patience = new CancellationTokenSource(_patience, _owner.Time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stop.Token);
                var isWarm = await Upstream.WarmAsync(_plan.Connections, either.Token);
                if (_stop.IsCancellationRequested || isWarm == !_isCold) return;
                _isCold = !isWarm;
                if (isWarm) _owner.LogWarm(_name);
                else _owner.LogCold(_name, _plan.Connections);
            }
            catch (ObjectDisposedException)
            {
                // The upstream went with its plan in this very moment.
            }
            finally
            {
                Volatile.Write(ref _isRunning, 0);
            }
        }
    }

    private TimeProvider Time => time;
}
