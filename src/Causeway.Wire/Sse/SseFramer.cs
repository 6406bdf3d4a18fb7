namespace Causeway.Wire.Sse;

/// <summary>
/// Finds where the events of a stream end, byte for byte: an event is its lines up to and including the blank line, comments and
/// stray blank lines are events of their own, and all events put together are the stream. Lines end in LF, CRLF or CR, mixed as they
/// like. The result does not depend on how the stream was cut into reads, and no byte is looked at twice.
/// A mutable struct: keep it in a field or a local, do not copy it.
/// </summary>
public struct SseFramer
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private int _position;
    private int _lineStart;
    private LineEnd _previous;
    private bool _afterCr;
    private bool _blankAwaitsLf;
    private bool _pastFirstLine;

    /// <summary>True when every byte seen so far belongs to a complete event.</summary>
    public readonly bool IsBetweenEvents => _position == 0;

    /// <summary>
    /// The length of the first complete event, or -1 when more bytes are needed. After -1 call again with the same bytes and more
    /// behind them; after a length call again with a span that begins just after that event.
    /// </summary>
    public int FindEventEnd(ReadOnlySpan<byte> unread)
    {
        while (true)
        {
            if (_afterCr)
            {
                if (_position == unread.Length) return -1;
                if (SettleCr(unread[_position])) return EndEvent();
            }
            var next = unread[_position..].IndexOfAny((byte)'\n', (byte)'\r');
            if (next < 0)
            {
                _position = unread.Length;
                return -1;
            }
            if (TakeLineEnd(unread, _position + next)) return EndEvent();
        }
    }

    /// <summary>The byte before was a CR that ended a line; a LF now belongs to it. True when that line was blank.</summary>
    private bool SettleCr(byte next)
    {
        _afterCr = false;
        _previous = LineEnd.Cr;
        if (next == '\n')
        {
            _previous = LineEnd.Lf;
            _lineStart = ++_position;
        }
        var ends = _blankAwaitsLf;
        _blankAwaitsLf = false;
        return ends;
    }

    private bool TakeLineEnd(ReadOnlySpan<byte> unread, int at)
    {
        var isBlank = at == _lineStart || (!_pastFirstLine && unread[..at].SequenceEqual(ByteOrderMark));
        _pastFirstLine = true;
        _position = _lineStart = at + 1;
        if (unread[at] == '\n')
        {
            _previous = LineEnd.Lf;
            return isBlank;
        }
        _afterCr = true;
        // In a stream of bare CRs nothing more is to come, and waiting would hold the event back until the next one. A LF that does
        // come belongs to this CR: it is passed over at the start of the next event.
        if (isBlank && _previous == LineEnd.Cr) return true;
        _blankAwaitsLf = isBlank;
        return false;
    }

    private int EndEvent()
    {
        var end = _position;
        _position = _lineStart = 0;
        return end;
    }

    private enum LineEnd : byte { None, Lf, Cr }
}
