using System.Globalization;
using System.Text;

namespace Causeway.Engine.Templates;

/// <summary>
/// Cuts a template into tokens by Jinja's rules of whitespace with <c>trim_blocks</c> and <c>lstrip_blocks</c>, which is how chat templates are written:
/// a line end after a block or comment goes, and so does the indentation before one; a minus takes all whitespace on its side.
/// </summary>
internal sealed class TemplateLexer
{
    private static readonly string[] _operators =
        ["//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";"];

    private readonly string _source;
    private readonly List<TemplateToken> _tokens = [];
    private int _at;
    private int _line = 1;
    private int _lineStart;
    private int _counted;

    private TemplateLexer(string source)
    {
        source = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        _source = source.EndsWith('\n') ? source[..^1] : source;
    }

    public static List<TemplateToken> Read(string source)
    {
        var lexer = new TemplateLexer(source);
        lexer.ReadAll();
        return lexer._tokens;
    }

    private void ReadAll()
    {
        while (_at < _source.Length)
        {
            var tag = NextTag();
            AddData(tag);
            if (tag == _source.Length) break;
            _at = tag;
            ReadTag();
        }
        _tokens.Add(new TemplateToken(TokenKind.End, "", PlaceOf(_source.Length)));
    }

    private int NextTag()
    {
        for (var at = _source.IndexOf('{', _at); at >= 0 && at + 1 < _source.Length; at = _source.IndexOf('{', at + 1))
            if (_source[at + 1] is '{' or '%' or '#') return at;
        return _source.Length;
    }

    // Text up to a tag, less what the tag takes of it.
    private void AddData(int tag)
    {
        var end = tag;
        if (tag < _source.Length)
        {
            var sign = tag + 2 < _source.Length ? _source[tag + 2] : '\0';
            if (sign == '-') end = _at + PythonText.Strip(_source[_at..tag], null, left: false, right: true).Length;
            else if (sign != '+' && _source[tag + 1] != '{') end = WithoutIndentation(tag);
        }
        if (end > _at) _tokens.Add(new TemplateToken(TokenKind.Data, _source[_at..end], PlaceOf(_at)));
    }

    private int WithoutIndentation(int tag)
    {
        var line = _source.LastIndexOf('\n', tag - 1 < 0 ? 0 : tag - 1, tag - _at) + 1;
        if (line == 0)
        {
            // No line end in this text: it is indentation only when the tag before it ended its line.
            if (_at > 0 && _source[_at - 1] != '\n') return tag;
            line = _at;
        }
        return PythonText.Strip(_source[line..tag], null, left: true, right: true).Length == 0 ? line : tag;
    }

    private void ReadTag()
    {
        var (kind, start) = (_source[_at + 1], _at);
        if (kind == '#')
        {
            var end = _source.IndexOf("#}", _at + 2, StringComparison.Ordinal);
            if (end < 0) throw PlaceOf(start).Error("a comment does not end.");
            EndTag(end, trims: true);
            return;
        }
        _tokens.Add(new TemplateToken(kind == '{' ? TokenKind.VariableBegin : TokenKind.BlockBegin, "", PlaceOf(start)));
        _at += 2;
        if (_at < _source.Length && _source[_at] is '-' or '+' && (kind == '%' || _source[_at] == '-')) _at++;
        if (kind == '%' && TryReadRaw()) return;
        ReadExpression(start, kind == '{' ? "}}" : "%}");
    }

    private void ReadExpression(int start, string close)
    {
        var open = new Stack<char>();
        while (true)
        {
            while (_at < _source.Length && char.IsWhiteSpace(_source[_at])) _at++;
            if (_at >= _source.Length) throw PlaceOf(start).Error("a tag does not end.");
            var signed = _source[_at] is '-' or '+' ? 1 : 0;
            if (open.Count == 0 && string.CompareOrdinal(_source, _at + signed, close, 0, 2) == 0)
            {
                _tokens.Add(new TemplateToken(close == "}}" ? TokenKind.VariableEnd : TokenKind.BlockEnd, "", PlaceOf(_at)));
                EndTag(_at + signed, trims: close == "%}");
                return;
            }
            ReadToken(open);
        }
    }

    /// <summary>Moves past a tag's end, and past the whitespace that the end takes.</summary>
    private void EndTag(int end, bool trims)
    {
        var sign = end > 0 ? _source[end - 1] : '\0';
        _at = end + 2;
        if (sign == '-')
            while (_at < _source.Length && PythonText.IsSpace(_source[_at])) _at++;
        else if (trims && sign != '+' && _at < _source.Length && _source[_at] == '\n') _at++;
    }

    private void ReadToken(Stack<char> open)
    {
        var (start, first) = (_at, _source[_at]);
        if (first is '"' or '\'')
        {
            _tokens.Add(new TemplateToken(TokenKind.Text, ReadText(first), PlaceOf(start)));
            return;
        }
        if (char.IsLetter(first) || first == '_')
        {
            while (_at < _source.Length && (char.IsLetterOrDigit(_source[_at]) || _source[_at] == '_')) _at++;
            _tokens.Add(new TemplateToken(TokenKind.Name, _source[start.._at], PlaceOf(start)));
            return;
        }
        if (char.IsAsciiDigit(first))
        {
            var kind = ReadNumber();
            _tokens.Add(new TemplateToken(kind, _source[start.._at].Replace("_", "", StringComparison.Ordinal), PlaceOf(start)));
            return;
        }
        var sign = Array.Find(_operators, candidate => string.CompareOrdinal(_source, start, candidate, 0, candidate.Length) == 0)
            ?? throw PlaceOf(start).Error($"unexpected character {Tokenizers.Json.Shown(first.ToString())}.");
        if (sign is "(" or "[" or "{") open.Push(sign[0] switch { '(' => ')', '[' => ']', _ => '}' });
        else if (sign is ")" or "]" or "}" && (open.Count == 0 || open.Pop() != sign[0])) throw PlaceOf(start).Error($"unexpected \"{sign}\".");
        _at += sign.Length;
        _tokens.Add(new TemplateToken(TokenKind.Operator, sign, PlaceOf(start)));
    }

    private TokenKind ReadNumber()
    {
        var start = _at;
        void Digits()
        {
            while (_at < _source.Length && (char.IsAsciiDigit(_source[_at]) || (_source[_at] == '_' && _at > start))) _at++;
        }
        Digits();
        var kind = TokenKind.Integer;
        if (_at + 1 < _source.Length && _source[_at] == '.' && char.IsAsciiDigit(_source[_at + 1]))
        {
            (kind, _at) = (TokenKind.Float, _at + 1);
            Digits();
        }
        var sign = _at + 1 < _source.Length && _source[_at + 1] is '+' or '-' ? 1 : 0;
        if (_at + 1 + sign < _source.Length && _source[_at] is 'e' or 'E' && char.IsAsciiDigit(_source[_at + 1 + sign]))
        {
            (kind, _at) = (TokenKind.Float, _at + 1 + sign);
            Digits();
        }
        return kind;
    }

    private string ReadText(char quote)
    {
        var (start, text) = (_at++, new StringBuilder());
        while (_at < _source.Length && _source[_at] != quote)
        {
            if (_source[_at] == '\\') ReadEscape(text);
            else text.Append(_source[_at++]);
        }
        if (_at >= _source.Length) throw PlaceOf(start).Error("a text does not end.");
        _at++;
        return text.ToString();
    }

    // Python's escapes; one that it does not know stays as it is.
    private void ReadEscape(StringBuilder text)
    {
        var start = _at++;
        if (_at >= _source.Length) throw PlaceOf(start).Error("a text does not end.");
        var escaped = _source[_at++];
        switch (escaped)
        {
            case '\n': break;
            case 'n': text.Append('\n'); break;
            case 't': text.Append('\t'); break;
            case 'r': text.Append('\r'); break;
            case 'b': text.Append('\b'); break;
            case 'f': text.Append('\f'); break;
            case 'v': text.Append('\v'); break;
            case 'a': text.Append('\a'); break;
            case '\\' or '\'' or '"': text.Append(escaped); break;
            case 'x': text.Append(ReadCode(start, 2)); break;
            case 'u': text.Append(ReadCode(start, 4)); break;
            case 'U': text.Append(ReadCode(start, 8)); break;
            case >= '0' and <= '7': text.Append(ReadOctal()); break;
            case 'N': throw PlaceOf(start).Error("characters by name (\\N) are not known here.");
            default: text.Append('\\').Append(escaped); break;
        }
    }

    private string ReadCode(int start, int digits)
    {
        if (_at + digits > _source.Length || !int.TryParse(_source.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            throw PlaceOf(start).Error("an escape is cut short.");
        _at += digits;
        return Rune.TryCreate(code, out var rune) ? rune.ToString() : throw PlaceOf(start).Error("an escape is no character.");
    }

    private char ReadOctal()
    {
        var code = _source[_at - 1] - '0';
        for (var i = 0; i < 2 && _at < _source.Length && _source[_at] is >= '0' and <= '7'; i++) code = (code * 8) + (_source[_at++] - '0');
        return (char)code;
    }

    // {% raw %} … {% endraw %}: text as it is.
    private bool TryReadRaw()
    {
        var (at, start) = (_at, _at - 2);
        while (at < _source.Length && char.IsWhiteSpace(_source[at])) at++;
        if (string.CompareOrdinal(_source, at, "raw", 0, 3) != 0) return false;
        at += 3;
        while (at < _source.Length && char.IsWhiteSpace(_source[at])) at++;
        if (at < _source.Length && _source[at] is '-' or '+') at++;
        if (string.CompareOrdinal(_source, at, "%}", 0, 2) != 0) return false;
        _tokens.RemoveAt(_tokens.Count - 1);
        EndTag(at, trims: false);
        for (var tag = _source.IndexOf("{%", _at, StringComparison.Ordinal); tag >= 0; tag = _source.IndexOf("{%", tag + 2, StringComparison.Ordinal))
        {
            var name = tag + 2;
            if (name < _source.Length && _source[name] is '-' or '+') name++;
            while (name < _source.Length && char.IsWhiteSpace(_source[name])) name++;
            if (string.CompareOrdinal(_source, name, "endraw", 0, 6) != 0) continue;
            var end = name + 6;
            while (end < _source.Length && char.IsWhiteSpace(_source[end])) end++;
            if (end < _source.Length && _source[end] is '-' or '+') end++;
            if (string.CompareOrdinal(_source, end, "%}", 0, 2) != 0) continue;
            AddData(tag);
            EndTag(end, trims: true);
            return true;
        }
        throw PlaceOf(start).Error("raw text does not end.");
    }

    // Asked for in the order of the source, so that each line end is counted once.
    private Place PlaceOf(int at)
    {
        if (at < _counted) return new Place(_line, Math.Max(1, at - _lineStart + 1));
        for (; _counted < at; _counted++)
            if (_source[_counted] == '\n') (_line, _lineStart) = (_line + 1, _counted + 1);
        return new Place(_line, at - _lineStart + 1);
    }
}
