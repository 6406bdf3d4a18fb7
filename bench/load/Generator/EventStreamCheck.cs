namespace Causeway.Load.Generator;

/// <summary>Counts the events of a stream that arrives in pieces of any size, without keeping the stream.</summary>
internal sealed class EventStreamCheck
{
    private readonly byte[] _linePrefix = new byte[16];
    private int _lineLength;
    private bool _hasData;
    private bool _isDoneMarker;
    private bool _isError;

    /// <summary>Events with data, without the final [DONE].</summary>
    public int Events { get; private set; }

    public bool IsDone { get; private set; }

    /// <summary>An error event, or anything after [DONE].</summary>
    public bool IsBroken { get; private set; }

    public void Reset()
    {
        _lineLength = 0;
        _hasData = false;
        Events = 0;
        IsDone = false;
        IsBroken = false;
    }

    /// <summary>Takes the next bytes; returns how many events (with [DONE]) ended in them.</summary>
    public int Feed(ReadOnlySpan<byte> bytes)
    {
        var ended = 0;
        while (!bytes.IsEmpty)
        {
            var newline = bytes.IndexOf((byte)'\n');
            Extend(newline < 0 ? bytes : bytes[..newline]);
            if (newline < 0)
                break;
            bytes = bytes[(newline + 1)..];
            if (EndLine())
                ended++;
        }
        return ended;
    }

    private void Extend(ReadOnlySpan<byte> part)
    {
        var room = _linePrefix.Length - _lineLength;
        if (room > 0)
            part[..Math.Min(room, part.Length)].CopyTo(_linePrefix.AsSpan(_lineLength));
        _lineLength += part.Length;
    }

    private bool EndLine()
    {
        var line = _linePrefix.AsSpan(0, Math.Min(_lineLength, _linePrefix.Length)).TrimEnd((byte)'\r');
        var isBlank = line.IsEmpty;
        _lineLength = 0;
        if (isBlank)
            return EndEvent();
        if (line.StartsWith("data:"u8))
        {
            var data = line[5..].TrimStart((byte)' ');
            _hasData = true;
            _isDoneMarker = data.SequenceEqual("[DONE]"u8);
            _isError = data.StartsWith("{\"error\""u8);
        }
        return false;
    }

    private bool EndEvent()
    {
        if (!_hasData)
            return false;
        _hasData = false;
        IsBroken |= IsDone || _isError;
        if (_isDoneMarker)
            IsDone = true;
        else
            Events++;
        return true;
    }
}
