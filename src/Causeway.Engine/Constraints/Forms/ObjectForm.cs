using Causeway.Engine.Constraints.Languages;

namespace Causeway.Engine.Constraints.Forms;

/// <summary>Objects of one alternative: names that are spelled out, and languages of names that are not.</summary>
internal sealed class ObjectForm
{
    private const long Never = long.MaxValue / 4;

    /// <summary>The names as JSON writes them, closing quote included, sorted by bytes.</summary>
    public required byte[][] Names { get; init; }

    /// <summary>The values beside <see cref="Names"/>.</summary>
    public required ValueForm[] Values { get; init; }

    /// <summary>Where each name stands in the schema.</summary>
    public required int[] Places { get; init; }

    public required bool[] IsRequired { get; init; }

    /// <summary>Names that are not spelled out: languages that do not meet, each with its value.</summary>
    public required (LanguageState Names, ValueForm Value)[] Others { get; init; }

    /// <summary>How many names each of <see cref="Others"/> has.</summary>
    public int[] OthersCounts => field ??= [.. Others.Select(other => LanguageCount.Of(other.Names))];

    public required int Min { get; init; }

    public required int Max { get; init; }

    /// <summary>A member of a spelled out name, with quotes, colon and comma.</summary>
    public long CostOfMember(int name) => Names[name].Length + 3L + Values[name].Cost;

    /// <summary>One of another name, which may have to differ from a shorter one; out of reach where none can be.</summary>
    public long CostOfOther => Others.Where(other => other.Value.IsPossible)
        .Select(other => 5L + (ValueForm.CostOfCodePoint * (1L + other.Names.Distance)) + other.Value.Cost).DefaultIfEmpty(Never).Min();

    /// <summary>So many members, the cheapest of these and of other names.</summary>
    /// <param name="named">Costs of members with spelled out names, in any order.</param>
    public long CostOfCheapest(IEnumerable<long> named, int count)
    {
        var (other, sum) = (CostOfOther, 0L);
        foreach (var cost in named.Order().TakeWhile(cost => cost < other).Take(count))
        {
            sum += cost;
            count--;
        }
        // A schema may demand a hundred thousand of them.
        return count == 0 ? sum : sum + (Math.Min(other, Never / count) * count);
    }

    public int Cost { get; set; } = ValueForm.Impossible;

    public int Depth { get; set; } = ValueForm.Impossible;

    public int RequiredCount { get; init; }

    /// <summary>The index of a spelled out name; negative when it is none.</summary>
    public int Find(ReadOnlySpan<byte> spelled)
    {
        int low = 0, high = Names.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = Names[middle].AsSpan().SequenceCompareTo(spelled);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return -1;
    }
}
