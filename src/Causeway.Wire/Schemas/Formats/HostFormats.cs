namespace Causeway.Wire.Schemas.Formats;

/// <summary>Host names (RFC 1123, 5890) and IP addresses.</summary>
internal static class HostFormats
{
    private const int MaxName = 253;
    private const int MaxLabel = 63;

    public static bool IsHostname(string text) => text.Length is > 0 and <= MaxName && text.Split('.').All(IsLabel);

    public static bool IsIdnHostname(string text)
    {
        // The other full stops of IDNA separate labels too.
        var labels = text.Replace('\u3002', '.').Replace('\uFF0E', '.').Replace('\uFF61', '.').Split('.');
        return text.Length is > 0 and <= MaxName && labels.All(label => IsLabel(label) || IdnLabel.Is(label));
    }

    public static bool IsIPv4(string text)
    {
        var parts = text.Split('.');
        return parts.Length == 4 && parts.All(part =>
            part.Length is >= 1 and <= 3 && part.All(char.IsAsciiDigit) && (part.Length == 1 || part[0] != '0') &&
            (part.Length < 3 || string.CompareOrdinal(part, "255") <= 0));
    }

    public static bool IsIPv6(string text)
    {
        var gap = text.IndexOf("::", StringComparison.Ordinal);
        if (gap < 0) return Groups(text, mayEndInV4: true) == 8;
        var (head, tail) = (text[..gap], text[(gap + 2)..]);
        var before = head.Length == 0 ? 0 : Groups(head, mayEndInV4: false);
        var after = tail.Length == 0 ? 0 : Groups(tail, mayEndInV4: true);
        return before >= 0 && after >= 0 && before + after <= 7;
    }

    // How many groups of 16 bits there are; -1 when one is none.
    private static int Groups(string text, bool mayEndInV4)
    {
        var parts = text.Split(':');
        var count = parts.Length;
        for (var i = 0; i < parts.Length; i++)
        {
            if (mayEndInV4 && i == parts.Length - 1 && parts[i].Contains('.'))
            {
                if (!IsIPv4(parts[i])) return -1;
                count++;
            }
            else if (parts[i].Length is < 1 or > 4 || !parts[i].All(char.IsAsciiHexDigit)) return -1;
        }
        return count;
    }

    private static bool IsLabel(string label)
    {
        if (label.Length is < 1 or > MaxLabel || label[0] == '-' || label[^1] == '-') return false;
        if (!label.All(unit => char.IsAsciiLetterOrDigit(unit) || unit == '-')) return false;
        if (label.StartsWith("xn--", StringComparison.OrdinalIgnoreCase)) return IdnLabel.IsPunycode(label[4..]);
        return label.Length < 4 || label[2] != '-' || label[3] != '-';
    }
}
