using System.Net;
using System.Net.Sockets;
using Causeway.Load.Sockets;

namespace Causeway.Load.Generator;

/// <summary>
/// One run. In an open loop the time a request waited for a free connection belongs to its latency: it counts from the moment the
/// schedule meant it to leave, so a server that stalls cannot hide the requests it kept from being sent.
/// </summary>
internal sealed class LoadRun : IDisposable
{
    private const double NanosecondsPerSecond = 1e9;
    private const long DrainLimit = 10_000_000_000;
    private const long PauseAfterError = 10_000_000;
    private const int ProblemsKept = 3;

    private readonly LoadOptions _options;
    private readonly EventLoop _loop;
    private readonly Queue<LoadConnection> _idle = new();
    private readonly List<LoadConnection> _connections = [];
    private readonly HashSet<string> _problems = [];
    private readonly Histogram _latency = new();
    private readonly Histogram _firstEvent = new();
    private readonly Histogram _gap = new();
    private readonly Action _sendOnTimer;

    private long _start;
    private long _measureFrom;
    private long _end;
    private long _scheduled;
    private bool _isSending = true;
    private bool _isTimerSet;
    private int _inFlight;

    private long _completed;
    private long _completedInWindow;
    private long _errors;
    private long _unsent;
    private long _bytes;
    private long _events;
    private long _eventsInWindow;

    private LoadRun(LoadOptions options)
    {
        _options = options;
        _loop = new EventLoop(options.Poll);
        _sendOnTimer = SendOnTimer;
        Request = LoadRequest.Render(options);
    }

    public byte[] Request { get; }

    /// <summary>Shared by all connections: each has used up what it read before the next one reads.</summary>
    public byte[] ReceiveBuffer { get; } = new byte[64 * 1024];

    public static LoadResult Execute(LoadOptions options)
    {
        using var run = new LoadRun(options);
        run.Connect();
        using var signals = new StopSignals(run._loop.Stop);
        run.Start();
        run._loop.Run();
        return run.Result();
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
            connection.Abandon();
        _loop.Dispose();
    }

    public void CountBytes(int count) => _bytes += count;

    public void CountFirstEvent(long intended, long now)
    {
        CountEvent(now);
        if (intended >= _measureFrom)
            _firstEvent.Record(now - intended);
    }

    public void CountGap(long intended, long now, long gap)
    {
        CountEvent(now);
        if (intended >= _measureFrom)
            _gap.Record(gap);
    }

    /// <summary>The connection's request ended, well when its problem is empty.</summary>
    public void Completed(LoadConnection connection)
    {
        var now = EventLoop.Now;
        _inFlight--;
        if (connection.Problem.Length > 0)
            CountError(connection.Problem);
        else
            CountAnswer(connection.Intended, now);

        if (!_isSending)
            StopWhenDrained();
        else if (connection.Problem.Length > 0)
            _loop.Schedule(now + PauseAfterError, () => Continue(connection));
        else
            Continue(connection);
    }

    private void Connect()
    {
        var target = _options.Target;
        try
        {
            var address = IPAddress.TryParse(target.Host, out var literal) ? literal : Dns.GetHostAddresses(target.DnsSafeHost)[0];
            var endPoint = new IPEndPoint(address, target.Port);
            for (var i = 0; i < _options.Connections; i++)
                _connections.Add(new LoadConnection(_loop, this, endPoint, _options));
        }
        catch (SocketException problem)
        {
            throw new UsageException($"cannot connect to {target.Authority}: {problem.Message}");
        }
    }

    private void Start()
    {
        _start = EventLoop.Now;
        _measureFrom = _start + (long)_options.Warmup.TotalNanoseconds;
        _end = _measureFrom + (long)_options.Duration.TotalNanoseconds;
        _loop.Schedule(_end, StopSending);
        foreach (var connection in _connections)
            _idle.Enqueue(connection);
        if (_options.Rate > 0)
            SendDue();
        else
            SendAll();
    }

    private void SendAll()
    {
        while (_idle.TryDequeue(out var connection))
            Begin(connection, EventLoop.Now);
    }

    private void SendDue()
    {
        var now = EventLoop.Now;
        while (_isSending && DueAt(_scheduled) <= now && _idle.TryDequeue(out var connection))
            Begin(connection, DueAt(_scheduled++));
        // Otherwise the next connection to become idle goes on.
        if (!_isSending || _isTimerSet || DueAt(_scheduled) <= now)
            return;
        _isTimerSet = true;
        _loop.Schedule(DueAt(_scheduled), _sendOnTimer);
    }

    private void SendOnTimer()
    {
        _isTimerSet = false;
        SendDue();
    }

    private long DueAt(long index) => _start + (long)(index * NanosecondsPerSecond / _options.Rate);

    private void Begin(LoadConnection connection, long intended)
    {
        _inFlight++;
        connection.Begin(intended);
    }

    private void Continue(LoadConnection connection)
    {
        if (!_isSending)
            return;
        if (_options.Rate == 0)
        {
            Begin(connection, EventLoop.Now);
            return;
        }
        _idle.Enqueue(connection);
        if (_idle.Count == 1 && DueAt(_scheduled) <= EventLoop.Now)
            SendDue();
    }

    private void StopSending()
    {
        _isSending = false;
        // What was due and never left has waited at least until now.
        for (; _options.Rate > 0 && DueAt(_scheduled) < _end; _scheduled++)
        {
            _unsent++;
            if (DueAt(_scheduled) >= _measureFrom)
                _latency.Record(_end - DueAt(_scheduled));
        }
        _loop.Schedule(_end + DrainLimit, GiveUp);
        StopWhenDrained();
    }

    private void StopWhenDrained()
    {
        if (_inFlight == 0)
            _loop.Stop();
    }

    private void GiveUp()
    {
        _errors += _inFlight;
        _problems.Add($"{_inFlight} answers were not complete 10 s after the end");
        _loop.Stop();
    }

    private void CountAnswer(long intended, long now)
    {
        _completed++;
        if (now >= _measureFrom && now < _end)
            _completedInWindow++;
        if (intended >= _measureFrom)
            _latency.Record(now - intended);
    }

    private void CountEvent(long now)
    {
        _events++;
        if (now >= _measureFrom && now < _end)
            _eventsInWindow++;
    }

    private void CountError(string problem)
    {
        _errors++;
        if (_problems.Count < ProblemsKept)
            _problems.Add(problem);
    }

    private LoadResult Result()
    {
        // A run that was interrupted is measured up to the interruption.
        var seconds = Math.Max(1e-9, (Math.Min(EventLoop.Now, _end) - _measureFrom) / NanosecondsPerSecond);
        return new LoadResult
        {
            Requests = _latency.Count,
            TotalRequests = _completed,
            Errors = _errors,
            Unsent = _unsent,
            RequestsPerSecond = _completedInWindow / seconds,
            TotalEvents = _events,
            EventsPerSecond = _eventsInWindow / seconds,
            Bytes = _bytes,
            Latency = Quantiles.Of(_latency),
            FirstEvent = Quantiles.Of(_firstEvent),
            Gap = Quantiles.Of(_gap),
            Problems = [.. _problems],
        };
    }
}
