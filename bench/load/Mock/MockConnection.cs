using System.Net.Sockets;
using Causeway.Load.Sockets;

namespace Causeway.Load.Mock;

/// <summary>One keep-alive connection: reads a request, plays its script write by write, reads the next.</summary>
internal sealed class MockConnection : LoopSocket
{
    private const int LargestRequest = 64 * 1024 * 1024;
    private static readonly byte[][] _notFound = [MockScript.Answer("404 Not Found", """{"error":{"message":"the mock knows no such path","type":"invalid_request_error","param":null,"code":"unknown_url"}}""")];
    private static readonly byte[][] _models = [MockScript.Answer("200 OK", """{"object":"list","data":[{"id":"gpt-4o","object":"model","created":1741569952,"owned_by":"mock"}]}""")];
    private static readonly byte[][] _malformed = [MockScript.Answer("400 Bad Request", """{"error":{"message":"the mock could not read this","type":"invalid_request_error","param":null,"code":null}}""")];

    private readonly MockServer _server;
    private readonly Action _pump;
    private byte[] _buffer = new byte[16 * 1024];
    private int _filled;

    private byte[][]? _writes;
    private int _next;
    private int _offset;
    private bool _isStream;
    private bool _isLast;
    private long _pace;
    private long _due;

    public MockConnection(EventLoop loop, Socket socket, MockServer server)
        : base(loop)
    {
        _server = server;
        _pump = PumpWhenDue;
        Open(socket);
    }

    public override void OnReady(bool readable, bool writable)
    {
        if (readable && !Fill())
        {
            Leave();
            return;
        }
        if (writable && _writes is not null && _due == 0)
            Pump();
        ServeNext();
    }

    private bool Fill()
    {
        while (true)
        {
            if (_filled == _buffer.Length)
            {
                if (_filled >= LargestRequest)
                    return false;
                Array.Resize(ref _buffer, _filled * 2);
            }
            var room = _buffer.AsSpan(_filled);
            var count = Receive(room);
            if (count < 0)
                return false;
            _filled += count;
            // A short read has emptied the socket; the next bytes raise a new edge.
            if (count < room.Length)
                return true;
        }
    }

    private void ServeNext()
    {
        while (_writes is null && _filled > 0 && IsOpen)
        {
            var request = MockRequest.Parse(_buffer.AsSpan(0, _filled));
            if (request.Kind == MockRequestKind.Incomplete)
                return;
            _filled -= request.Length;
            _buffer.AsSpan(request.Length, _filled).CopyTo(_buffer);
            Begin(request);
        }
    }

    private void Begin(in MockRequest request)
    {
        _isStream = request.Kind == MockRequestKind.Chat && request.IsStream;
        _isLast = request.IsLast || request.Kind == MockRequestKind.Malformed;
        _writes = AnswerTo(request);
        _next = 0;
        _offset = 0;
        _pace = _isStream ? _server.Script.PaceNanoseconds : 0;
        _due = 0;
        if (_isStream)
            _server.Stats.OpenStreams++;
        Pump();
    }

    private byte[][] AnswerTo(in MockRequest request)
    {
        switch (request.Kind)
        {
            case MockRequestKind.Chat:
                return ChatAnswerTo(request);
            case MockRequestKind.Models:
                return _models;
            case MockRequestKind.Stats:
                return [MockScript.Answer("200 OK", _server.Stats.ToJson())];
            case MockRequestKind.SetScript:
                return _server.TryChangeScript(request.Query) ? [MockScript.Answer("200 OK", "{}")] : _malformed;
            case MockRequestKind.Malformed:
                _server.Stats.Malformed++;
                return _malformed;
            default:
                return _notFound;
        }
    }

    private byte[][] ChatAnswerTo(in MockRequest request)
    {
        _server.Stats.Requests++;
        if (!request.IsStream)
            return _server.Script.Completion;
        _server.Stats.Streams++;
        return request.WantsUsage ? _server.Script.StreamWithUsage : _server.Script.Stream;
    }

    private void PumpWhenDue()
    {
        if (!IsOpen || _writes is null)
            return;
        Pump();
        ServeNext();
    }

    private void Pump()
    {
        var writes = _writes!;
        while (_next < writes.Length)
        {
            var count = Send(writes[_next].AsSpan(_offset));
            if (count < 0)
            {
                Leave();
                return;
            }
            _offset += count;
            if (_offset < writes[_next].Length)
            {
                // Zero marks "waiting for room": the edge that says so resumes the script.
                _due = 0;
                return;
            }
            _offset = 0;
            _next++;
            if (_pace > 0 && _next < writes.Length)
            {
                WaitForNextEvent();
                return;
            }
        }
        Finish();
    }

    private void WaitForNextEvent()
    {
        // Counted from the event before, not from now, so that lateness does not add up.
        _due = Math.Max(_due == 0 ? EventLoop.Now + _pace : _due + _pace, EventLoop.Now);
        Loop.Schedule(_due, _pump);
    }

    private void Finish()
    {
        if (_isStream)
        {
            _server.Stats.OpenStreams--;
            _server.Stats.Events += _writes!.Length;
        }
        _writes = null;
        if (_isLast)
            Leave();
    }

    private void Leave()
    {
        if (!IsOpen)
            return;
        if (_writes is not null && _isStream)
        {
            _server.Stats.OpenStreams--;
            _server.Stats.AbortedStreams++;
            _server.Stats.Events += _next;
        }
        _writes = null;
        _server.Stats.OpenConnections--;
        Close();
    }
}
