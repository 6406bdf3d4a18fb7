using System.Globalization;
using Causeway.Engine.Formats;
using Causeway.Engine.Kernels;

namespace Causeway.Engine.Serving;

/// <summary>What a model will take of the machine's memory, before anything is loaded. All numbers are bytes.</summary>
/// <param name="Weights">The packed matrices.</param>
/// <param name="Kv">Keys and values of all sequences; taken from the system as it is used.</param>
/// <param name="Scratch">Buffers of the largest pass.</param>
/// <param name="Available">What the machine, or the container, has free; or what the options allow.</param>
/// <param name="ContextTokens">Tokens of prompt and answer together that a sequence can have.</param>
public sealed record MemoryEstimate(long Weights, long Kv, long Scratch, long Available, int ContextTokens)
{
    /// <summary>Weights, keys and values, and scratch.</summary>
    public long Needed => Weights + Kv + Scratch;

    public bool Fits => Needed <= Available;

    /// <summary>Pages of keys and values.</summary>
    internal int Pages { get; private init; }

    /// <summary>Works it out from the shapes alone.</summary>
    /// <exception cref="ArgumentException">The bytes for keys and values do not hold a single page.</exception>
    public static MemoryEstimate Of(ModelConfig config, TensorSet tensors, LoadOptions options)
    {
        // What is packed is as large as what is stored; norms and biases do not count.
        var weights = tensors.All.Where(tensor => tensor.Shape.Length > 1).Sum(tensor => (long)tensor.Rows * tensor.RowBytes);
        var context = Math.Min(options.ContextTokens, config.Context);
        var logits = options.Drafts ? Math.Max(options.MaxSequences, Scheduler.DraftRows) : options.MaxSequences;
        var scratch = ForwardScratch.Bytes(config, options.PrefillAlone + logits, logits);
        var available = options.AvailableBytes ?? AvailableMemory.Bytes();
        var page = KvCache.PageBytes(config);
        var oneContext = page * KvLayout.PagesFor(context);
        var kv = options.KvBytes ?? Math.Max(oneContext, Math.Min(4 * oneContext, (available - weights - scratch) / 2));
        if (kv < page)
            throw new ArgumentException($"KvBytes is {kv}, less than one page of {KvLayout.PageLength} tokens, which takes {page}.", nameof(options));
        var pages = (int)Math.Min(kv / page, int.MaxValue / KvLayout.PageLength);
        return new MemoryEstimate(weights, pages * page, scratch, available, (int)Math.Min(context, (long)pages * KvLayout.PageLength)) { Pages = pages };
    }

    /// <summary>Refuses what does not fit.</summary>
    /// <exception cref="InsufficientMemoryException">It names what is needed and what there is.</exception>
    public void Check()
    {
        if (Fits) return;
        throw new InsufficientMemoryException(
            $"The model needs {Size(Needed)} ({Size(Weights)} of weights, {Size(Kv)} of keys and values, {Size(Scratch)} of buffers), and {Size(Available)} are available. " +
            "A smaller context, fewer bytes of keys and values or a smaller file type needs less.");
    }

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.#} MiB");
}
