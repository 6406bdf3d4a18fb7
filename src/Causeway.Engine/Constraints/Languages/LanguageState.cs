namespace Causeway.Engine.Constraints.Languages;

/// <summary>
/// A place in a language: what was read leads here, and what may follow is known. Made when it is first reached, then kept; any number of
/// threads may read on from it.
/// </summary>
internal sealed class LanguageState
{
    private static readonly LanguageState s_dead = new(null, Language.Nothing);

    private readonly Automaton? _automaton;
    private LanguageState?[]? _ascii;
    private int[]? _starts;
    private LanguageState?[]? _targets;

    internal LanguageState(Automaton? automaton, Language language)
    {
        _automaton = automaton;
        Language = language;
        Free = language as Repeated is { IsOfAll: true } free ? free : null;
        IsLive = language.IsNothing ? false : language.NeedsSearch ? null : true;
    }

    public Language Language { get; }

    public bool Accepts => Language.AcceptsEmpty;

    /// <summary>Set where only the number of code points counts.</summary>
    public Repeated? Free { get; }

    /// <summary>Whether some text leads from here to the end; null while nobody searched.</summary>
    internal bool? IsLive { get; set; }

    /// <summary>Code points to the nearest end.</summary>
    public int Distance => _automaton?.DistanceFrom(this) ?? 0;

    /// <summary>How many texts lead from here to an end, as far as it matters; -1 while nobody counted.</summary>
    internal int Count { get; set; } = -1;

    /// <summary>Whether all characters that need no escape may come, now and for ever; null while nobody looked.</summary>
    internal bool? IsOpen { get; set; }

    /// <summary>Steps to an end that a search found; -1 while nobody searched.</summary>
    internal int Found { get; set; } = -1;

    /// <summary>The place after a code point; null when no text of the language goes on so.</summary>
    public LanguageState? Next(int codePoint)
    {
        if (codePoint >= 128) return Alive(NextByClass(codePoint));
        var ascii = _ascii ??= new LanguageState?[128];
        return Alive(ascii[codePoint] ??= NextByClass(codePoint));
    }

    /// <summary>A place that acts the same for all texts of at most so many code points.</summary>
    public LanguageState Within(int length) => Horizon.Of(Language, length) is var near && ReferenceEquals(near, Language) ? this : _automaton!.StateOf(near);

    /// <summary>Whether some code point of a range can come next.</summary>
    public bool CanTake(int from, int to)
    {
        if (Free is not null) return Free.Max > 0;
        var starts = Starts();
        for (var i = ClassOf(starts, from); i < starts.Length && starts[i] <= to; i++)
            if (Alive(Target(i)) is not null) return true;
        return false;
    }

    /// <summary>The least <see cref="Distance"/> behind a code point of a range; some hundred million where none of them can come.</summary>
    public int Nearest(int from, int to)
    {
        const int never = 100_000_000;
        if (from > to) return never;
        if (Free is not null) return Free.Max > 0 ? Math.Max(Free.Min - 1, 0) : never;
        var starts = Starts();
        var least = never;
        for (var i = ClassOf(starts, from); i < starts.Length && starts[i] <= to; i++)
            if (Alive(Target(i)) is { } next) least = Math.Min(least, next.Distance);
        return least;
    }

    /// <summary>Where one can go from here, one representative of each class of code points that lead to the same place.</summary>
    internal IEnumerable<(int CodePoint, int Last, LanguageState State)> Neighbours()
    {
        var starts = Starts();
        for (var i = 0; i < starts.Length; i++)
        {
            var last = i + 1 < starts.Length ? starts[i + 1] - 1 : CodePointSet.Last;
            if (starts[i] is >= 0xD800 and <= 0xDFFF && last <= 0xDFFF) continue;
            var target = Target(i);
            if (target.IsLive != false) yield return (starts[i], last, target);
        }
    }

    /// <summary>The classes of code points that lead to one place each, dead or alive.</summary>
    internal IEnumerable<(int From, int To)> Classes()
    {
        var starts = Starts();
        for (var i = 0; i < starts.Length; i++) yield return (starts[i], i + 1 < starts.Length ? starts[i + 1] - 1 : CodePointSet.Last);
    }

    private LanguageState? Alive(LanguageState state) => state.IsLive ?? _automaton!.Search(state) ? state : null;

    private LanguageState NextByClass(int codePoint) => Target(ClassOf(Starts(), codePoint));

    private LanguageState Target(int index)
    {
        var targets = _targets ??= new LanguageState?[Starts().Length];
        return targets[index] ??= Derive(Starts()[index]);
    }

    private LanguageState Derive(int codePoint) => Language.After(codePoint) is { IsNothing: false } after ? _automaton!.StateOf(after) : s_dead;

    private int[] Starts()
    {
        if (_starts is { } known) return known;
        var edges = new List<int> { 0 };
        Language.AddEdges(edges);
        // A class that begins among the surrogates would have no representative.
        return _starts = [.. edges.Where(edge => edge <= CodePointSet.Last).Select(edge => edge is >= 0xD800 and <= 0xDFFF ? 0xE000 : edge).Distinct().Order()];
    }

    private static int ClassOf(int[] starts, int codePoint)
    {
        var found = Array.BinarySearch(starts, codePoint);
        return found >= 0 ? found : ~found - 1;
    }
}
