using System.Diagnostics;
using System.Net.Sockets;

namespace Causeway.Load.Sockets;

/// <summary>
/// One thread, one epoll, timers with nanosecond deadlines. Everything except <see cref="Stop"/> belongs to the thread that runs it.
/// </summary>
/// <param name="polls">Never sleep. Waking a sleeping core is paid by whoever sends to it: the gateway would be billed for the load's idleness.</param>
internal sealed class EventLoop(bool polls) : IDisposable
{
    private const int EventsPerWait = 256;
    private const long LongestWait = 200_000_000;

    private readonly int _epoll = Epoll.Create();
    private readonly int[] _events = new int[EventsPerWait * Epoll.WordsPerEvent];
    private readonly PriorityQueue<Action, long> _timers = new();
    private LoopSocket?[] _sockets = new LoopSocket?[256];
    private volatile bool _stopped;

    /// <summary>Nanoseconds of the monotonic clock.</summary>
    public static long Now => Stopwatch.GetTimestamp();

    /// <summary>Watches the socket until it is closed. Edge-triggered: the owner reads until nothing is left.</summary>
    public void Add(Socket socket, LoopSocket owner)
    {
        var descriptor = (int)socket.Handle;
        if (descriptor >= _sockets.Length)
            Array.Resize(ref _sockets, Math.Max(descriptor + 1, _sockets.Length * 2));
        _sockets[descriptor] = owner;
        Epoll.Add(_epoll, descriptor, Epoll.Readable | Epoll.Writable | Epoll.PeerClosed | Epoll.EdgeTriggered);
    }

    /// <summary>Forgets the socket; call it before closing, because the number is reused.</summary>
    public void Remove(Socket socket) => _sockets[(int)socket.Handle] = null;

    /// <summary>Calls back once at or soon after <paramref name="due"/>. Pass a cached delegate on hot paths.</summary>
    public void Schedule(long due, Action callback) => _timers.Enqueue(callback, due);

    public void Run()
    {
        while (!_stopped)
        {
            var ready = Epoll.Wait(_epoll, _events, polls ? 0 : UntilNextTimer());
            // The other half of the load may share this core.
            if (polls && ready == 0) Thread.Yield();
            for (var i = 0; i < ready; i++)
                Dispatch(i);
            FireTimers();
        }
    }

    /// <summary>Ends <see cref="Run"/> within 0.2 s; may be called from any thread.</summary>
    public void Stop() => _stopped = true;

    public void Dispose() => _ = Epoll.Close(_epoll);

    private void Dispatch(int index)
    {
        var events = Epoll.EventsOf(_events, index);
        // Hang-ups and errors are found by the read that follows.
        var readable = (events & ~Epoll.Writable) != 0;
        _sockets[Epoll.DescriptorOf(_events, index)]?.OnReady(readable, (events & Epoll.Writable) != 0);
    }

    private void FireTimers()
    {
        while (_timers.TryPeek(out var callback, out var due) && due <= Now)
        {
            _timers.Dequeue();
            callback();
        }
    }

    private long UntilNextTimer()
        => _timers.TryPeek(out _, out var due) ? Math.Clamp(due - Now, 0, LongestWait) : LongestWait;
}
