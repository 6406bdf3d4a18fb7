using Causeway.Engine.Adapters;
using Causeway.Engine.Formats;
using Causeway.Engine.Kernels;
using Causeway.Engine.Serving;

namespace Causeway.Engine.Tests.Oracle;

/// <summary>What the engine's forward pass says of a prompt in one batch, without a scheduler.</summary>
internal static class EngineLogits
{
    /// <summary>[tokens][vocabulary]</summary>
    public static float[][] Of(ModelFiles files, int[] tokens, LoraFiles? adapterFiles = null) => WithCache(files, tokens, adapterFiles).Logits;

    /// <summary>[tokens][vocabulary], and the keys and values that were kept.</summary>
    public static (float[][] Logits, Dictionary<KvPlace, double> Kept) WithCache(ModelFiles files, int[] tokens, LoraFiles? adapterFiles = null)
    {
        using var pool = new WorkerPool(2);
        using var model = Model.Load(files.Config, files.Tensors, pool);
        using var cache = new KvCache(files.Config, KvLayout.PagesFor(tokens.Length));
        var adapter = adapterFiles is null ? null : LoraAdapter.Create("tests", -2, files.Config, adapterFiles.Modules, pool);
        var pages = new List<int>();
        while (pages.Count < KvLayout.PagesFor(tokens.Length))
        {
            Assert.True(cache.TryTake(out var page));
            pages.Add(page);
        }
        var (batch, forward) = (new Batch(), new Forward(model, cache, pool));
        var part = batch.Add(tokens, 0, pages, adapter, BatchOutput.AllLogits);
        batch.LayOut();
        forward.Run(batch);
        var logits = tokens.Select((_, i) => forward.Logits(batch.FirstOutput(part) + i).ToArray()).ToArray();
        adapter?.Release();
        return (logits, Enumerable.Range(0, files.Config.Layers.Length).SelectMany(layer => Read(cache.Layer(layer), pages, layer, tokens.Length)).ToDictionary());
    }

    // As KvLayout describes it.
    private static unsafe List<KeyValuePair<KvPlace, double>> Read(KvPages cache, List<int> pages, int layer, int positions)
    {
        var (layout, kept) = (cache.Layout, new List<KeyValuePair<KvPlace, double>>());
        for (var at = 0; at < layout.KvHeads * layout.HeadLength; at++)
        {
            var (head, d) = Math.DivRem(at, layout.HeadLength);
            for (var position = 0; position < positions; position++)
            {
                var (page, slot) = Math.DivRem(position, KvLayout.PageLength);
                var block = (Half*)cache.Page(pages[page]) + layout.HeadOffset(head);
                kept.Add(new(new KvPlace(layer, true, position, at), (double)block[(d / 2 * 2 * KvLayout.PageLength) + (slot * 2) + (d % 2)]));
                kept.Add(new(new KvPlace(layer, false, position, at), (double)block[layout.BlockElements + (slot * layout.HeadLength) + d]));
            }
        }
        return kept;
    }
}
