using System.Buffers;

namespace Causeway.Wire.Dialects.JsonCalls;

/// <summary>
/// Writes JSON that a model wrote, while it comes in, so that what is written is JSON whatever the model did: quotes, commas, colons
/// and brackets are supplied or left out, words of Python become JSON's, other bare words strings. JSON that is sound goes out as it
/// is, less the white space between its tokens. Nesting beyond <see cref="MaxDepth"/> becomes a string.
/// </summary>
internal sealed class JsonMender(CallOutput output)
{
    public const int MaxDepth = 64;
    private const int MaxToken = 64;

    private static readonly SearchValues<byte> s_inDouble = SearchValues.Create([(byte)'"', (byte)'\\', .. Controls()]);
    private static readonly SearchValues<byte> s_inSingle = SearchValues.Create([(byte)'\'', (byte)'"', (byte)'\\', .. Controls()]);
    private static readonly SearchValues<byte> s_tokenEnds = SearchValues.Create(" \n\r\t,:{}[]()\"'"u8);

    private readonly bool[] _isObject = new bool[MaxDepth];
    private readonly byte[] _token = new byte[MaxToken];
    private int _depth;
    private int _tokenLength;
    private int _brackets;
    private byte _quote;
    private bool _isKey;
    private bool _hasComma;
    private Expect _expect;
    private Inside _inside;

    /// <summary>What the grammar asks for next.</summary>
    private enum Expect
    {
        Value,
        ValueOrEnd,
        KeyOrEnd,
        Colon,
        CommaOrEnd,
        Nothing,
    }

    /// <summary>The token that the last bytes are a part of.</summary>
    private enum Inside
    {
        Nothing,
        String,
        Escape,
        Bare,
        /// <summary>A bare word too long to be held, on its way out as a string.</summary>
        LongBare,
        /// <summary>A container too deep, on its way out as a string.</summary>
        TooDeep,
    }

    /// <summary>The value is over.</summary>
    public bool IsDone => _expect == Expect.Nothing;

    public void Begin()
    {
        _depth = _tokenLength = 0;
        _hasComma = false;
        _expect = Expect.Value;
        _inside = Inside.Nothing;
    }

