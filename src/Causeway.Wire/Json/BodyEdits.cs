using System.Buffers;

namespace Causeway.Wire.Json;

/// <summary>
/// Changes to a document, gathered in any order and written in one pass; every byte outside them stays as it was. A change inside a range
/// that another one replaces is void. Reusable through <see cref="Clear"/>; not thread-safe.
/// </summary>
public sealed class BodyEdits
{
    // Kept between uses; more than this is given back.
    private const int KeptEdits = 256;
    private const int KeptText = 64 << 10;

    private readonly List<Edit> _edits = [];
    private ArrayBufferWriter<byte> _text = new();
    private ByteRange _open;
    private int _openText;

    public bool IsEmpty => _edits.Count == 0;

    public int Count => _edits.Count;

    public void Clear()
    {
        _edits.Clear();
        if (_edits.Capacity > KeptEdits) _edits.Capacity = KeptEdits;
        if (_text.Capacity > KeptText) _text = new ArrayBufferWriter<byte>();
        else _text.ResetWrittenCount();
    }

    public void Remove(ByteRange range) => Replace(range, []);

    public void Insert(int offset, ReadOnlySpan<byte> text) => Replace(new ByteRange(offset, offset), text);

    public void Replace(ByteRange range, ReadOnlySpan<byte> text)
    {
        Open(range);
        Raw(text);
        Close();
    }

    /// <summary>Replaces <paramref name="range"/> by a quoted string.</summary>
    public void ReplaceByString(ByteRange range, ReadOnlySpan<char> text)
    {
        Open(range);
        JsonText.WriteQuoted(_text, text);
        Close();
    }

    /// <summary>Begins a replacement made of several pieces; <see cref="Close"/> ends it.</summary>
    public void Open(ByteRange range) => (_open, _openText) = (range, _text.WrittenCount);

    public void Raw(ReadOnlySpan<byte> text) => _text.Write(text);

    public void Quoted(ReadOnlySpan<char> text) => JsonText.WriteQuoted(_text, text);

    /// <summary>The inside of a JSON string: escaped, without quotes.</summary>
    public void Escaped(ReadOnlySpan<byte> utf8)
    {
        while (!utf8.IsEmpty)
        {
            var room = _text.GetSpan(Math.Min(utf8.Length * 6, 4096));
            System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping.EncodeUtf8(utf8, room, out var read, out var written);
            _text.Advance(written);
            utf8 = utf8[read..];
        }
    }

    public void Close() => _edits.Add(new Edit(_open, new ByteRange(_openText, _text.WrittenCount), _edits.Count));

    /// <summary>Writes <paramref name="document"/> with all changes made.</summary>
    public void Write(ReadOnlySpan<byte> document, IBufferWriter<byte> output)
    {
        _edits.Sort(static (a, b) => (a.Range.Start, a.Range.End, a.Order).CompareTo((b.Range.Start, b.Range.End, b.Order)));
        var copied = 0;
        foreach (var edit in _edits)
        {
            if (edit.Range.Start < copied) continue;
            output.Write(document[copied..edit.Range.Start]);
            output.Write(edit.Text.In(_text.WrittenSpan));
            copied = edit.Range.End;
        }
        output.Write(document[copied..]);
    }

    private readonly record struct Edit(ByteRange Range, ByteRange Text, int Order);
}
