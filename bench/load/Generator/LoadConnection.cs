using System.Net;
using System.Net.Sockets;
using Causeway.Load.Sockets;

namespace Causeway.Load.Generator;

/// <summary>One connection of a run: at most one request on the way, reconnects when the server has closed.</summary>
internal sealed class LoadConnection : LoopSocket
{
    private readonly LoadRun _run;
    private readonly EndPoint _target;
    private readonly AnswerReader _answer;
    private int _sent;
    private bool _isBusy;
    private long _lastEvent;
    private int _events;

    public LoadConnection(EventLoop loop, LoadRun run, EndPoint target, LoadOptions options)
        : base(loop)
    {
        _run = run;
        _target = target;
        _answer = new AnswerReader(options.Stream, options.ExpectedEvents);
        Connect();
    }

    /// <summary>When the request on the way should have left.</summary>
    public long Intended { get; private set; }

    public string Problem { get; private set; } = "";

    /// <summary>Sends one request that should have left at <paramref name="intended"/>; the run hears of its end.</summary>
    public void Begin(long intended)
    {
        Intended = intended;
        _isBusy = true;
        _sent = 0;
        _events = 0;
        _answer.Reset();
        if (IsOpen || TryConnect())
            SendRest();
    }

    public override void OnReady(bool readable, bool writable)
    {
        if (writable && _isBusy && _sent < _run.Request.Length)
            SendRest();
        if (readable)
            ReceiveAll();
    }

    public void Abandon() => Close();

    private void Connect()
    {
        var socket = new Socket(_target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(_target);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
        Open(socket);
    }

    private bool TryConnect()
    {
        try
        {
            Connect();
            return true;
        }
        catch (SocketException refused)
        {
            Finish(refused.SocketErrorCode.ToString());
            return false;
        }
    }

    private void SendRest()
    {
        var count = Send(_run.Request.AsSpan(_sent));
        if (count < 0)
            Finish("the connection was closed while the request was sent");
        else
            _sent += count;
    }

    private void ReceiveAll()
    {
        while (IsOpen)
        {
            var count = Receive(_run.ReceiveBuffer);
            if (count == 0)
                return;
            if (count < 0)
                HandleClosed();
            else
                HandleBytes(_run.ReceiveBuffer.AsSpan(0, count));
            if (count < _run.ReceiveBuffer.Length)
                return;
        }
    }

    private void HandleClosed()
    {
        if (!_isBusy)
            Close();
        else
            Settle(_answer.End());
    }

    private void HandleBytes(ReadOnlySpan<byte> bytes)
    {
        _run.CountBytes(bytes.Length);
        if (!_isBusy)
        {
            Close();
            return;
        }
        var state = _answer.Feed(bytes);
        if (_answer.Events > _events)
            CountEvents();
        Settle(state);
    }

    private void CountEvents()
    {
        var now = EventLoop.Now;
        if (_events == 0)
            _run.CountFirstEvent(Intended, now);
        else
            _run.CountGap(Intended, now, now - _lastEvent);
        // Events that came in one read came at the same moment.
        for (var i = _events + 2; i <= _answer.Events; i++)
            _run.CountGap(Intended, now, 0);
        _events = _answer.Events;
        _lastEvent = now;
    }

    private void Settle(AnswerState state)
    {
        if (state == AnswerState.Incomplete)
            return;
        if (state == AnswerState.Broken || _answer.IsLast)
            Close();
        Finish(_answer.Problem);
    }

    private void Finish(string problem)
    {
        if (problem.Length > 0)
            Close();
        _isBusy = false;
        Problem = problem;
        _run.Completed(this);
    }
}
