using System.Numerics.Tensors;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels;

/// <summary>
/// What a layer does to the heads of its rows before they attend. Qwen 2 adds a bias to queries, keys and values; Qwen 3 and Gemma 3 normalise each
/// head of queries and keys; all but SmolLM 3's NoPE layers rotate both. What is empty is not done.
/// </summary>
internal readonly ref struct HeadSteps
{
    /// <summary>[(heads + 2·kvHeads)·headLength]</summary>
    public ReadOnlySpan<float> Bias { get; init; }

    /// <summary>[headLength]</summary>
    public ReadOnlySpan<float> QueryNorm { get; init; }

    /// <summary>[headLength]</summary>
    public ReadOnlySpan<float> KeyNorm { get; init; }

    public float NormEpsilon { get; init; }

    /// <summary>[rows, headLength / 2]</summary>
    public ReadOnlySpan<float> Cosines { get; init; }

    /// <summary>[rows, headLength / 2]</summary>
    public ReadOnlySpan<float> Sines { get; init; }
}

/// <summary>Makes the queries of a group and its key ready, in place, and puts the key and the value into the cache.</summary>
/// <param name="rows">[rows, (heads + 2·kvHeads)·headLength]: queries, keys and values.</param>
internal readonly unsafe struct AttentionHeads(
    KvPages pages, int heads, float* rows, float epsilon, float* bias, float* queryNorm, float* keyNorm, float* cosines, float* sines)
{
    private int Length => pages.Layout.HeadLength;

    /// <summary>From one row to the next.</summary>
    public int Stride => (heads + (2 * pages.Layout.KvHeads)) * Length;

    /// <summary>The first query of a row's group.</summary>
    public float* Queries(int row, int kvHead) => rows + ((long)row * Stride) + ((long)kvHead * (heads / pages.Layout.KvHeads) * Length);

    /// <param name="table">The sequence's pages.</param>
    /// <param name="position">Where the row stands in its sequence.</param>
    public void Prepare(int row, int kvHead, int* table, int position)
    {
        var (page, slot) = Math.DivRem(position, KvLayout.PageLength);
        var block = pages.Page(table[page]) + pages.Layout.HeadOffset(kvHead);
        if (slot == 0) Fetch(block);
        var group = heads / pages.Layout.KvHeads;
        for (var head = kvHead * group; head < (kvHead + 1) * group; head++) Prepare(row, head, queryNorm);
        var key = Prepare(row, heads + kvHead, keyNorm);
        var value = Biased(row, heads + pages.Layout.KvHeads + kvHead);
        KvConversion.StoreHead(pages.Layout, block, slot, key, value);
    }

    // A row's key goes into as many cache lines as half a head is long, the same as the other rows' of its page, and each would be waited for by itself.
    private void Fetch(ushort* block)
    {
        const int Line = 64 / sizeof(ushort);
        for (var at = 0; Sse.IsSupported && at < 2 * pages.Layout.BlockElements; at += Line) Sse.Prefetch0(block + at);
    }

    private Span<float> Prepare(int row, int head, float* norm)
    {
        var vector = Biased(row, head);
        if (norm is not null) Elementwise.RmsNorm(vector, new ReadOnlySpan<float>(norm, Length), epsilon, vector);
        if (cosines is null) return vector;
        var half = Length / 2;
        Elementwise.Rotate(vector, new ReadOnlySpan<float>(cosines + ((long)row * half), half), new ReadOnlySpan<float>(sines + ((long)row * half), half));
        return vector;
    }

    private Span<float> Biased(int row, int head)
    {
        var vector = new Span<float>(rows + ((long)row * Stride) + ((long)head * Length), Length);
        if (bias is not null) TensorPrimitives.Add(vector, new ReadOnlySpan<float>(bias + ((long)head * Length), Length), vector);
        return vector;
    }
}
