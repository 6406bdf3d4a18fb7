using System.Buffers.Text;
using System.Text;
using Causeway.Load.Sockets;

namespace Causeway.Load.Generator;

internal enum AnswerState
{
    Incomplete,
    Complete,
    Broken,
}

/// <summary>Reads one answer from pieces of any size and says whether it is whole and what was asked for.</summary>
internal sealed class AnswerReader(bool expectStream, int expectedEvents)
{
    private const int LargestHead = 32 * 1024;
    private const int LargestBody = 64 * 1024 * 1024;

    private readonly EventStreamCheck _events = new();
    private byte[] _kept = new byte[4096];
    private int _keptLength;
    private bool _inBody;
    private bool _isEventStream;
    private int _status;
    private long? _remaining;
    private bool _isChunked;
    private ChunkedBody _chunks;

    /// <summary>The server will close, so the next request needs a new connection.</summary>
    public bool IsLast { get; private set; }

    /// <summary>Events seen so far, [DONE] included.</summary>
    public int Events { get; private set; }

    public string Problem { get; private set; } = "";

    public void Reset()
    {
        _events.Reset();
        _keptLength = 0;
        _inBody = false;
        _chunks = default;
        IsLast = false;
        Events = 0;
        Problem = "";
    }

    public AnswerState Feed(ReadOnlySpan<byte> bytes)
    {
        if (_inBody)
            return Body(bytes);

        var before = _keptLength;
        Keep(bytes);
        var headLength = HttpHead.LengthOf(_kept.AsSpan(0, _keptLength));
        if (headLength < 0)
            return _keptLength > LargestHead ? Fail("the head of the answer is too long") : AnswerState.Incomplete;
        ReadHead(_kept.AsSpan(0, headLength));
        _inBody = true;
        _keptLength = 0;
        return Body(bytes[(headLength - before)..]);
    }

    /// <summary>The server closed: the end of a body without a declared length, or a cut.</summary>
    public AnswerState End()
        => _inBody && !_isChunked && _remaining is null ? Verify() : Fail("the connection was closed before the answer was complete");

    private void ReadHead(ReadOnlySpan<byte> head)
    {
        _ = Utf8Parser.TryParse(head.Length > 12 ? head[9..12] : default, out _status, out _);
        _isChunked = HttpHead.IsChunked(head);
        _remaining = HttpHead.ContentLength(head);
        _isEventStream = HttpHead.Find(head, "content-type"u8).StartsWith("text/event-stream"u8);
        IsLast = HttpHead.IsClose(head) || (!_isChunked && _remaining is null);
    }

    private AnswerState Body(ReadOnlySpan<byte> bytes)
    {
        if (!_isChunked)
            return PlainBody(bytes);
        for (var payload = _chunks.Next(ref bytes); !payload.IsEmpty; payload = _chunks.Next(ref bytes))
            Take(payload);
        if (_chunks.IsBroken)
            return Fail("the chunked framing of the answer is broken");
        if (!_chunks.IsComplete)
            return AnswerState.Incomplete;
        return bytes.IsEmpty ? Verify() : Fail("there are bytes after the answer");
    }

    private AnswerState PlainBody(ReadOnlySpan<byte> bytes)
    {
        Take(bytes);
        _remaining -= bytes.Length;
        return _remaining switch
        {
            0 => Verify(),
            < 0 => Fail("there are bytes after the answer"),
            _ => AnswerState.Incomplete,
        };
    }

    private void Take(ReadOnlySpan<byte> payload)
    {
        if (_isEventStream)
            Events += _events.Feed(payload);
        else
            Keep(payload);
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_keptLength + bytes.Length > LargestBody)
            return;
        if (_keptLength + bytes.Length > _kept.Length)
            Array.Resize(ref _kept, Math.Max(_kept.Length * 2, _keptLength + bytes.Length));
        bytes.CopyTo(_kept.AsSpan(_keptLength));
        _keptLength += bytes.Length;
    }

    private AnswerState Verify()
    {
        if (_status != 200)
            return Fail($"status {_status}: {Encoding.UTF8.GetString(_kept, 0, Math.Min(_keptLength, 200))}");
        if (_isEventStream != expectStream)
            return Fail(expectStream ? "a stream was asked for, a body came" : "a body was asked for, a stream came");
        return expectStream ? VerifyStream() : VerifyBody();
    }

    private AnswerState VerifyStream()
    {
        if (_events.IsBroken)
            return Fail("an error event, or an event after [DONE]");
        if (!_events.IsDone)
            return Fail("the stream ended without [DONE]");
        return expectedEvents == 0 || _events.Events == expectedEvents
            ? AnswerState.Complete
            : Fail($"{_events.Events} events came, {expectedEvents} were expected");
    }

    private AnswerState VerifyBody()
    {
        var body = _kept.AsSpan(0, _keptLength).Trim(" \t\r\n"u8);
        return body.StartsWith("{"u8) && body.EndsWith("}"u8) && body.IndexOf("\"choices\""u8) >= 0
            ? AnswerState.Complete
            : Fail("the body is not a chat completion");
    }

    private AnswerState Fail(string problem)
    {
        Problem = problem;
        return AnswerState.Broken;
    }
}
