namespace Causeway.Embedded;

/// <summary>
/// Finds the first stop sequence in a text that comes in pieces. What may still be the beginning of one is held back, so a sequence is found
/// however the pieces are cut. One choice's: not thread-safe.
/// </summary>
internal sealed class StopScan(IReadOnlyList<string> stops)
{
    private string _held = "";

    /// <summary>Whether a sequence was found: the answer is over.</summary>
    public bool IsHit { get; private set; }

    /// <summary>What of the text so far is certain now, without the sequence that ends it.</summary>
    public string Push(string piece)
    {
        if (stops.Count == 0) return piece;
        if (IsHit) return "";
        var text = _held + piece;
        var end = First(text);
        if (end >= 0)
        {
            (IsHit, _held) = (true, "");
            return text[..end];
        }
        var held = Held(text);
        _held = text[^held..];
        return text[..^held];
    }

    /// <summary>What was held back, when nothing more comes.</summary>
    public string Finish()
    {
        var rest = _held;
        _held = "";
        return rest;
    }

    private int First(string text)
    {
        var first = -1;
        foreach (var stop in stops)
        {
            var at = text.IndexOf(stop, StringComparison.Ordinal);
            if (at >= 0 && (first < 0 || at < first)) first = at;
        }
        return first;
    }

    private int Held(string text)
    {
        var longest = 0;
        foreach (var stop in stops)
            for (var length = Math.Min(stop.Length - 1, text.Length); length > longest; length--)
                if (text.AsSpan(text.Length - length).SequenceEqual(stop.AsSpan(0, length))) longest = length;
        return longest;
    }
}
