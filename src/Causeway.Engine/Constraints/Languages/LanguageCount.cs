namespace Causeway.Engine.Constraints.Languages;

/// <summary>How many texts a language has, as far as it matters.</summary>
internal static class LanguageCount
{
    /// <summary>More than this counts as this.</summary>
    public const int Many = 100_000;

    private const int MaxStates = 2_000;

    public static int Of(LanguageState state)
    {
        // What is left by "and" and "not" may be finite without looking it.
        if (!state.Language.IsFinite && !state.Language.NeedsSearch) return Many;
        if (state.Count < 0) state.Count = Of(state, new Dictionary<LanguageState, int>(ReferenceEqualityComparer.Instance));
        return state.Count;
    }

    private static int Of(LanguageState state, Dictionary<LanguageState, int> known)
    {
        if (known.TryGetValue(state, out var count)) return count;
        // One that is too large to count has many texts, or so few that nobody asks for them all.
        if (known.Count > MaxStates) return Many;
        known[state] = Many;
        long sum = state.Accepts ? 1 : 0;
        foreach (var (from, to, next) in state.Neighbours())
        {
            if (sum >= Many) break;
            if (state.Next(from) is not null) sum += (to - from + 1L) * Of(next, known);
        }
        return known[state] = (int)Math.Min(sum, Many);
    }
}
