using System.Globalization;
using System.Text;

namespace Causeway.Wire.Schemas;

/// <summary>JSON pointers (RFC 6901) for people and for <c>$ref</c>.</summary>
internal static class Pointer
{
    private const int MaxLength = 512;
    private const int MaxName = 64;

    public static void Append(StringBuilder pointer, string segment)
    {
        if (pointer.Length > MaxLength) return;
        pointer.Append('/').Append(Cut(segment).Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
        if (pointer.Length > MaxLength) pointer.Append("...");
    }

    /// <summary>A name from a stranger, short enough for a message.</summary>
    public static string Cut(string name) =>
        name.Length <= MaxName ? name : name[..(char.IsHighSurrogate(name[MaxName - 1]) ? MaxName - 1 : MaxName)] + "...";

    public static string Unescape(string segment) =>
        segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    /// <summary>The position that an array's segment names, or -1: digits only, no zero in front.</summary>
    public static int Index(string segment) =>
        int.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && (segment[0] != '0' || segment.Length == 1) ? index : -1;
}
