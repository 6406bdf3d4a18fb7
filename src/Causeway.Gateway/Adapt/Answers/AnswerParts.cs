namespace Causeway.Gateway.Adapt.Answers;

/// <summary>What an <see cref="AnswerPart"/> is.</summary>
internal enum PartKind : byte
{
    Text,
    Reasoning,
    CallBegin,
    Arguments,
    CallRest,
    OtherCall,
    Finish,
}

/// <summary>One recorded part; its spans live until the next change of the record.</summary>
internal readonly ref struct AnswerPart(PartKind kind, int call, ReadOnlySpan<byte> data, ReadOnlySpan<byte> id)
{
    public PartKind Kind { get; } = kind;

    /// <summary>The call's number; -1 for other parts.</summary>
    public int Call { get; } = call;

    /// <summary>Text, name, arguments, members, element or reason.</summary>
    public ReadOnlySpan<byte> Data { get; } = data;

    public ReadOnlySpan<byte> Id { get; } = id;
}

/// <summary>The end of a chain: records what came out, joining neighbours of a kind. Keeps its memory for the next event.</summary>
internal sealed class AnswerParts : AnswerStage
{
    private byte[] _bytes = new byte[256];
    private Entry[] _entries = new Entry[4];
    private int _length;

    public int Count { get; private set; }

    /// <summary>Calls are written as <c>function_call</c>, as before there were tools.</summary>
    public bool AsFunctionCall { get; init; }

    /// <summary>Something in it belongs to a call.</summary>
    public bool SpeaksOfCalls
    {
        get
        {
            for (var i = 0; i < Count; i++)
                if (_entries[i].Kind is PartKind.CallBegin or PartKind.CallRest or PartKind.Arguments) return true;
            return false;
        }
    }

    public AnswerPart this[int index]
    {
        get
        {
            var entry = _entries[index];
            return new AnswerPart(entry.Kind, entry.Call, _bytes.AsSpan(entry.Start, entry.Length), _bytes.AsSpan(entry.Start + entry.Length, entry.IdLength));
        }
    }

    public bool HasCalls
    {
        get
        {
            for (var i = 0; i < Count; i++)
                if (_entries[i].Kind is PartKind.CallBegin or PartKind.OtherCall) return true;
            return false;
        }
    }

    public void Clear() => (Count, _length) = (0, 0);

    /// <summary>Whether both hold the same parts.</summary>
    public bool SameAs(AnswerParts other)
    {
        if (Count != other.Count || _length != other._length || !_bytes.AsSpan(0, _length).SequenceEqual(other._bytes.AsSpan(0, _length))) return false;
        for (var i = 0; i < Count; i++)
            if (_entries[i] != other._entries[i]) return false;
        return true;
    }

    /// <summary>Pushes everything recorded into a chain.</summary>
    public void Replay(AnswerStage into)
    {
        for (var i = 0; i < Count; i++)
        {
            var part = this[i];
            switch (part.Kind)
            {
                case PartKind.Text: into.Text(part.Data); break;
                case PartKind.Reasoning: into.Reasoning(part.Data); break;
                case PartKind.CallBegin: into.CallBegin(part.Call, part.Id, part.Data); break;
                case PartKind.Arguments: into.Arguments(part.Call, part.Data); break;
                case PartKind.CallRest: into.CallRest(part.Call, part.Data); break;
                case PartKind.OtherCall: into.OtherCall(part.Call, part.Data); break;
                default: into.Finish(part.Data); break;
            }
        }
    }

    /// <summary>Puts one text in the place of all texts.</summary>
    public void ReplaceText(ReadOnlySpan<byte> utf8)
    {
        var others = new AnswerParts();
        var isPlaced = false;
        for (var i = 0; i < Count; i++)
        {
            var part = this[i];
            if (part.Kind != PartKind.Text) others.Add(part.Kind, part.Call, part.Data, part.Id);
            else if (!isPlaced) others.Text(utf8);
            isPlaced |= part.Kind == PartKind.Text;
        }
        (_bytes, _entries, _length, Count) = (others._bytes, others._entries, others._length, others.Count);
    }

    public override void Text(ReadOnlySpan<byte> utf8) => Join(PartKind.Text, -1, utf8);
    public override void Reasoning(ReadOnlySpan<byte> utf8) => Join(PartKind.Reasoning, -1, utf8);
    public override void CallBegin(int call, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name) => Add(PartKind.CallBegin, call, name, id);
    public override void Arguments(int call, ReadOnlySpan<byte> json) => Join(PartKind.Arguments, call, json);
    public override void CallRest(int call, ReadOnlySpan<byte> members) => Add(PartKind.CallRest, call, members);
    public override void OtherCall(int call, ReadOnlySpan<byte> element) => Add(PartKind.OtherCall, call, element);
    public override void Finish(ReadOnlySpan<byte> reason) => Add(PartKind.Finish, -1, reason);

    public override void End(bool isWhole)
    {
    }

    private void Join(PartKind kind, int call, ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty) return;
        if (Count == 0 || _entries[Count - 1] is var last && (last.Kind != kind || last.Call != call))
        {
            Add(kind, call, data);
            return;
        }
        Append(data);
        _entries[Count - 1].Length += data.Length;
    }

    private void Add(PartKind kind, int call, ReadOnlySpan<byte> data, ReadOnlySpan<byte> id = default)
    {
        if (Count == _entries.Length) Array.Resize(ref _entries, Count * 2);
        _entries[Count++] = new Entry { Kind = kind, Call = call, Start = _length, Length = data.Length, IdLength = id.Length };
        Append(data);
        Append(id);
    }

    private void Append(ReadOnlySpan<byte> data)
    {
        if (_bytes.Length - _length < data.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, checked(_length + data.Length)));
        data.CopyTo(_bytes.AsSpan(_length));
        _length += data.Length;
    }

    private record struct Entry
    {
        public PartKind Kind;
        public int Call;
        public int Start;
        public int Length;
        public int IdLength;
    }
}
