using System.Globalization;

namespace Causeway.Logging;

/// <summary>Numbers as people read them.</summary>
internal static class Shown
{
    public static string Micros(long? micros) => micros switch
    {
        null => "-",
        < 1_000 => Text($"{micros} µs"),
        < 1_000_000 => Text($"{micros / 1e3:0.0} ms"),
        _ => Text($"{micros / 1e6:0.00} s"),
    };

    /// <summary>Nano-dollars as dollars, with as many digits as small amounts need.</summary>
    public static string Dollars(long? nanos) => nanos switch
    {
        null => "-",
        0 => "$0",
        < 10_000_000 => Text($"${nanos / 1e9:0.000000}"),
        _ => Text($"${nanos / 1e9:0.00}"),
    };

    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
