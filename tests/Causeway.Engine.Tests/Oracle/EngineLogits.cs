using Causeway.Engine.Adapters;
using Causeway.Engine.Formats;
using Causeway.Engine.Kernels;
using Causeway.Engine.Serving;

namespace Causeway.Engine.Tests.Oracle;

/// <summary>What the engine's forward pass says of a prompt in one batch, without a scheduler.</summary>
internal static class EngineLogits
{
    /// <summary>[tokens][vocabulary]</summary>
    public static float[][] Of(ModelFiles files, int[] tokens, LoraFiles? adapterFiles = null)
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
        return logits;
    }
}
