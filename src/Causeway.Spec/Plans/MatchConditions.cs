using System.Collections.Immutable;

namespace Causeway.Spec.Plans;

/// <summary>What a request is for; <c>match.task</c> names it, the gateway decides it (docs/reference/routing.md).</summary>
public enum TaskKind
{
    Chat,
    Code,
    Agent,
}

/// <summary>A header or a metadata member and the values that meet the condition.</summary>
/// <param name="Name">A header's in lower case; a metadata member's as given.</param>
/// <param name="Values">At least one, sorted; compared byte for byte.</param>
public sealed record ValueCondition(string Name, ImmutableArray<string> Values);

/// <summary>What a request must be besides asking for one of the route's models. All of it must hold. Immutable.</summary>
public sealed record MatchConditions
{
    public static readonly MatchConditions None = new();

    /// <summary>Names of keys, one of which must call; sorted. Empty: any caller.</summary>
    public ImmutableArray<string> Keys { get; init; } = [];

    /// <summary>Sorted by name, no name twice.</summary>
    public ImmutableArray<ValueCondition> Headers { get; init; } = [];

    /// <summary>Members of the request's <c>metadata</c>; sorted by name, no name twice.</summary>
    public ImmutableArray<ValueCondition> Metadata { get; init; } = [];

    /// <summary>Sorted. Empty: any task.</summary>
    public ImmutableArray<TaskKind> Tasks { get; init; } = [];

    public bool IsEmpty => Keys.IsEmpty && Headers.IsEmpty && Metadata.IsEmpty && Tasks.IsEmpty;

    /// <summary>
    /// The order in which routes of one model are tried, most specific first: with a condition on the key before without, then more
    /// headers, then more metadata members, then with a condition on the task. Zero: neither is more specific.
    /// </summary>
    public static int CompareSpecificity(MatchConditions left, MatchConditions right)
    {
        var byKey = left.Keys.IsEmpty.CompareTo(right.Keys.IsEmpty);
        if (byKey != 0) return byKey;
        var byHeaders = right.Headers.Length.CompareTo(left.Headers.Length);
        if (byHeaders != 0) return byHeaders;
        var byMetadata = right.Metadata.Length.CompareTo(left.Metadata.Length);
        return byMetadata != 0 ? byMetadata : left.Tasks.IsEmpty.CompareTo(right.Tasks.IsEmpty);
    }

    /// <summary>Whether some request could meet both.</summary>
    public bool Overlaps(MatchConditions other) =>
        Share(Keys, other.Keys) && Share(Tasks, other.Tasks) && Share(Headers, other.Headers) && Share(Metadata, other.Metadata);

    // Nothing listed stands for everything.
    private static bool Share<T>(ImmutableArray<T> left, ImmutableArray<T> right) =>
        left.IsEmpty || right.IsEmpty || left.Intersect(right).Any();

    private static bool Share(ImmutableArray<ValueCondition> left, ImmutableArray<ValueCondition> right)
    {
        foreach (var one in left)
            foreach (var other in right)
                if (one.Name == other.Name && !one.Values.Intersect(other.Values, StringComparer.Ordinal).Any()) return false;
        return true;
    }
}
