using System.Globalization;
using System.Text.RegularExpressions;

namespace Causeway.Spec.Values;

/// <summary><c>250ms</c>, <c>30s</c>, <c>1.5m</c>, <c>1h</c>: one number, one unit, whole milliseconds.</summary>
internal static partial class DurationText
{
    private static readonly (string Unit, long Milliseconds)[] Units = [("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

    // Far beyond every range, near enough for TimeSpan.
    private const decimal Saturation = 1e14m;

    /// <summary>
    /// Null when it is no duration. One that is absurdly long comes out as some thousand years: what is in range is the caller's to
    /// say.
    /// </summary>
    public static TimeSpan? Parse(string text)
    {
        var match = Pattern().Match(text);
        if (!match.Success) return null;
        var unit = Units.First(candidate => candidate.Unit == match.Groups["unit"].Value);
        var milliseconds = decimal.Parse(match.Groups["number"].Value, NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture) * unit.Milliseconds;
        return milliseconds == decimal.Truncate(milliseconds) ? TimeSpan.FromMilliseconds((long)Math.Min(milliseconds, Saturation)) : null;
    }

    /// <summary>In the largest unit that needs no fraction.</summary>
    public static string Format(TimeSpan duration)
    {
        var milliseconds = (long)duration.TotalMilliseconds;
        if (milliseconds == 0) return "0ms";
        var (unit, size) = Units.First(candidate => milliseconds % candidate.Milliseconds == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{milliseconds / size}{unit}");
    }

    [GeneratedRegex(@"\A(?<number>[0-9]{1,15}(\.[0-9]{1,6})?)(?<unit>ms|s|m|h)\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
