using System.Globalization;

namespace Causeway.Gateway.Forward;

/// <summary>Reads a <c>Retry-After</c> header (RFC 9110 §10.2.3: seconds or an HTTP date). What is neither is dropped.</summary>
internal static class RetryAfter
{
    /// <summary>Whole seconds, rounded up, between 0 and <paramref name="longest"/>; null when absent or not understood.</summary>
    public static int? Read(string? value, DateTimeOffset now, TimeSpan longest)
    {
        if (value is null) return null;
        if (double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)) return Clamp(seconds, longest);
        return DateTimeOffset.TryParseExact(value, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? Clamp((date - now).TotalSeconds, longest) : null;
    }

    private static int Clamp(double seconds, TimeSpan longest) => (int)Math.Ceiling(Math.Clamp(seconds, 0, longest.TotalSeconds));
}
