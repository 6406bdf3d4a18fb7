namespace Causeway.Engine.Constraints;

/// <summary>
/// What a generation may say next. One generation owns it: not thread-safe. For each token the scheduler asks for the mask, samples under it,
/// and accepts what was sampled.
/// </summary>
public abstract class TokenConstraint
{
    /// <summary>Whether everything is allowed just now, so that no mask is needed.</summary>
    public abstract bool IsFree { get; }

    /// <summary>Whether the text so far is complete: the end-of-turn tokens are allowed only then, and the mask says so.</summary>
    public abstract bool MayEnd { get; }

    /// <summary>Sets the bit of every token that may come next and clears the others. At least one is set unless nothing can follow and <see cref="MayEnd"/> is true.</summary>
    /// <param name="allowed">Bit i of word i/64 is token i; as long as the vocabulary, rounded up.</param>
    public abstract void FillMask(Span<ulong> allowed);

    /// <summary>Whether only what leads to the end is allowed any more.</summary>
    public abstract bool IsClosing { get; }

    /// <summary>
    /// Moves on by a token that the mask allowed. False if the text could not be brought to its end in the tokens that are left: then the constraint
    /// stays where it is and closes from there, so that a text which can be finished at all is finished.
    /// </summary>
    /// <param name="tokensLeft">How many may follow this one.</param>
    public abstract bool Accept(int token, int tokensLeft);
}
