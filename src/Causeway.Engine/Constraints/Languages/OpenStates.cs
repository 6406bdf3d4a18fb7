namespace Causeway.Engine.Constraints.Languages;

/// <summary>Places from which on every character that JSON writes as it is may come, wherever one goes: most tokens need no look there.</summary>
internal static class OpenStates
{
    private const int MaxStates = 128;

    public static bool IsOpen(LanguageState state)
    {
        if (state.IsOpen is { } known) return known;
        var seen = new HashSet<LanguageState>(ReferenceEqualityComparer.Instance) { state };
        var queue = new Queue<LanguageState>([state]);
        while (queue.TryDequeue(out var at))
        {
            foreach (var next in Plain(at))
            {
                if (next is null || next.IsOpen == false || seen.Count > MaxStates) return Known(state, false);
                if (next.IsOpen is null && seen.Add(next)) queue.Enqueue(next);
            }
        }
        // Whatever can be reached from an open place is open.
        foreach (var open in seen) open.IsOpen = true;
        return true;
    }

    private static bool Known(LanguageState state, bool isOpen)
    {
        state.IsOpen = isOpen;
        return isOpen;
    }

    private static IEnumerable<LanguageState?> Plain(LanguageState state)
    {
        foreach (var (from, to) in state.Classes())
        {
            var first = Math.Max(from, 0x20);
            while (first is '"' or '\\') first++;
            if (first <= to) yield return state.Next(first);
        }
    }
}
