using Causeway.Spec.Plans;

namespace Causeway.Gateway.Resilience;

/// <summary>Places at one upstream, and the short line in front of them: first come, first served, and nobody overtakes. Thread-safe.</summary>
internal sealed class ConcurrencyState(ConcurrencyPlan plan, TimeProvider time)
{
    private readonly Lock _gate = new();
    // Somebody stands in it only while every place is taken.
    private readonly LinkedList<TaskCompletionSource<bool>> _line = [];
    private int _taken;

    public ConcurrencyPlan Plan => plan;

    public int Taken
    {
        get { lock (_gate) return _taken; }
    }

    public int Waiting
    {
        get { lock (_gate) return _line.Count; }
    }

    /// <summary>
    /// Takes a place, after waiting for at most <see cref="ConcurrencyPlan.Wait"/>. Give it back with <see cref="Leave"/>. False: the line is full or
    /// the wait was in vain.
    /// </summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/>; no place is held then.</exception>
    public ValueTask<bool> EnterAsync(CancellationToken cancel)
    {
        LinkedListNode<TaskCompletionSource<bool>> node;
        lock (_gate)
        {
            if (_taken < plan.Max)
            {
                _taken++;
                return new ValueTask<bool>(true);
            }
            if (_line.Count >= plan.Queue) return new ValueTask<bool>(false);
            node = _line.AddLast(new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        return WaitAsync(node, cancel);
    }

    public void Leave()
    {
        TaskCompletionSource<bool>? next = null;
        lock (_gate)
        {
            if (_line.First is { } first)
            {
                _line.Remove(first);
                next = first.Value;
            }
            else _taken--;
        }
        // The place changes hands; it is never free in between.
        next?.SetResult(true);
    }

    private async ValueTask<bool> WaitAsync(LinkedListNode<TaskCompletionSource<bool>> node, CancellationToken cancel)
    {
        await using var timer = time.CreateTimer(_ => GiveUp(node)?.SetResult(false), null, plan.Wait, Timeout.InfiniteTimeSpan);
        await using var cancellation = cancel.UnsafeRegister((_, token) => GiveUp(node)?.SetCanceled(token), null);
        return await node.Value.Task;
    }

    // Whoever takes it out of the line says how its wait ends.
    private TaskCompletionSource<bool>? GiveUp(LinkedListNode<TaskCompletionSource<bool>> node)
    {
        lock (_gate)
        {
            if (node.List is null) return null;
            _line.Remove(node);
            return node.Value;
        }
    }
}
