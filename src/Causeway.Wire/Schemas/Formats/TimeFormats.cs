using System.Globalization;

namespace Causeway.Wire.Schemas.Formats;

/// <summary>Dates and times of RFC 3339, durations of its appendix A. Leap seconds only where they can be: at the end of a UTC day.</summary>
internal static class TimeFormats
{
    public static bool IsDate(string text) => IsDate(text.AsSpan());

    public static bool IsDateTime(string text) =>
        text.Length > 11 && IsDate(text.AsSpan(0, 10)) && text[10] is 'T' or 't' && IsTime(text[11..]);

    public static bool IsTime(string text)
    {
        if (text.Length < 9 || text[2] != ':' || text[5] != ':') return false;
        if (!Two(text, 0, 23, out var hour) || !Two(text, 3, 59, out var minute) || !Two(text, 6, 60, out var second)) return false;
        var at = 8;
        if (text[at] == '.')
        {
            var start = ++at;
            while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
            if (at == start) return false;
        }
        if (!TryReadOffset(text.AsSpan(at), out var offset)) return false;
        return second < 60 || (((hour * 60 + minute - offset) % 1440) + 1440) % 1440 == 1439;
    }

    public static bool IsDuration(string text)
    {
        if (text.Length < 2 || text[0] != 'P') return false;
        var time = text.IndexOf('T');
        var days = time < 0 ? text.AsSpan(1) : text.AsSpan(1, time - 1);
        if (time >= 0 && !IsRun(text.AsSpan(time + 1), "HMS")) return false;
        if (days.IsEmpty) return time >= 0;
        return IsRun(days, "YMD") || (time < 0 && IsRun(days, "W"));
    }

    private static bool IsDate(ReadOnlySpan<char> text)
    {
        if (text.Length != 10 || text[4] != '-' || text[7] != '-') return false;
        foreach (var index in (ReadOnlySpan<int>)[0, 1, 2, 3, 5, 6, 8, 9])
            if (!char.IsAsciiDigit(text[index])) return false;
        var year = int.Parse(text[..4], NumberStyles.None, CultureInfo.InvariantCulture);
        var month = int.Parse(text[5..7], NumberStyles.None, CultureInfo.InvariantCulture);
        var day = int.Parse(text[8..], NumberStyles.None, CultureInfo.InvariantCulture);
        // The year 0000 is a leap year, and .NET's calendar begins after it.
        return month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year == 0 ? 2000 : year, month);
    }

    private static bool TryReadOffset(ReadOnlySpan<char> text, out int minutes)
    {
        minutes = 0;
        if (text is "Z" or "z") return true;
        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':') return false;
        if (!Two(text, 1, 23, out var hour) || !Two(text, 4, 59, out var minute)) return false;
        minutes = (hour * 60 + minute) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool Two(ReadOnlySpan<char> text, int at, int most, out int value)
    {
        value = 0;
        if (!char.IsAsciiDigit(text[at]) || !char.IsAsciiDigit(text[at + 1])) return false;
        value = (text[at] - '0') * 10 + text[at + 1] - '0';
        return value <= most;
    }

    // Numbers each with its unit, in order, none skipped between the first and the last.
    private static bool IsRun(ReadOnlySpan<char> text, string units)
    {
        var next = -1;
        while (!text.IsEmpty)
        {
            var digits = 0;
            while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
            if (digits == 0 || digits == text.Length) return false;
            var unit = units.IndexOf(text[digits]);
            if (unit < 0 || (next >= 0 && unit != next)) return false;
            next = unit + 1;
            text = text[(digits + 1)..];
        }
        return next >= 0;
    }
}
