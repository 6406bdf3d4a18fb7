namespace Causeway.Wire.Dialects;

/// <summary>What a <see cref="DialectEvent"/> says.</summary>
public enum DialectEventKind
{
    /// <summary><c>Data</c> is content, UTF-8.</summary>
    Text,
    /// <summary><c>Data</c> is reasoning, UTF-8.</summary>
    Reasoning,
    /// <summary>Call <c>CallIndex</c> begins; <c>Data</c> is its complete name, <c>Id</c> the id the model gave it, empty if none.</summary>
    CallBegin,
    /// <summary><c>Data</c> is the next piece of the arguments of call <c>CallIndex</c>, raw JSON (not yet escaped for a JSON string).</summary>
    Arguments,
    /// <summary>Call <c>CallIndex</c> is over; <c>IsComplete</c> is false when the answer was cut within it.</summary>
    CallEnd,
}

/// <summary>One event. Its spans are valid until the events are added to or cleared.</summary>
public readonly ref struct DialectEvent
{
    internal DialectEvent(DialectEventKind kind, int callIndex, ReadOnlySpan<byte> data, ReadOnlySpan<byte> id, bool isComplete)
    {
        Kind = kind;
        CallIndex = callIndex;
        Data = data;
        Id = id;
        IsComplete = isComplete;
    }

    public DialectEventKind Kind { get; }

    /// <summary>0 for the first call of the answer; -1 for text and reasoning.</summary>
    public int CallIndex { get; }

    public ReadOnlySpan<byte> Data { get; }

    public ReadOnlySpan<byte> Id { get; }

    public bool IsComplete { get; }
}

/// <summary>
/// The events of one or several pushes, in their order; neighbours of one kind are one event. A buffer to reuse: clear it when its
/// events are dealt with, and it allocates nothing more once it has grown to the largest push. For one thread at a time.
/// </summary>
public sealed class DialectEvents
{
    private byte[] _bytes = new byte[256];
    private Entry[] _entries = new Entry[4];
    private int _length;

    public int Count { get; private set; }

    public DialectEvent this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
            ref readonly var entry = ref _entries[index];
            var data = _bytes.AsSpan(entry.Start, entry.Length);
            var id = _bytes.AsSpan(entry.Start + entry.Length, entry.IdLength);
            return new DialectEvent(entry.Kind, entry.CallIndex, data, id, entry.IsComplete);
        }
    }

    public void Clear() => (Count, _length) = (0, 0);

    public Enumerator GetEnumerator() => new(this);

    internal void Add(DialectEventKind kind, int callIndex, ReadOnlySpan<byte> data, ReadOnlySpan<byte> id = default, bool isComplete = false)
    {
        var start = _length;
        data.CopyTo(Room(data.Length + id.Length));
        id.CopyTo(_bytes.AsSpan(start + data.Length));
        _length += data.Length + id.Length;
        if (kind is DialectEventKind.Text or DialectEventKind.Reasoning or DialectEventKind.Arguments && Count > 0)
        {
            ref var last = ref _entries[Count - 1];
            if (last.Kind == kind && last.CallIndex == callIndex)
            {
                last.Length += data.Length;
                return;
            }
        }
        if (Count == _entries.Length) Array.Resize(ref _entries, Count * 2);
        _entries[Count++] = new Entry { Kind = kind, CallIndex = callIndex, Start = start, Length = data.Length, IdLength = id.Length, IsComplete = isComplete };
    }

    private Span<byte> Room(int length)
    {
        if (_bytes.Length - _length < length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, checked(_length + length)));
        return _bytes.AsSpan(_length);
    }

    private struct Entry
    {
        public DialectEventKind Kind;
        public int CallIndex;
        public int Start;
        public int Length;
        public int IdLength;
        public bool IsComplete;
    }

    /// <summary>Goes through the events in their order.</summary>
    public struct Enumerator
    {
        private readonly DialectEvents _events;
        private int _index;

        internal Enumerator(DialectEvents events) => (_events, _index) = (events, -1);

        public readonly DialectEvent Current => _events[_index];

        public bool MoveNext() => ++_index < _events.Count;
    }
}
