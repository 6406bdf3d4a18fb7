using System.Buffers;

namespace Causeway.Wire.Sse;

/// <summary>
/// The payload of one event: its <c>data</c> lines without the field name, joined by LF. The usual event, one line, is a view into
/// the event's bytes; several lines are joined in a pooled buffer, so dispose it. Valid as long as the event's bytes.
/// </summary>
public readonly ref struct SseEventData
{
    private readonly byte[]? _rented;

    private SseEventData(ReadOnlySpan<byte> data, ReadOnlySpan<byte> type, bool hasData, byte[]? rented)
    {
        Data = data;
        EventType = type;
        HasData = hasData;
        _rented = rented;
    }

    /// <summary>The payload; empty when the event has no data lines.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <summary>The last <c>event</c> field; empty when there is none.</summary>
    public ReadOnlySpan<byte> EventType { get; }

    /// <summary>False for comments and blank lines, which clients never see.</summary>
    public bool HasData { get; }

    /// <summary>Reads one event as <see cref="SseFramer"/> found it.</summary>
    public static SseEventData Read(ReadOnlySpan<byte> sseEvent)
    {
        if (sseEvent.StartsWith("data:"u8))
        {
            var end = sseEvent.IndexOfAny((byte)'\n', (byte)'\r');
            if (end >= 0 && sseEvent[end..].IndexOfAnyExcept((byte)'\n', (byte)'\r') < 0)
                return new SseEventData(Value(sseEvent[4..end]), default, true, null);
        }
        return ReadLines(sseEvent);
    }

    public void Dispose()
    {
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
    }

    private static SseEventData ReadLines(ReadOnlySpan<byte> sseEvent)
    {
        var lines = new LineReader(sseEvent);
        ReadOnlySpan<byte> data = default, type = default;
        var hasData = false;
        byte[]? joined = null;
        var length = 0;
        while (lines.TryRead(out var line))
        {
            if (TryGetField(line, "event"u8, out var eventType)) type = eventType;
            if (!TryGetField(line, "data"u8, out var value)) continue;
            if (hasData)
            {
                if (joined is null)
                {
                    joined = ArrayPool<byte>.Shared.Rent(sseEvent.Length);
                    data.CopyTo(joined);
                    length = data.Length;
                }
                joined[length++] = (byte)'\n';
                value.CopyTo(joined.AsSpan(length));
                length += value.Length;
            }
            else data = value;
            hasData = true;
        }
        return new SseEventData(joined is null ? data : joined.AsSpan(0, length), type, hasData, joined);
    }

    private static bool TryGetField(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!line.StartsWith(name)) return false;
        if (line.Length > name.Length && line[name.Length] != ':') return false;
        value = Value(line[name.Length..]);
        return true;
    }

    /// <summary>What follows a field's name: a colon and at most one space are not part of the value.</summary>
    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> afterName)
    {
        if (afterName.IsEmpty) return afterName;
        return afterName.Length > 1 && afterName[1] == ' ' ? afterName[2..] : afterName[1..];
    }

    private ref struct LineReader
    {
        private ReadOnlySpan<byte> _rest;

        public LineReader(ReadOnlySpan<byte> sseEvent)
        {
            // A mark before any but a stream's first event would strictly make an unknown field name; reading it as data does no harm.
            _rest = sseEvent.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? sseEvent[3..] : sseEvent;
        }

        public bool TryRead(out ReadOnlySpan<byte> line)
        {
            line = default;
            if (_rest.IsEmpty) return false;
            var end = _rest.IndexOfAny((byte)'\n', (byte)'\r');
            if (end < 0) end = _rest.Length;
            line = _rest[..end];
            var isCrLf = _rest[end..].StartsWith("\r\n"u8);
            _rest = _rest[Math.Min(end + (isCrLf ? 2 : 1), _rest.Length)..];
            return true;
        }
    }
}
