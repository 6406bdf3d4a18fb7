namespace Causeway.Gateway.Upstreams.Rehearsal;

/// <summary>An answer ends before the first stop sequence. Looked for in the text, so the borders of tokens do not matter.</summary>
internal static class StopSequences
{
    public static string Cut(string text, IReadOnlyList<string> stops)
    {
        var end = First(text, stops);
        return end < 0 ? text : text[..end];
    }

    /// <summary>For <paramref name="period"/> repeated without end: the text up to the first stop sequence; null without one.</summary>
    public static string? CutRepeated(string period, IReadOnlyList<string> stops)
    {
        var longest = 0;
        foreach (var stop in stops)
            longest = Math.Max(longest, stop.Length);
        if (longest == 0) return null;
        // A sequence that occurs at all begins within the first period.
        var enough = string.Concat(Enumerable.Repeat(period, 2 + (longest / period.Length)));
        var end = First(enough, stops);
        return end < 0 ? null : enough[..end];
    }

    private static int First(string text, IReadOnlyList<string> stops)
    {
        var first = -1;
        foreach (var stop in stops)
        {
            var index = text.IndexOf(stop, StringComparison.Ordinal);
            if (index >= 0 && (first < 0 || index < first)) first = index;
        }
        return first;
    }
}
