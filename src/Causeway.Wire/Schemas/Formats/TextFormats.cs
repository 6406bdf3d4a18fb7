namespace Causeway.Wire.Schemas.Formats;

/// <summary>Identifiers and pointers.</summary>
internal static class TextFormats
{
    public static bool IsUuid(string text)
    {
        if (text.Length != 36) return false;
        for (var i = 0; i < text.Length; i++)
            if (i is 8 or 13 or 18 or 23 ? text[i] != '-' : !char.IsAsciiHexDigit(text[i])) return false;
        return true;
    }

    /// <summary>RFC 6901.</summary>
    public static bool IsJsonPointer(string text) => text.Length == 0 || (text[0] == '/' && TildesAreEscapes(text));

    public static bool IsRelativeJsonPointer(string text)
    {
        var digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
        if (digits == 0 || (digits > 1 && text[0] == '0')) return false;
        var rest = text[digits..];
        return rest == "#" || IsJsonPointer(rest);
    }

    private static bool TildesAreEscapes(string text)
    {
        for (var i = text.IndexOf('~'); i >= 0; i = text.IndexOf('~', i + 1))
            if (i + 1 == text.Length || text[i + 1] is not ('0' or '1')) return false;
        return true;
    }
}
