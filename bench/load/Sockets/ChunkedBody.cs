namespace Causeway.Load.Sockets;

/// <summary>Takes chunked framing off a body that arrives in pieces of any size. Mutable: keep it in a field.</summary>
internal struct ChunkedBody
{
    private const int LargestChunk = 1 << 28;

    private State _state;
    private int _remaining;
    private int _digits;
    private bool _trailerLineHasText;

    private enum State
    {
        Size,
        Extension,
        Data,
        DataEnd,
        Trailer,
        Done,
        Broken,
    }

    public readonly bool IsComplete => _state == State.Done;

    public readonly bool IsBroken => _state == State.Broken;

    /// <summary>
    /// The next run of payload in <paramref name="source"/>, which is advanced past what was used. Empty when the source is used up,
    /// the body is complete, or the framing is broken.
    /// </summary>
    public ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> source)
    {
        while (!source.IsEmpty && _state < State.Done)
        {
            if (_state == State.Data)
                return Take(ref source);
            Step(source[0]);
            source = source[1..];
        }
        return default;
    }

    private ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> source)
    {
        var count = Math.Min(_remaining, source.Length);
        var payload = source[..count];
        source = source[count..];
        _remaining -= count;
        if (_remaining == 0)
            _state = State.DataEnd;
        return payload;
    }

    private void Step(byte value)
    {
        switch (_state)
        {
            case State.Size:
                SizeByte(value);
                break;
            case State.Extension when value == '\n':
                EndSizeLine();
                break;
            case State.DataEnd when value == '\n':
                _state = State.Size;
                break;
            case State.DataEnd when value != '\r':
                _state = State.Broken;
                break;
            case State.Trailer:
                TrailerByte(value);
                break;
            default:
                break;
        }
    }

    private void SizeByte(byte value)
    {
        if (char.IsAsciiHexDigit((char)value) && _remaining < LargestChunk >> 4)
        {
            _remaining = (_remaining << 4) | HexValue(value);
            _digits++;
        }
        else if (value == '\n')
        {
            EndSizeLine();
        }
        else
        {
            _state = value is (byte)'\r' or (byte)';' ? State.Extension : State.Broken;
        }
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private void EndSizeLine()
    {
        _state = _digits == 0 ? State.Broken : _remaining == 0 ? State.Trailer : State.Data;
        _digits = 0;
    }

    private void TrailerByte(byte value)
    {
        if (value == '\n')
        {
            _state = _trailerLineHasText ? State.Trailer : State.Done;
            _trailerLineHasText = false;
        }
        else if (value != '\r')
        {
            _trailerLineHasText = true;
        }
    }
}
