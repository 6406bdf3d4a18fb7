using System.Collections.Concurrent;
using Causeway.Engine.Constraints.Frames;
using Causeway.Engine.Constraints.Tokens;

namespace Causeway.Engine.Constraints;

/// <summary>
/// A grammar for one vocabulary. Masks that were computed are kept, within a bound, for all generations under it: keep the plan as long as
/// requests with the same grammar may come (<see cref="ConstraintCache"/>). Thread-safe.
/// </summary>
public sealed class ConstraintPlan
{
    private const int MaxBytes = 8 * 1024 * 1024;

    private readonly ConcurrentDictionary<Frame, TokenSet> _sets = [];
    private readonly TextMemo _memo = new();
    private readonly FrameSet _start = new();
    private int _bytes;

    public ConstraintPlan(Grammar grammar, ConstraintVocabulary vocabulary)
    {
        Vocabulary = vocabulary;
        grammar.Part.Enter([new EndFrame()], _start);
    }

    internal ConstraintVocabulary Vocabulary { get; }

    /// <summary>A generation's own constraint, at the beginning of its text.</summary>
    public GrammarConstraint Start() => new(this, _start);

    internal TokenSet TokensOf(Frame frame)
    {
        if (_sets.TryGetValue(frame, out var known)) return known;
        var set = TrieWalk.Of(frame, Vocabulary, _memo);
        if (Interlocked.Add(ref _bytes, set.Weight) > MaxBytes)
        {
            _sets.Clear();
            Interlocked.Exchange(ref _bytes, set.Weight);
        }
        return _sets[frame] = set;
    }
}
