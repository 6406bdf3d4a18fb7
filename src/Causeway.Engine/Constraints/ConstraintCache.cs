namespace Causeway.Engine.Constraints;

/// <summary>
/// The plans of one vocabulary by the text they were made from, the least recently used forgotten first. Thread-safe; a plan that two ask for
/// at once may be made twice.
/// </summary>
public sealed class ConstraintCache
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<(string Key, ConstraintPlan Plan)>> _plans = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Key, ConstraintPlan Plan)> _recent = new();
    private readonly ConstraintVocabulary _vocabulary;
    private readonly int _capacity;

    /// <param name="vocabulary">Of the model's tokenizer.</param>
    /// <param name="capacity">Plans that are kept, at least one; each holds some megabytes at the most.</param>
    public ConstraintCache(ConstraintVocabulary vocabulary, int capacity = 64)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        (_vocabulary, _capacity) = (vocabulary, capacity);
    }

    /// <summary>The plan of a key, made when it is not there.</summary>
    /// <param name="key">Tells grammars apart: the schema's or the tools' text, and whatever else <paramref name="make"/> depends on.</param>
    /// <param name="make">Makes the grammar; what it throws comes through, and nothing is kept.</param>
    public ConstraintPlan GetOrAdd(string key, Func<Grammar> make)
    {
        lock (_lock)
            if (_plans.TryGetValue(key, out var known))
            {
                _recent.Remove(known);
                _recent.AddFirst(known);
                return known.Value.Plan;
            }
        var plan = new ConstraintPlan(make(), _vocabulary);
        lock (_lock)
        {
            if (_plans.TryGetValue(key, out var other)) return other.Value.Plan;
            _plans[key] = _recent.AddFirst((key, plan));
            if (_plans.Count > _capacity && _recent.Last is { } oldest)
            {
                _plans.Remove(oldest.Value.Key);
                _recent.RemoveLast();
            }
        }
        return plan;
    }
}
