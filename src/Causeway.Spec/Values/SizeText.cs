using System.Globalization;
using System.Text.RegularExpressions;

namespace Causeway.Spec.Values;

/// <summary><c>32MiB</c>, <c>500KB</c>, <c>1.5GiB</c> or a plain number of bytes; whole bytes.</summary>
internal static partial class SizeText
{
    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000), ("B", 1),
    ];

    /// <summary>
    /// Null when it is no size. One that no long holds comes out as the largest: what is in range is the caller's to say.
    /// </summary>
    public static long? Parse(string text)
    {
        var match = Pattern().Match(text);
        if (!match.Success) return null;
        var unit = match.Groups["unit"];
        var factor = unit.Success ? Units.First(candidate => candidate.Unit == unit.Value).Bytes : 1;
        var bytes = decimal.Parse(match.Groups["number"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * factor;
        return bytes == decimal.Truncate(bytes) ? (long)Math.Min(bytes, long.MaxValue) : null;
    }

    /// <summary>In the largest unit that needs no fraction.</summary>
    public static string Format(long bytes)
    {
        var (unit, size) = Units.First(candidate => bytes % candidate.Bytes == 0 && bytes >= candidate.Bytes || candidate.Bytes == 1);
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / size}{unit}");
    }

    [GeneratedRegex(@"\A(?<number>[0-9]{1,15}(\.[0-9]{1,9})?)(?<unit>B|KB|MB|GB|KiB|MiB|GiB)\z|\A(?<number>[0-9]{1,18})\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
