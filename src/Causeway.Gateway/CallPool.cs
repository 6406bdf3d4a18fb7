using System.Collections.Concurrent;
using Causeway.Gateway.Deadlines;
using Causeway.Gateway.Upstreams;
using Causeway.Spec.Plans;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway;

/// <summary>Reuses <see cref="Call"/>s, and reaches all those in progress when the process must stop. Thread-safe.</summary>
internal sealed class CallPool(TimeProvider time) : IDisposable
{
    // The one returned last is the next to go: it is still in the processor's caches, those returned before are not.
    private readonly Stack<Call> _idle = [];
    private readonly Lock _gate = new();
    private readonly ConcurrentBag<Call> _all = [];

    public Call Rent(HttpContext http, ActivePlan active, Operation operation)
    {
        Call? call;
        lock (_gate) _idle.TryPop(out call);
        if (call is null) _all.Add(call = new Call(time));
        call.Begin(http, active, operation);
        return call;
    }

    public void Return(Call call)
    {
        call.End();
        lock (_gate) _idle.Push(call);
    }

    /// <summary>Tells every exchange in progress to stop; idle ones take no notice.</summary>
    public void CancelAll(CancelReason reason)
    {
        foreach (var call in _all) call.Deadline.Cancel(reason);
    }

    /// <summary>Ends the exchanges in progress that go by this route, or are being answered by this upstream.</summary>
    public void CancelKilled(KillKind kind, string name)
    {
        var reason = kind == KillKind.Route ? CancelReason.RouteKilled : CancelReason.UpstreamKilled;
        foreach (var call in _all)
        {
            // Read first: a call that begins another exchange meanwhile has taken the new plan, and is spared.
            var generation = call.Deadline.Generation;
            if ((kind == KillKind.Route ? call.Route?.Name : call.Served?.Upstream) == name) call.Deadline.Cancel(reason, generation);
        }
    }

    public void Dispose()
    {
        foreach (var call in _all) call.Dispose();
    }
}
