namespace Causeway.Engine.Constraints.Languages;

/// <summary>
/// The places of the languages of one schema, found again when they are reached again. Bounded: past a number of places it forgets those it
/// knows, and walkers go on from the ones they hold. Thread-safe.
/// </summary>
internal sealed class Automaton
{
    private const int MaxStates = 20_000;

    // States looked at in one search for an end; a language that hides its texts better than this counts as having none.
    private const int MaxSearch = 10_000;

    // States looked at in all searches together while a schema is compiled.
    private const int MaxEffort = 40_000;

    private int _effort;
    private bool _isCompiled;
    private readonly Lock _lock = new();
    private readonly Dictionary<Language, LanguageState> _states = [];

    public LanguageState StateOf(Language language)
    {
        lock (_lock)
        {
            if (_states.TryGetValue(language, out var known)) return known;
            if (_states.Count >= MaxStates) _states.Clear();
            return _states[language] = new LanguageState(this, language);
        }
    }

    /// <summary>Whether anything belongs to a language.</summary>
    public bool IsInhabited(Language language)
    {
        var state = StateOf(language);
        return state.IsLive ?? Search(state);
    }

    public int DistanceFrom(LanguageState state)
    {
        if (!state.Language.NeedsSearch) return state.Language.Shortest;
        if (state.Found < 0) Search(state);
        return Math.Max(state.Found, 0);
    }

    /// <summary>Whether an end can be reached, nearest first; remembers it for the places on the way.</summary>
    internal bool Search(LanguageState from)
    {
        lock (_lock)
        {
            if (from.IsLive == false) return false;
            var cameFrom = new Dictionary<LanguageState, LanguageState?>(ReferenceEqualityComparer.Instance) { [from] = null };
            var queue = new Queue<LanguageState>([from]);
            while (queue.TryDequeue(out var state) && cameFrom.Count < MaxSearch)
            {
                if (Known(state) is { } distance)
                {
                    for (var at = state; at is not null; at = cameFrom[at]) (at.IsLive, at.Found) = (true, distance++);
                    return true;
                }
                foreach (var (_, _, next) in state.Neighbours())
                    if (cameFrom.TryAdd(next, state)) queue.Enqueue(next);
            }
            Spend(cameFrom.Count);
            // Nothing left to look at: none of these leads anywhere.
            if (queue.Count == 0)
                foreach (var state in cameFrom.Keys) state.IsLive = false;
            from.IsLive = false;
            return false;
        }
    }

    /// <summary>From now on searches are for generations, and each is bounded by itself.</summary>
    public void Compiled() => _isCompiled = true;

    private void Spend(int states)
    {
        if (_isCompiled || (_effort += states) < MaxEffort) return;
        throw new ConstraintException("", "", "is too involved: whether its patterns and numbers allow anything takes too long to find");
    }

    private static int? Known(LanguageState state) =>
        state.Accepts ? 0 : state.Found >= 0 ? state.Found : state.Language.NeedsSearch ? null : state.Language.Shortest;
}
