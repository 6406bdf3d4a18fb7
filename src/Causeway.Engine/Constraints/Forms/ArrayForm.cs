using Causeway.Engine.Constraints.Languages;

namespace Causeway.Engine.Constraints.Forms;

/// <summary>Arrays of one alternative. With <c>contains</c> each item either counts or does not, and two forms say what it may be.</summary>
internal sealed class ArrayForm
{
    private readonly Dictionary<(int, int), bool> _feasible = [];
    private readonly Dictionary<(int, int), long> _costs = [];

    /// <summary>The first items, then one form for all others.</summary>
    public required ValueForm[] Items { get; init; }

    /// <summary>The same for items that count as contained; empty without <c>contains</c>.</summary>
    public ValueForm[] Counted { get; init; } = [];

    private const long Never = int.MaxValue * 2L;

    public int Min { get; init; }

    public int Max { get; init; }

    public int MinCounted { get; init; }

    public int MaxCounted { get; init; } = int.MaxValue;

    /// <summary>Items are texts of this language, no two the same; null when they may repeat.</summary>
    public LanguageState? Unique { get; init; }

    public int Cost { get; set; } = ValueForm.Impossible;

    public int Depth { get; set; } = ValueForm.Impossible;

    public ValueForm ItemAt(int index) => Items[Math.Min(index, Items.Length - 1)];

    public ValueForm? CountedAt(int index) => Counted.Length == 0 ? null : Counted[Math.Min(index, Counted.Length - 1)];

    /// <summary>More counted items than can matter are one number.</summary>
    public int Saturate(int counted) => MaxCounted == int.MaxValue ? Math.Min(counted, MinCounted) : counted;

    public bool MayClose(int count, int counted) => count >= Min && counted >= MinCounted;

    /// <summary>Whether an array with so many items can still be finished.</summary>
    /// <param name="room">Levels of nesting that are left for items.</param>
    public bool CanFinish(int count, int counted, int room)
    {
        if (count > Max || counted > MaxCounted) return false;
        if (count >= Items.Length - 1) return CanFinishWithRest(count, counted, room);
        if (MayClose(count, counted)) return true;
        // Only the room above some depth ever matters, and forms are shared by all depths.
        var key = (count, counted * 256 + Math.Min(room, 255));
        lock (_feasible)
        {
            if (_feasible.TryGetValue(key, out var known)) return known;
            _feasible[key] = false;
            return _feasible[key] =
                (Fits(ItemAt(count), room) && CanFinish(count + 1, counted, room)) ||
                (Fits(CountedAt(count), room) && CanFinish(count + 1, Saturate(counted + 1), room));
        }
    }

    /// <summary>The same for an empty array, however deep, while costs are still being found.</summary>
    public bool CanFinishUnsettled()
    {
        _feasible.Clear();
        _costs.Clear();
        return CanFinish(0, 0, ValueForm.Impossible);
    }

    /// <summary>About how many bytes an array with so many items lacks, each item with a comma.</summary>
    public long CostFrom(int count, int counted)
    {
        if (MayClose(count, counted)) return 1;
        if (count >= Items.Length - 1) return 1 + CostOfRest(count, counted);
        lock (_costs)
        {
            if (_costs.TryGetValue((count, counted), out var known)) return known;
            var cost = CostOf(ItemAt(count)) + CostFrom(count + 1, counted);
            if (CountedAt(count) is { } item && counted < MaxCounted) cost = Math.Min(cost, CostOf(item) + CostFrom(count + 1, Saturate(counted + 1)));
            return _costs[(count, counted)] = Math.Min(cost, Never);
        }
    }

    // The further items are alike: as many of the cheaper kind as may be.
    private long CostOfRest(int count, int counted)
    {
        long least = Math.Max(0, MinCounted - counted);
        var total = Math.Max(least, (long)Min - count);
        if (CountedAt(count) is not { } item) return Math.Min(Never, total * CostOf(ItemAt(count)));
        var times = CostOf(item) < CostOf(ItemAt(count)) ? Math.Min(total, (long)MaxCounted - counted) : least;
        return Math.Min(Never, times * CostOf(item)) + Math.Min(Never, (total - times) * CostOf(ItemAt(count)));
    }

    /// <summary>An item with a comma; one that must differ from others may take a character more.</summary>
    public long CostOf(ValueForm form) => form.IsPossible ? form.Cost + 1L + (Unique is null ? 0 : ValueForm.CostOfCodePoint) : Never;

    public static bool Fits(ValueForm? form, int room) => form is { IsPossible: true } && form.Depth <= room;

    // All further items are alike: how many may count, how many may not, is arithmetic.
    private bool CanFinishWithRest(int count, int counted, int room)
    {
        var mayCount = Fits(CountedAt(count), room);
        long least = Math.Max(0, MinCounted - counted);
        long most = mayCount ? (long)MaxCounted - counted : 0;
        if (least > most) return false;
        var total = Fits(ItemAt(count), room) ? int.MaxValue : most;
        return Math.Max(least, (long)Min - count) <= Math.Min(total, (long)Max - count);
    }
}
