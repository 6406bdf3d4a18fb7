using System.Text.Json;

namespace Causeway.Wire.Json;

/// <summary>
/// Walks over the members of an object or the items of an array inside a document that was validated before; values are stepped over, not
/// read. Allocates nothing. Ranges point into the whole document.
/// </summary>
public ref struct JsonCursor
{
    private readonly ReadOnlySpan<byte> _document;
    private readonly int _offset;
    private readonly bool _isObject;
    private Utf8JsonReader _reader;

    /// <param name="container">The object or array, brackets included. Anything else has no parts.</param>
    public JsonCursor(ReadOnlySpan<byte> document, ByteRange container)
    {
        _document = document;
        _offset = container.Start;
        _reader = new Utf8JsonReader(container.In(document), WireJson.ReaderOptions);
        if (!container.IsEmpty) _reader.Read();
        _isObject = _reader.TokenType == JsonTokenType.StartObject;
    }

    /// <summary>The raw name of the member, without quotes; empty in arrays.</summary>
    public ByteRange Name { get; private set; }

    public bool NameIsEscaped { get; private set; }

    public ByteRange Value { get; private set; }

    /// <summary>What the value begins with: a string, a number, the start of an object, …</summary>
    public JsonTokenType Kind { get; private set; }

    /// <summary>From the name's opening quote, or the value's first byte in arrays, to the value's end.</summary>
    public readonly ByteRange Whole => new(_isObject ? Name.Start - 1 : Value.Start, Value.End);

    /// <summary>Goes to the next part; false at the end.</summary>
    public bool Read()
    {
        if (_reader.TokenType is JsonTokenType.None || !_reader.Read() || _reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray && _reader.CurrentDepth == 0) return false;
        if (_isObject)
        {
            var start = _offset + (int)_reader.TokenStartIndex + 1;
            (Name, NameIsEscaped) = (new ByteRange(start, start + _reader.ValueSpan.Length), _reader.ValueIsEscaped);
            _reader.Read();
        }
        Kind = _reader.TokenType;
        var from = _offset + (int)_reader.TokenStartIndex;
        _reader.Skip();
        Value = new ByteRange(from, _offset + (int)_reader.BytesConsumed);
        return true;
    }

    /// <summary>Whether the member is called so, in whatever spelling.</summary>
    public readonly bool NameIs(ReadOnlySpan<byte> name)
    {
        if (!NameIsEscaped) return Name.In(_document).SequenceEqual(name);
        Span<byte> plain = stackalloc byte[MaxPlainName];
        return TryPlainName(ref plain) && plain.SequenceEqual(name);
    }

    /// <summary>Which member of a chat completion request this is.</summary>
    public readonly bool TryFindMember(out Chat.ChatMember member)
    {
        if (!NameIsEscaped) return Chat.ChatMembers.TryFind(Name.In(_document), out member);
        member = default;
        Span<byte> plain = stackalloc byte[MaxPlainName];
        return TryPlainName(ref plain) && Chat.ChatMembers.TryFind(plain, out member);
    }

    /// <summary>The name as text, cut after about 64 characters.</summary>
    public readonly string NameText() => JsonValue.Text(Name.In(_document), NameIsEscaped, 64) ?? "?";

    private const int MaxPlainName = 6 * 32;

    private readonly bool TryPlainName(ref Span<byte> plain)
    {
        if (Name.Length > plain.Length) return false;
        plain = plain[..JsonText.Unescape(Name.In(_document), plain)];
        return true;
    }
}
