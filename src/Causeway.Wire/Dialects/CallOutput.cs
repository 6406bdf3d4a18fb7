using System.Buffers;

namespace Causeway.Wire.Dialects;

/// <summary>Where readers put what they find: counts calls, escapes strings, notes repairs. One per parser.</summary>
internal sealed class CallOutput(bool discardCalls)
{
    private static readonly SearchValues<byte> s_special = SearchValues.Create(
        [(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(b => (byte)b)]);

    private DialectEvents _events = new();

    public int Calls { get; private set; }

    public int CompleteCalls { get; private set; }

    public DialectRepairs Repairs { get; private set; }

    public bool InReasoning { get; set; }

    public void Into(DialectEvents events) => _events = events;

    public void Note(DialectRepairs repair) => Repairs |= repair;

    /// <summary>Content, or reasoning where the answer is in it.</summary>
    public void Prose(ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty) _events.Add(InReasoning ? DialectEventKind.Reasoning : DialectEventKind.Text, -1, text);
    }

    public void Begin(ReadOnlySpan<byte> name, ReadOnlySpan<byte> id, bool isKnown)
    {
        if (!isKnown) Note(DialectRepairs.UnknownTool);
        if (discardCalls) Note(DialectRepairs.CallDiscarded);
        else _events.Add(DialectEventKind.CallBegin, Calls, name, id);
    }

    public void Raw(ReadOnlySpan<byte> json)
    {
        if (!json.IsEmpty && !discardCalls) _events.Add(DialectEventKind.Arguments, Calls, json);
    }

    /// <summary>A piece of the inside of a JSON string. Bytes of 0x80 and above go out as they are: they are valid if the input was.</summary>
    public void Escaped(ReadOnlySpan<byte> text)
    {
        while (true)
        {
            var plain = text.IndexOfAny(s_special);
            if (plain < 0) plain = text.Length;
            Raw(text[..plain]);
            if (plain == text.Length) return;
            Escape(text[plain]);
            text = text[(plain + 1)..];
        }
    }

    public void End(bool isComplete)
    {
        if (discardCalls) return;
        _events.Add(DialectEventKind.CallEnd, Calls, default, default, isComplete);
        Calls++;
        if (isComplete) CompleteCalls++;
    }

    private void Escape(byte special)
    {
        switch (special)
        {
            case (byte)'"': Raw("\\\""u8); break;
            case (byte)'\\': Raw("\\\\"u8); break;
            case (byte)'\n': Raw("\\n"u8); break;
            case (byte)'\r': Raw("\\r"u8); break;
            case (byte)'\t': Raw("\\t"u8); break;
            default:
                Raw([(byte)'\\', (byte)'u', (byte)'0', (byte)'0', (byte)('0' + (special >> 4)), "0123456789abcdef"u8[special & 15]]);
                break;
        }
    }
}