    /// <summary>Reads up to the end of the value; what is left at the end is a part of a character. Returns the bytes read.</summary>
    public int Read(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && !IsDone)
        {
            var read = _inside switch
            {
                Inside.Nothing => ReadStructure(bytes[at]),
                Inside.String => ReadString(bytes[at..]),
                Inside.Escape => ReadEscape(bytes[at]),
                Inside.Bare => ReadBare(bytes[at..]),
                Inside.LongBare => ReadLongBare(bytes[at..]),
                _ => ReadTooDeep(bytes[at..]),
            };
            if (read == 0 && _inside is Inside.String or Inside.LongBare or Inside.TooDeep && Window.CutCharacter(bytes[at..]) == bytes.Length - at) break;
            at += read;
        }
        return at;
    }

    /// <summary>Nothing follows: closes what is open. To be left out when the value is to stay a prefix.</summary>
    public void Close()
    {
        if (IsDone) return;
        output.Note(DialectRepairs.MendedJson);
        if (_inside == Inside.Escape) EndBrokenEscape();
        if (_inside == Inside.Bare) EndBare();
        else if (_inside != Inside.Nothing) EndString();
        if (IsDone) return;
        if (_depth == 0) output.Raw("null"u8);
        while (_depth > 0) CloseTop();
        _expect = Expect.Nothing;
    }

    /// <summary>Nothing follows, and the value stays a prefix: what is held of its last word goes out.</summary>
    public void Cut()
    {
        if (_inside == Inside.Bare && !_isKey && IsNumber(_token.AsSpan(0, _tokenLength))) output.Raw(_token.AsSpan(0, _tokenLength));
        _expect = Expect.Nothing;
    }

    private int ReadStructure(byte b)
    {
        if (Window.IsSpace(b)) return 1;
        switch (b)
        {
            case (byte)'}' or (byte)']' or (byte)')': return CloseFor(b == '}');
            case (byte)',': return TakeComma();
            case (byte)':' when _expect == Expect.Colon: return TakeColon();
            case (byte)':': return Mend();
        }
        if (_expect == Expect.Colon)
        {
            output.Note(DialectRepairs.MendedJson);
            TakeColon();
        }
        if (_expect == Expect.CommaOrEnd)
        {
            output.Note(DialectRepairs.MendedJson);
            TakeComma();
        }
        return BeginToken(b);
    }

    private int BeginToken(byte b)
    {
        _isKey = _expect == Expect.KeyOrEnd;
        switch (b)
        {
            case (byte)'{' or (byte)'[' or (byte)'(' when _isKey: return Mend();
            case (byte)'{' or (byte)'[' or (byte)'(': return Open(b);
            case (byte)'"' or (byte)'\'':
                if (b == '\'') output.Note(DialectRepairs.MendedJson);
                WriteComma();
                output.Raw("\""u8);
                _quote = b;
                _inside = Inside.String;
                return 1;
        }
        WriteComma();
        _tokenLength = 0;
        _inside = Inside.Bare;
        return 0;
    }

    private int Open(byte bracket)
    {
        WriteComma();
        if (bracket == '(') output.Note(DialectRepairs.MendedJson);
        if (_depth == MaxDepth)
        {
            output.Note(DialectRepairs.MendedJson);
            output.Raw("\""u8);
            _inside = Inside.TooDeep;
            _brackets = 0;
            return 0;
        }
        _isObject[_depth++] = bracket == '{';
        output.Raw(bracket == '{' ? "{"u8 : "["u8);
        _expect = bracket == '{' ? Expect.KeyOrEnd : Expect.ValueOrEnd;
        return 1;
    }

    /// <summary>A closing bracket closes the innermost container of its kind, and what is open within that.</summary>
    private int CloseFor(bool closesObject)
    {
        var kind = _depth - 1;
        while (kind >= 0 && _isObject[kind] != closesObject) kind--;
        if (kind < 0)
        {
            // Nothing of the kind is open. At the very beginning it means that there is no value.
            if (_depth == 0) Close();
            return Mend();
        }
        if (kind != _depth - 1 || _hasComma || _expect is Expect.Value or Expect.Colon) output.Note(DialectRepairs.MendedJson);
        while (_depth > kind) CloseTop();
        return 1;
    }

    private void CloseTop()
    {
        if (_expect == Expect.Colon) output.Raw(":null"u8);
        else if (_expect == Expect.Value && _isObject[_depth - 1]) output.Raw("null"u8);
        _hasComma = false;
        output.Raw(_isObject[--_depth] ? "}"u8 : "]"u8);
        EndValue();
    }

    private int TakeComma()
    {
        switch (_expect)
        {
            case Expect.CommaOrEnd:
                _hasComma = true;
                _expect = _isObject[_depth - 1] ? Expect.KeyOrEnd : Expect.ValueOrEnd;
                return 1;
            case Expect.Colon or Expect.Value when _depth > 0 && _isObject[_depth - 1]:
                output.Note(DialectRepairs.MendedJson);
                output.Raw(_expect == Expect.Colon ? ":null"u8 : "null"u8);
                EndValue();
                return TakeComma();
            default: return Mend();
        }
    }

    private int TakeColon()
    {
        output.Raw(":"u8);
        _expect = Expect.Value;
        return 1;
    }

    private int Mend()
    {
        output.Note(DialectRepairs.MendedJson);
        return 1;
    }

    private void WriteComma()
    {
        if (_hasComma) output.Raw(","u8);
        _hasComma = false;
    }

    private void EndValue() => _expect = _depth == 0 ? Expect.Nothing : Expect.CommaOrEnd;

    private void EndString()
    {
        output.Raw("\""u8);
        EndToken();
    }

    private void EndToken()
    {
        _inside = Inside.Nothing;
        if (_isKey) _expect = Expect.Colon;
        else EndValue();
    }

    private int ReadString(ReadOnlySpan<byte> bytes)
    {
        var plain = bytes.IndexOfAny(_quote == '"' ? s_inDouble : s_inSingle);
        var length = plain < 0 ? bytes.Length - Window.CutCharacter(bytes) : plain;
        output.Raw(bytes[..length]);
        if (plain < 0) return length;
        var b = bytes[plain];
        if (b == _quote) EndString();
        else if (b == '\\')
        {
            _inside = Inside.Escape;
            _tokenLength = 0;
        }
        else
        {
            output.Note(DialectRepairs.MendedJson);
            output.Escaped(bytes.Slice(plain, 1));
        }
        return length + 1;
    }

    private int ReadEscape(byte b)
    {
        if (_tokenLength == 0 && b == 'u' || _tokenLength > 0 && char.IsAsciiHexDigit((char)b))
        {
            _token[_tokenLength++] = b;
            if (_tokenLength < 5) return 1;
            output.Raw("\\"u8);
            output.Raw(_token.AsSpan(0, 5));
            _inside = Inside.String;
            return 1;
        }
        if (_tokenLength > 0)
        {
            EndBrokenEscape();
            return 0;
        }
        _inside = Inside.String;
        if ("\"\\/bfnrt"u8.Contains(b))
        {
            output.Raw([(byte)'\\', b]);
            return 1;
        }
        output.Note(DialectRepairs.MendedJson);
        if (b == '\'') return WriteEscaped(b);
        output.Raw("\\\\"u8);
        return 0;
    }

    private int WriteEscaped(byte b)
    {
        output.Escaped([b]);
        return 1;
    }

    /// <summary>A backslash that begins no escape is one of the text.</summary>
    private void EndBrokenEscape()
    {
        output.Note(DialectRepairs.MendedJson);
        output.Raw("\\\\"u8);
        output.Raw(_token.AsSpan(0, _tokenLength));
        _inside = Inside.String;
    }

    private int ReadBare(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOfAny(s_tokenEnds);
        var length = end < 0 ? bytes.Length : end;
        if (_tokenLength + length > MaxToken)
        {
            output.Note(DialectRepairs.MendedJson);
            output.Raw("\""u8);
            output.Escaped(_token.AsSpan(0, _tokenLength));
            _inside = Inside.LongBare;
            return 0;
        }
        bytes[..length].CopyTo(_token.AsSpan(_tokenLength));
        _tokenLength += length;
        if (end >= 0) EndBare();
        return length;
    }

    private void EndBare()
    {
        var token = _token.AsSpan(0, _tokenLength);
        if (!_isKey && IsJsonWord(token)) output.Raw(token);
        else
        {
            output.Note(DialectRepairs.MendedJson);
            if (!_isKey && WordOfPython(token) is { Length: > 0 } word) output.Raw(word);
            else Tags.TypedValue.WriteString(output, token);
        }
        EndToken();
    }

    private int ReadLongBare(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOfAny(s_tokenEnds);
        var length = end < 0 ? bytes.Length - Window.CutCharacter(bytes) : end;
        output.Escaped(bytes[..length]);
        if (end >= 0) EndString();
        return length;
    }

    private int ReadTooDeep(ReadOnlySpan<byte> bytes)
    {
        var next = bytes.IndexOfAny("{}[]"u8);
        var length = next < 0 ? bytes.Length - Window.CutCharacter(bytes) : next + 1;
        output.Escaped(bytes[..length]);
        if (next < 0) return length;
        _brackets += bytes[next] is (byte)'{' or (byte)'[' ? 1 : -1;
        if (_brackets <= 0) EndString();
        return length;
    }

    private static bool IsJsonWord(ReadOnlySpan<byte> token) =>
        token.SequenceEqual("true"u8) || token.SequenceEqual("false"u8) || token.SequenceEqual("null"u8) || IsNumber(token);

    private static ReadOnlySpan<byte> WordOfPython(ReadOnlySpan<byte> token) =>
        token.SequenceEqual("True"u8) ? "true"u8 : token.SequenceEqual("False"u8) ? "false"u8 : token.SequenceEqual("None"u8) ? "null"u8 : default;

    private static bool IsNumber(ReadOnlySpan<byte> token) =>
        Tags.TypedValue.KindOf(token) is JsonTypes.Integer or JsonTypes.Number;

    private static IEnumerable<byte> Controls() => Enumerable.Range(0, 0x20).Select(b => (byte)b);
}
