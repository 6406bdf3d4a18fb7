using System.Numerics.Tensors;
using Causeway.Engine.Adapters;
using Causeway.Engine.Formats;
using Causeway.Engine.Kernels;
using Causeway.Engine.Serving;

namespace Causeway.Engine;

/// <summary>
/// A decoder from tokens to logits: Llama (arXiv:2302.13971), Qwen 2 (arXiv:2407.10671), Qwen 3 (arXiv:2505.09388), SmolLM 3 and Gemma 3
/// (arXiv:2503.19786) are one skeleton whose parts are there or not. Read <see cref="Run"/> from top to bottom. One pass at a time.
/// </summary>
internal sealed class Forward(Model model, KvCache cache, WorkerPool pool)
{
    // Below so many rows, what happens between the matrices is over before another thread has heard of it.
    private const int RowsWorthSharing = 4;

    private readonly ForwardScratch _scratch = new(model);

    /// <summary>Computes one batch and stores its keys and values in the cache.</summary>
    public void Run(Batch batch)
    {
        var (c, s) = (model.Config, _scratch);
        s.Begin(batch.Rows, batch.Logits + batch.Hidden, batch.Logits);                   // n      = batch.Rows
        Embed(batch.Tokens);                                                              // x      [n, hidden]
        Angles(batch.Positions);                                                          // cos, sin [ropes, n, headLength/2]
        for (var l = 0; l < c.Layers.Length; l++)
        {
            var layer = model.Layers[l];
            Share(RowStep.AttentionNorm, layer);                                          // h      [n, hidden]
            Multiply(layer.QueryKeyValue, s.H, s.Qkv, batch, l, LoraPlace.QueryKeyValue); // qkv    [n, (heads + 2 kvHeads) headLength]
            Attend(l, layer, batch);                                                      // a      [n, heads headLength]
            Multiply(layer.Output, s.A, s.H, batch, l, LoraPlace.Output);                 // h      [n, hidden]
            Share(RowStep.AddAndFeedForwardNorm, layer);                                  // x, h   [n, hidden]
            Multiply(layer.GateUp, s.H, s.GateUp, batch, l, LoraPlace.GateUp);            // gateUp [n, 2 feedForward]
            Share(RowStep.Gate, layer);                                                   // f      [n, feedForward]
            Multiply(layer.Down, s.F, s.H, batch, l, LoraPlace.Down);                     // h      [n, hidden]
            Share(RowStep.Add, layer);                                                    // x      [n, hidden]
        }
        for (var o = 0; o < batch.OutputRows.Length; o++)                                 // out    [outputs, hidden]
            Elementwise.RmsNorm(Row(s.X, batch.OutputRows[o], c.Hidden), model.FinalNorm, c.NormEpsilon, Row(s.Out, o, c.Hidden));
        if (batch.Logits > 0)
            model.Head.Multiply(s.Out[..(batch.Logits * c.Hidden)], s.Logits, batch.Logits, pool); // logits [logits, vocabulary]
    }

    /// <summary>[vocabulary]: what the last pass said of one of its outputs with logits. The caller may change it.</summary>
    public Span<float> Logits(int output) => Row(_scratch.Logits, output, model.Config.Vocabulary);

    /// <summary>[hidden]: the last pass's final hidden state of one of its outputs without logits.</summary>
    public ReadOnlySpan<float> Hidden(Batch batch, int output) => Row(_scratch.Out, batch.Logits + output, model.Config.Hidden);

    private static Span<float> Row(Span<float> matrix, int row, int length) => matrix.Slice(row * length, length);

    private void Embed(ReadOnlySpan<int> tokens)
    {
        var x = _scratch.X;
        for (var i = 0; i < tokens.Length; i++) model.ReadEmbedding(tokens[i], Row(x, i, model.Config.Hidden));
        if (model.Config.EmbeddingScale != 1) TensorPrimitives.Multiply(x, model.Config.EmbeddingScale, x);
    }

    private void Angles(ReadOnlySpan<int> positions)
    {
        var (s, half) = (_scratch, model.Config.HeadLength / 2);
        for (var r = 0; r < model.Ropes.Length; r++)
        {
            var rope = model.Ropes[r];
            for (var i = 0; i < positions.Length; i++)
            {
                var at = (r * positions.Length) + i;
                Elementwise.Angles(rope.Frequencies.AsSpan(), rope.Magnitude, positions[i], Row(s.Cosines, at, half), Row(s.Sines, at, half));
            }
        }
    }

