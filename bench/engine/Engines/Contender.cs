namespace Causeway.EngineBench.Engines;

/// <summary>An engine with a model in memory and room for several sequences. Not thread-safe.</summary>
internal abstract class Contender : IDisposable
{
    /// <summary>Sequences that may run side by side.</summary>
    public const int MaxBatch = 8;

    /// <summary>Tokens of a long prompt.</summary>
    public const int PromptTokens = 512;

    /// <summary>Room of one sequence: the long prompt and an answer.</summary>
    public const int SequenceTokens = 768;

    /// <summary>Long prompts that fill the room of all sequences.</summary>
    public const int PromptsToFillMemory = MaxBatch * SequenceTokens / PromptTokens;

    /// <summary>Computes a prompt and the first token behind it.</summary>
    public abstract void Prefill(int sequence, int[] prompt);

    /// <summary>Goes on with several sequences at once, greedily.</summary>
    /// <param name="context">0, or <see cref="PromptTokens"/> for the long prompts, which <see cref="Prefill"/> had before.</param>
    /// <param name="steps">Tokens of each that are timed, or a little more.</param>
    /// <returns>Tokens a second of all together.</returns>
    public abstract double Decode(int batch, int context, int steps);

    /// <summary>Makes sure that the long prompts of some sequences are in memory, by copying where the engine can.</summary>
    /// <param name="prefilled">The first so many are.</param>
    /// <param name="wanted">The first so many are wanted.</param>
    public abstract void FillOthers(int prefilled, int wanted);

    public abstract void Dispose();

    /// <summary>The same for all engines.</summary>
    public static int[] Prompt(int sequence, int tokens, int vocabulary)
    {
        var random = new Random(1000 + sequence);
        return [.. Enumerable.Range(0, tokens).Select(_ => random.Next(vocabulary))];
    }
}
