using System.Globalization;

namespace Causeway.Wire.Schemas.Formats;

/// <summary>Labels of internationalised names: IDNA 2008's classes by general category, its contextual rules (RFC 5892 A) and Punycode (RFC 3492).</summary>
internal static class IdnLabel
{
    private const string Disallowed = "\u0640\u07FA\u302E\u302F\u3031\u3032\u3033\u3034\u3035\u303B";

    /// <summary>A label in Unicode.</summary>
    public static bool Is(string label)
    {
        if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-') return false;
        if (label.Length >= 4 && label[2] == '-' && label[3] == '-') return false;
        var points = label.EnumerateRunes().Select(rune => rune.Value).ToArray();
        return IsMark(points[0]) is false && Enumerable.Range(0, points.Length).All(at => IsAllowed(points, at));
    }

    /// <summary>What follows <c>xn--</c>: decodes to a label that needed encoding.</summary>
    public static bool IsPunycode(string encoded) =>
        Decode(encoded) is { } points && points.Exists(point => point > 127) && Is(string.Concat(points.Select(char.ConvertFromUtf32)));

    private static bool IsMark(int point) => CharUnicodeInfo.GetUnicodeCategory(point) is
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    private static bool IsAllowed(int[] points, int at)
    {
        var point = points[at];
        if (point < 128) return char.IsAsciiLetterOrDigit((char)point) || point == '-';
        return Contextual(points, at) ?? CharUnicodeInfo.GetUnicodeCategory(point) switch
        {
            UnicodeCategory.LowercaseLetter or UnicodeCategory.OtherLetter or UnicodeCategory.ModifierLetter or
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber => !IsDisallowed(point),
            _ => false,
        };
    }

    private static bool IsDisallowed(int point) => point < 0x10000 && Disallowed.Contains((char)point, StringComparison.Ordinal);

    // Null for a character that no rule is about.
    private static bool? Contextual(int[] points, int at) => points[at] switch
    {
        0x00B7 => At(points, at - 1) == 'l' && At(points, at + 1) == 'l',
        0x0375 => At(points, at + 1) is >= 0x0370 and <= 0x03FF or >= 0x1F00 and <= 0x1FFF,
        0x05F3 or 0x05F4 => At(points, at - 1) is >= 0x0590 and <= 0x05FF,
        0x30FB => Array.Exists(points, IsJapanese),
        >= 0x0660 and <= 0x0669 => !Array.Exists(points, point => point is >= 0x06F0 and <= 0x06F9),
        >= 0x06F0 and <= 0x06F9 => !Array.Exists(points, point => point is >= 0x0660 and <= 0x0669),
        0x200C or 0x200D => IsVirama(At(points, at - 1)) || (points[at] == 0x200C && JoinsArabic(points, at)),
        0x06FD or 0x06FE or 0x0F0B or 0x3007 or 0x00DF or 0x03C2 => true,
        _ => null,
    };

    private static int At(int[] points, int at) => at >= 0 && at < points.Length ? points[at] : -1;

    private static bool IsJapanese(int point) =>
        point is (>= 0x3041 and <= 0x309F) or (>= 0x30A1 and <= 0x30FA) or (>= 0x30FC and <= 0x30FF) or (>= 0x3400 and <= 0x9FFF) or 0x3005 or 0x3007;

    private static bool IsVirama(int point) => point is 0x094D or 0x09CD or 0x0A4D or 0x0ACD or 0x0B4D or 0x0BCD or 0x0C4D or 0x0CCD or 0x0D4D or 0x0DCA
        or 0x0E3A or 0x0F84 or 0x1039 or 0x17D2;

    // The rule asks for joining types; letters of the Arabic blocks on both sides are nearly that.
    private static bool JoinsArabic(int[] points, int at) =>
        At(points, at - 1) is >= 0x0620 and <= 0x08FF && At(points, at + 1) is >= 0x0620 and <= 0x08FF;

    private static List<int>? Decode(string encoded)
    {
        var points = new List<int>();
        var delimiter = encoded.LastIndexOf('-');
        for (var i = 0; i < delimiter; i++) points.Add(char.ToLowerInvariant(encoded[i]));
        var (point, place, bias, isFirst) = (128, 0L, 72, true);
        var at = delimiter + 1;
        if (at == encoded.Length) return null;
        while (at < encoded.Length)
        {
            if (!TryReadDelta(encoded, ref at, bias, out var delta)) return null;
            place += delta;
            bias = Adapt(delta, points.Count + 1, isFirst);
            isFirst = false;
            point = (int)Math.Min(0x110000, point + place / (points.Count + 1));
            place %= points.Count + 1;
            if (point > 0x10FFFF || point is >= 0xD800 and <= 0xDFFF) return null;
            points.Insert((int)place++, point);
        }
        return points;
    }

    private static bool TryReadDelta(string encoded, ref int at, int bias, out int delta)
    {
        delta = 0;
        var weight = 1L;
        for (var k = 36; ; k += 36)
        {
            if (at == encoded.Length || weight > 0x10FFFF00) return false;
            var unit = encoded[at++];
            var digit = char.IsAsciiDigit(unit) ? unit - '0' + 26 : char.IsAsciiLetter(unit) ? (unit | 32) - 'a' : 36;
            var threshold = Math.Clamp(k - bias, 1, 26);
            if (digit == 36 || delta + digit * weight > 0x10FFFF00) return false;
            delta += (int)(digit * weight);
            if (digit < threshold) return true;
            weight *= 36 - threshold;
        }
    }

    private static int Adapt(int delta, int count, bool isFirst)
    {
        delta = isFirst ? delta / 700 : delta / 2;
        delta += delta / count;
        var k = 0;
        for (; delta > 455; k += 36) delta /= 35;
        return k + 36 * delta / (delta + 38);
    }
}
