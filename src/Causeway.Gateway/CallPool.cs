using System.Collections.Concurrent;
using Causeway.Gateway.Deadlines;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway;

/// <summary>Reuses <see cref="Call"/>s, and reaches all those in progress when the process must stop. Thread-safe.</summary>
internal sealed class CallPool(TimeProvider time) : IDisposable
{
    private readonly ConcurrentQueue<Call> _idle = new();
    private readonly ConcurrentBag<Call> _all = [];

    public Call Rent(HttpContext http, ActivePlan active)
    {
        if (!_idle.TryDequeue(out var call)) _all.Add(call = new Call(time));
        call.Begin(http, active);
        return call;
    }

    public void Return(Call call)
    {
        call.End();
        _idle.Enqueue(call);
    }

    /// <summary>Tells every exchange in progress to stop; idle ones take no notice.</summary>
    public void CancelAll(CancelReason reason)
    {
        foreach (var call in _all) call.Deadline.Cancel(reason);
    }

    public void Dispose()
    {
        foreach (var call in _all) call.Dispose();
    }
}
