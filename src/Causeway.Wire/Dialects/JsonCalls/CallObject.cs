using Causeway.Wire.Json;

namespace Causeway.Wire.Dialects.JsonCalls;

/// <summary>
/// Finds in <c>{"name": …, "arguments": …}</c> what a call needs to begin: its name, and where its arguments are. Members come in any
/// order; <c>parameters</c> counts as <c>arguments</c>, and both may be within a <c>function</c>. It goes on where it stopped when
/// more bytes come, so that arguments before the name cost no more than one pass.
/// </summary>
internal sealed class CallObject(int maxHeld)
{
    private const int MaxText = 256;

    private int _at;
    private Part _part;
    private Member _member;
    private byte _quote;
    private int _depth;
    private int _valueStart;
    private bool _isEscaped;
    private bool _inString;

    private enum Part
    {
        Open,
        Key,
        Colon,
        Value,
        Text,
        Skipped,
        Comma,
    }

    private enum Member
    {
        Other,
        Name,
        Id,
        Arguments,
        Function,
    }

    /// <summary>Empty when there is none yet.</summary>
    public ByteRange Name { get; private set; }

    public ByteRange Id { get; private set; }

    /// <summary>The value of the arguments where it came before the name; else empty.</summary>
    public ByteRange Arguments { get; private set; }

    /// <summary>Bytes up to where the arguments begin, or, when they came before the name or not at all, up to where the scan stopped.</summary>
    public int Length => _at;

    /// <summary>Objects that are open at <see cref="Length"/>.</summary>
    public int Open { get; private set; }

    /// <summary>The scan stopped at the value of the arguments.</summary>
    public bool IsAtArguments { get; private set; }

    public bool IsSingleQuoted { get; private set; }

    public void Begin()
    {
        _at = Open = 0;
        _part = Part.Open;
        Name = Id = Arguments = default;
        IsAtArguments = IsSingleQuoted = false;
    }

    /// <summary>
    /// Reads on in <paramref name="bytes"/>, which begin where they did in the call before. Yes: the call may begin. No: it is none.
    /// </summary>
    public Fit Read(ReadOnlySpan<byte> bytes, bool isLast)
    {
        while (true)
        {
            if (_part is not (Part.Text or Part.Skipped)) _at += Window.SpaceAt(bytes[_at..]);
            if (_at > maxHeld) return Fit.No;
            if (_at == bytes.Length) return isLast ? Fit.No : Fit.Partial;
            var fit = _part switch
            {
                Part.Open => ReadOpen(bytes[_at]),
                Part.Key => ReadKey(bytes, isLast),
                Part.Colon => ReadColon(bytes[_at]),
                Part.Value => ReadValue(bytes[_at]),
                Part.Text => ReadText(bytes),
                Part.Skipped => Skip(bytes),
                _ => ReadComma(bytes[_at]),
            };
            if (fit is { } verdict) return verdict == Fit.Partial && isLast ? Fit.No : verdict;
        }
    }

    private Fit? ReadOpen(byte b)
    {
        if (b != '{') return Fit.No;
        _at++;
        Open++;
        _part = Part.Key;
        return null;
    }

    private Fit? ReadKey(ReadOnlySpan<byte> bytes, bool isLast)
    {
        var quote = bytes[_at];
        if (quote == '}') return ReadComma(quote);
        if (quote is not ((byte)'"' or (byte)'\'')) return Fit.No;
        var rest = bytes[(_at + 1)..];
        var end = rest.IndexOfAny(quote, (byte)'\n');
        if (end < 0) return rest.Length > MaxText || isLast ? Fit.No : Fit.Partial;
        if (rest[end] != quote || end > MaxText) return Fit.No;
        IsSingleQuoted |= quote == '\'';
        _member = MemberOf(rest[..end]);
        _at += end + 2;
        _part = Part.Colon;
        return null;
    }

    private static Member MemberOf(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("name"u8) ? Member.Name
        : key.SequenceEqual("arguments"u8) || key.SequenceEqual("parameters"u8) ? Member.Arguments
        : key.SequenceEqual("function"u8) ? Member.Function
        : key.SequenceEqual("id"u8) ? Member.Id : Member.Other;

    private Fit? ReadColon(byte b)
    {
        if (b != ':') return Fit.No;
        _at++;
        _part = Part.Value;
        return null;
    }

    private Fit? ReadValue(byte b)
    {
        var isText = b is (byte)'"' or (byte)'\'';
        if (_member == Member.Arguments && Name.Length > 0)
        {
            IsAtArguments = true;
            return Fit.Yes;
        }
        if (_member == Member.Function && b == '{' && Open == 1)
        {
            _part = Part.Open;
            return null;
        }
        if (_member == Member.Name && !isText) return Fit.No;
        _valueStart = _at;
        if (isText && _member is Member.Name or Member.Id or Member.Function)
        {
            _quote = b;
            _at++;
            _part = Part.Text;
            return null;
        }
        if (b is (byte)',' or (byte)'}' or (byte)']' or (byte)':') return Fit.No;
        _depth = 0;
        _inString = _isEscaped = false;
        _part = Part.Skipped;
        return null;
    }

    private Fit? ReadText(ReadOnlySpan<byte> bytes)
    {
        var rest = bytes[(_valueStart + 1)..];
        var end = rest.IndexOfAny(_quote, (byte)'\n');
        if (end < 0) return rest.Length > MaxText ? Fit.No : Fit.Partial;
        if (rest[end] != _quote || end > MaxText || (end == 0 && _member == Member.Name)) return Fit.No;
        var range = new ByteRange(_valueStart + 1, _valueStart + 1 + end);
        if (_member == Member.Id) Id = range;
        else Name = range;
        _at = _valueStart + end + 2;
        _part = Part.Comma;
        return Arguments.Length > 0 && _member != Member.Id ? Fit.Yes : null;
    }

    /// <summary>Passes over a value that is looked at later or never.</summary>
    private Fit? Skip(ReadOnlySpan<byte> bytes)
    {
        for (; _at < bytes.Length; _at++)
        {
            if (_at > maxHeld) return Fit.No;
            var b = bytes[_at];
            if (_inString)
            {
                if (_isEscaped) _isEscaped = false;
                else if (b == '\\') _isEscaped = true;
                else if (b == _quote) _inString = false;
                continue;
            }
            if (b is (byte)'"' or (byte)'\'') (_inString, _quote) = (true, b);
            else if (b is (byte)'{' or (byte)'[') _depth++;
            else if (b is (byte)'}' or (byte)']' && _depth > 0) _depth--;
            else if (b is (byte)',' or (byte)'}' or (byte)']' && _depth == 0) return EndSkipped(bytes);
            else if (b == '<' && _depth == 0) return Fit.No;
        }
        return Fit.Partial;
    }

    private Fit? EndSkipped(ReadOnlySpan<byte> bytes)
    {
        var end = _valueStart + Window.EndBeforeSpace(bytes[_valueStart.._at]);
        if (_member == Member.Arguments) Arguments = new ByteRange(_valueStart, end);
        _part = Part.Comma;
        return null;
    }

    private Fit? ReadComma(byte b)
    {
        if (b == ',')
        {
            _at++;
            _part = Part.Key;
            return null;
        }
        if (b != '}') return Fit.No;
        // A call without arguments begins here, and what is open is closed by whoever reads on.
        if (Name.Length > 0) return Fit.Yes;
        if (Open == 1) return Fit.No;
        Open--;
        _at++;
        _part = Part.Comma;
        return null;
    }
}