    // y = x Wᵀ for all rows, then for those with an adapter y += s (x Aᵀ) Bᵀ (Hu et al. 2021, arXiv:2106.09685).
    private void Multiply(PackedMatrix weight, ReadOnlySpan<float> x, Span<float> y, Batch batch, int layer, LoraPlace place)
    {
        weight.Multiply(x, y, batch.Rows, pool);
        for (var g = 0; g < batch.Groups.Count; g++)
        {
            var (adapter, first, rows) = batch.Groups[g];
            var from = x.Slice(first * weight.Columns, rows * weight.Columns);
            var to = y.Slice(first * weight.Rows, rows * weight.Rows);
            adapter?.Add(layer, place, from, to, rows, pool);
        }
    }

    private void Attend(int l, LayerWeights layer, Batch batch)
    {
        var (c, s) = (model.Config, _scratch);
        var angles = s.Rows * c.HeadLength / 2;
        var steps = new HeadSteps
        {
            Bias = layer.QueryKeyValueBias,
            QueryNorm = layer.QueryNorm,
            KeyNorm = layer.KeyNorm,
            NormEpsilon = c.NormEpsilon,
            Cosines = layer.Rope < 0 ? default : s.Cosines.Slice(layer.Rope * angles, angles),
            Sines = layer.Rope < 0 ? default : s.Sines.Slice(layer.Rope * angles, angles),
        };
        var shape = new AttentionShape(c.Heads, c.AttentionScale, layer.SlidingWindow ?? 0);
        Attention.Run(cache.Layer(l), batch.PageTable, batch.Segments, shape, steps, s.Qkv, s.A, pool);
    }

    // What is done to each row by itself; many rows are shared between the threads.
    private void Share(RowStep step, LayerWeights layer)
    {
        var rows = _scratch.Rows;
        var pieces = rows < RowsWorthSharing ? 1 : Math.Min(rows, 4 * pool.Threads);
        var work = new RowPieces(this, step, layer, rows, pieces);
        if (pieces == 1) work.Do(0);
        else pool.Run(pieces, ref work);
    }

    private void Do(RowStep step, LayerWeights layer, int row)
    {
        var (c, s) = (model.Config, _scratch);
        var x = Row(s.X, row, c.Hidden);
        var h = Row(s.H, row, c.Hidden);
        switch (step)
        {
            case RowStep.AttentionNorm:
                Elementwise.RmsNorm(x, layer.AttentionNorm, c.NormEpsilon, h);
                break;
            case RowStep.AddAndFeedForwardNorm:
                Add(x, h, layer.PostAttentionNorm);
                Elementwise.RmsNorm(x, layer.FeedForwardNorm, c.NormEpsilon, h);
                break;
            case RowStep.Gate:
                Gate(Row(s.GateUp, row, 2 * c.FeedForward), Row(s.F, row, c.FeedForward));
                break;
            case RowStep.Add:
                Add(x, h, layer.PostFeedForwardNorm);
                break;
        }
    }

    // Gemma 3 normalises what a block adds.
    private void Add(Span<float> x, Span<float> y, float[]? norm)
    {
        if (norm is not null) Elementwise.RmsNorm(y, norm, model.Config.NormEpsilon, y);
        Elementwise.Add(x, y);
    }

    private void Gate(ReadOnlySpan<float> gateUp, Span<float> f)
    {
        var gate = gateUp[..f.Length];
        var up = gateUp[f.Length..];
        if (model.Config.Activation == Activation.Silu) Elementwise.SiluGate(gate, up, f);
        else Elementwise.GeluTanhGate(gate, up, f);
    }

    private enum RowStep
    {
        AttentionNorm,
        AddAndFeedForwardNorm,
        Gate,
        Add,
    }

    private readonly struct RowPieces(Forward forward, RowStep step, LayerWeights layer, int rows, int pieces) : IPieces
    {
        public void Do(int piece)
        {
            for (var row = rows * piece / pieces; row < rows * (piece + 1) / pieces; row++) forward.Do(step, layer, row);
        }
    }
}
