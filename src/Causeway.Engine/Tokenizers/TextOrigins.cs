namespace Causeway.Engine.Tokenizers;

/// <summary>Which bytes of a text the template wrote and which a stranger. Only the former may spell control tokens.</summary>
internal sealed class TextOrigins
{
    public static TextOrigins AllTrusted { get; } = new([(int.MaxValue, true)]);
    public static TextOrigins NoneTrusted { get; } = new([(int.MaxValue, false)]);

    // Neighbours of one kind are one stretch: a token may span two pieces of the template, never a piece and a stranger's.
    private readonly List<(int End, bool Trusted)> _stretches;

    private TextOrigins(List<(int End, bool Trusted)> stretches) => _stretches = stretches;

    /// <param name="pieces">Byte lengths, in order.</param>
    public static TextOrigins Of(IEnumerable<(int Length, bool Trusted)> pieces)
    {
        var stretches = new List<(int End, bool Trusted)>();
        var end = 0;
        foreach (var (length, trusted) in pieces)
        {
            if (length == 0) continue;
            end += length;
            if (stretches.Count > 0 && stretches[^1].Trusted == trusted) stretches[^1] = (end, trusted);
            else stretches.Add((end, trusted));
        }
        return new TextOrigins(stretches);
    }

    /// <summary>How many bytes from here on are trusted; 0 when this one is not.</summary>
    public int TrustedFrom(int at)
    {
        var (low, high) = (0, _stretches.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_stretches[middle].End <= at) low = middle + 1;
            else high = middle;
        }
        return low < _stretches.Count && _stretches[low].Trusted ? _stretches[low].End - at : 0;
    }

    /// <summary>Whether all of [start, end) is trusted.</summary>
    public bool IsTrusted(int start, int end) => TrustedFrom(start) >= end - start;
}
