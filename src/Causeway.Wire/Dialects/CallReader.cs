namespace Causeway.Wire.Dialects;

/// <summary>What stands around a place where a call may begin.</summary>
/// <param name="IsLineStart">Only white space between it and the start of its line, of the answer, or the markup before it.</param>
/// <param name="IsStart">Only white space between it and the start of the answer.</param>
/// <param name="InFence">Within a fenced block of code.</param>
/// <param name="InReasoning">Within reasoning.</param>
internal readonly record struct Surroundings(bool IsLineStart, bool IsStart, bool InFence, bool InReasoning);

/// <summary>Reads the calls of one dialect, from the opening tag on. It takes over from the text and gives back when its block is over.</summary>
internal abstract class CallReader
{
    /// <summary>The tags at which a call may begin; the text is searched for their first bytes.</summary>
    public abstract IReadOnlyList<byte[]> Openers { get; }

    /// <summary>
    /// Whether a call begins at the start of <paramref name="bytes"/>, which has one of the openers or a part of it. On yes the reader
    /// has begun it and <paramref name="consumed"/> bytes of it are dealt with. It asks for more only while what it has is bounded.
    /// </summary>
    public abstract Fit TryBegin(ReadOnlySpan<byte> bytes, Surroundings around, bool isLast, out int consumed);

    /// <summary>The place that <see cref="TryBegin"/> asked for more of is judged; nothing of it is to be remembered.</summary>
    public virtual void Forget() { }

    /// <summary>Reads on. False: the rest of the window does not suffice.</summary>
    public abstract bool Step(ref Window window);

    /// <summary>True when the block is over and what follows is text again.</summary>
    public abstract bool IsDone { get; }

    /// <summary>Nothing follows: closes what is open, or leaves it a prefix when <paramref name="isCut"/>.</summary>
    public abstract void Finish(bool isCut);
}
