namespace Causeway.Engine.Training;

/// <summary>Sequences laid one after the other without padding; none sees another.</summary>
public sealed class PackedBatch
{
    /// <summary>The target of a token after which nothing is learnt.</summary>
    public const int NoTarget = -1;

    private PackedBatch(int[] tokens, int[] targets, int[] positions, int[] starts) =>
        (Tokens, Targets, Positions, Starts) = (tokens, targets, positions, starts);

    /// <summary>[tokens]</summary>
    public int[] Tokens { get; }

    /// <summary>[tokens]: what should come next, or <see cref="NoTarget"/>.</summary>
    public int[] Targets { get; }

    /// <summary>[tokens]: counted from 0 in each sequence.</summary>
    public int[] Positions { get; }

    /// <summary>Where sequences begin, ascending, and the total at the end.</summary>
    public int[] Starts { get; }

    public int Count => Tokens.Length;
    public int Sequences => Starts.Length - 1;

    /// <summary>How many tokens have something to learn after them.</summary>
    public int TargetCount => Targets.Count(target => target != NoTarget);

    /// <exception cref="ArgumentException">A sequence is empty.</exception>
    public static PackedBatch Of(IReadOnlyList<TrainingExample> examples)
    {
        var starts = new int[examples.Count + 1];
        for (var i = 0; i < examples.Count; i++)
        {
            if (examples[i].Tokens.Count == 0) throw new ArgumentException("An example without tokens cannot be learnt.", nameof(examples));
            starts[i + 1] = checked(starts[i] + examples[i].Tokens.Count);
        }
        var (tokens, targets, positions) = (new int[starts[^1]], new int[starts[^1]], new int[starts[^1]]);
        for (var i = 0; i < examples.Count; i++)
            for (var at = 0; at < examples[i].Tokens.Count; at++)
            {
                tokens[starts[i] + at] = examples[i].Tokens[at];
                targets[starts[i] + at] = examples[i].TargetAfter(at);
                positions[starts[i] + at] = at;
            }
        return new PackedBatch(tokens, targets, positions, starts);
    }
}

/// <summary>A text to learn from.</summary>
/// <param name="Tokens">Prompt and answer.</param>
/// <param name="Learnt">Which of the tokens the model shall learn to say; null for all. The first one never is: nothing comes before it.</param>
public sealed record TrainingExample(IReadOnlyList<int> Tokens, IReadOnlyList<bool>? Learnt = null)
{
    internal int TargetAfter(int at) =>
        at + 1 < Tokens.Count && (Learnt is null || Learnt[at + 1]) ? Tokens[at + 1] : PackedBatch.NoTarget;
}
