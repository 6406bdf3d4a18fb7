namespace Causeway.Wire.Schemas.Formats;

/// <summary>URIs and IRIs (RFC 3986, 3987) and their templates (RFC 6570).</summary>
internal static class UriFormats
{
    private const string Unreserved = "-._~";
    private const string SubDelimiters = "!$&'()*+,;=";

    public static bool Is(string text, bool relative, bool international)
    {
        var parts = SchemaUri.Parse(text);
        if (parts.Scheme is null)
        {
            if (!relative) return false;
            // In a first segment a colon would end a scheme.
            if (parts.Authority is null && parts.Path.Split('/')[0].Contains(':')) return false;
        }
        return (parts.Authority is null || IsAuthority(parts.Authority, international)) &&
            IsMadeOf(parts.Path, ":@/", international) &&
            (parts.Query is null || IsMadeOf(parts.Query, ":@/?", international)) &&
            (parts.Fragment is null || IsMadeOf(parts.Fragment, ":@/?", international));
    }

    public static bool IsTemplate(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] is '}' or '"' or '<' or '>' or '\\' or '^' or '`' or '|' or <= ' ' or '\x7f') return false;
            if (text[at] == '%' && !IsPercentEscape(text, at)) return false;
            if (text[at] != '{') continue;
            var end = text.IndexOf('}', at);
            if (end < 0 || !IsExpression(text[(at + 1)..end])) return false;
            at = end;
        }
        return true;
    }

    private static bool IsAuthority(string authority, bool international)
    {
        var at = authority.LastIndexOf('@');
        if (at >= 0 && !IsMadeOf(authority[..at], ":", international)) return false;
        var host = authority[(at + 1)..];
        if (!host.StartsWith('['))
        {
            var colon = host.IndexOf(':');
            return (colon < 0 || host[(colon + 1)..].All(char.IsAsciiDigit)) && IsMadeOf(colon < 0 ? host : host[..colon], "", international);
        }
        var close = host.IndexOf(']');
        if (close < 0) return false;
        var port = host[(close + 1)..];
        return IsLiteral(host[1..close]) && (port.Length == 0 || (port[0] == ':' && port[1..].All(char.IsAsciiDigit)));
    }

    private static bool IsLiteral(string address)
    {
        if (address is not ['v' or 'V', ..]) return HostFormats.IsIPv6(address);
        var dot = address.IndexOf('.');
        return dot > 1 && address[1..dot].All(char.IsAsciiHexDigit) && dot + 1 < address.Length && IsMadeOf(address[(dot + 1)..], ":", international: false);
    }

    private static bool IsMadeOf(string text, string more, bool international)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var unit = text[i];
            if (unit == '%' ? !IsPercentEscape(text, i) : !IsPlain(unit, more, international)) return false;
        }
        return true;
    }

    private static bool IsPlain(char unit, string more, bool international) =>
        char.IsAsciiLetterOrDigit(unit) || Unreserved.Contains(unit) || SubDelimiters.Contains(unit) || more.Contains(unit) || (international && unit >= 0xA0);

    private static bool IsPercentEscape(string text, int at) =>
        at + 2 < text.Length && char.IsAsciiHexDigit(text[at + 1]) && char.IsAsciiHexDigit(text[at + 2]);

    private static bool IsExpression(string expression)
    {
        if (expression.Length > 0 && "+#./;?&".Contains(expression[0])) expression = expression[1..];
        return expression.Split(',').All(IsVariable);
    }

    private static bool IsVariable(string variable)
    {
        var name = variable.EndsWith('*') ? variable[..^1] : variable;
        var colon = name.IndexOf(':');
        if (colon >= 0)
        {
            var length = name[(colon + 1)..];
            if (length.Length is < 1 or > 4 || length[0] == '0' || !length.All(char.IsAsciiDigit) || name.Length < variable.Length) return false;
            name = name[..colon];
        }
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '%' ? !IsPercentEscape(name, i) : !(char.IsAsciiLetterOrDigit(name[i]) || name[i] is '_' or '.')) return false;
            if (name[i] == '%') i += 2;
        }
        return name.Length > 0 && name[0] != '.' && name[^1] != '.' && !name.Contains("..", StringComparison.Ordinal);
    }
}
