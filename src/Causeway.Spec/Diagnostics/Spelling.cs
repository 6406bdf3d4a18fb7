namespace Causeway.Spec.Diagnostics;

/// <summary>Finds what somebody probably meant.</summary>
internal static class Spelling
{
    private const int MaxDistance = 2;
    private const int MaxLength = 64;
    private const int MaxCandidates = 1000;

    /// <summary>
    /// The nearest of the known words within two edits (one for words of up to three letters), or null.
    /// A single letter resembles every other.
    /// </summary>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        if (word.Length is < 2 or > MaxLength) return null;
        string? nearest = null;
        var best = (word.Length <= 3 ? 1 : MaxDistance) + 1;
        foreach (var candidate in known.Take(MaxCandidates))
        {
            var distance = string.Equals(word, candidate, StringComparison.OrdinalIgnoreCase) ? 0 : Distance(word, candidate);
            if (distance >= best) continue;
            (nearest, best) = (candidate, distance);
        }
        return nearest;
    }

    /// <summary>
    /// Damerau-Levenshtein distance (insert, delete, replace, swap of neighbours; no piece edited twice).
    /// Answers anything above two as <see cref="int.MaxValue"/> when the lengths tell.
    /// </summary>
    internal static int Distance(string a, string b)
    {
        if (b.Length > MaxLength || Math.Abs(a.Length - b.Length) > MaxDistance) return int.MaxValue;
        var previous = new int[b.Length + 1];
        var current = new int[b.Length + 1];
        var beforePrevious = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) current[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            (beforePrevious, previous, current) = (previous, current, beforePrevious);
            FillRow(a, b, i, beforePrevious, previous, current);
        }
        return current[b.Length];
    }

    private static void FillRow(string a, string b, int i, int[] beforePrevious, int[] previous, int[] current)
    {
        current[0] = i;
        for (var j = 1; j <= b.Length; j++)
        {
            var replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            var best = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            var swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            current[j] = swapped ? Math.Min(best, beforePrevious[j - 2] + 1) : best;
        }
    }
}
