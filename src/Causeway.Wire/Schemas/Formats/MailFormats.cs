using System.Text;

namespace Causeway.Wire.Schemas.Formats;

/// <summary>Mail addresses of RFC 5321 (and 6531): a local part, plain or quoted, and a host or an address in brackets.</summary>
internal static class MailFormats
{
    private const string AtomMarks = "!#$%&'*+-/=?^_`{|}~";

    public static bool IsEmail(string text) => Ascii.IsValid(text) && Is(text, HostFormats.IsHostname);

    public static bool IsIdnEmail(string text) => Is(text, HostFormats.IsIdnHostname);

    private static bool Is(string text, Func<string, bool> isHost)
    {
        var at = text.LastIndexOf('@');
        if (at < 1) return false;
        var (local, domain) = (text[..at], text[(at + 1)..]);
        return (IsQuoted(local) || IsDotAtom(local)) && (domain.StartsWith('[') ? IsLiteral(domain) : isHost(domain));
    }

    private static bool IsDotAtom(string local)
    {
        foreach (var atom in local.Split('.'))
            if (atom.Length == 0 || !atom.All(unit => char.IsAsciiLetterOrDigit(unit) || unit > 127 || AtomMarks.Contains(unit))) return false;
        return true;
    }

    private static bool IsQuoted(string local)
    {
        if (local.Length < 2 || local[0] != '"' || local[^1] != '"') return false;
        for (var i = 1; i < local.Length - 1; i++)
        {
            if (local[i] == '"' || local[i] < ' ' || local[i] == 127) return false;
            if (local[i] == '\\' && ++i == local.Length - 1) return false;
        }
        return true;
    }

    private static bool IsLiteral(string domain)
    {
        if (!domain.EndsWith(']')) return false;
        var address = domain[1..^1];
        return address.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? HostFormats.IsIPv6(address[5..]) : HostFormats.IsIPv4(address);
    }
}
