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
    private readonly ForwardScratch _scratch = new(model);

    /// <summary>Computes one batch and stores its keys and values in the cache.</summary>
    public void Run(Batch batch)
    {
        var (c, n) = (model.Config, batch.Rows);
        var s = _scratch.For(n, batch.Logits + batch.Hidden, batch.Logits);
        Embed(batch.Tokens, s.X);                                                        // x      [n, hidden]
        Angles(batch.Positions, s);                                                      // cos, sin [ropes, n, headLength/2]
        for (var l = 0; l < c.Layers.Length; l++)
        {
            var layer = model.Layers[l];
            NormRows(s.X, layer.AttentionNorm, s.H);                                     // h      [n, hidden]
            Multiply(layer.QueryKeyValue, s.H, s.Qkv, batch, l, LoraPlace.QueryKeyValue); // qkv    [n, (heads + 2 kvHeads) headLength]
            PrepareHeads(layer, s);                                                      // qkv    biased, normalised, rotated in place
            Attend(l, layer, batch, s);                                                  // a      [n, heads headLength]
            Multiply(layer.Output, s.A, s.H, batch, l, LoraPlace.Output);                // h      [n, hidden]
            AddRows(s.X, s.H, layer.PostAttentionNorm);                                  // x      [n, hidden]

            NormRows(s.X, layer.FeedForwardNorm, s.H);                                   // h      [n, hidden]
            Multiply(layer.GateUp, s.H, s.GateUp, batch, l, LoraPlace.GateUp);           // gateUp [n, 2 feedForward]
            Gate(s.GateUp, s.F);                                                         // f      [n, feedForward]
            Multiply(layer.Down, s.F, s.H, batch, l, LoraPlace.Down);                    // h      [n, hidden]
            AddRows(s.X, s.H, layer.PostFeedForwardNorm);                                // x      [n, hidden]
        }
        for (var o = 0; o < batch.OutputRows.Length; o++)                                // out    [outputs, hidden]
            Elementwise.RmsNorm(Row(s.X, batch.OutputRows[o], c.Hidden), model.FinalNorm, c.NormEpsilon, Row(s.Out, o, c.Hidden));
        if (batch.Logits > 0)
            model.Head.Multiply(s.Out[..(batch.Logits * c.Hidden)], s.Logits, batch.Logits, pool); // logits [logits, vocabulary]
    }

    /// <summary>[vocabulary]: what the last pass said of one of its outputs with logits. The caller may change it.</summary>
    public Span<float> Logits(int output) => Row(_scratch.AllLogits, output, model.Config.Vocabulary);

    /// <summary>[hidden]: the last pass's final hidden state of one of its outputs without logits.</summary>
    public ReadOnlySpan<float> Hidden(Batch batch, int output) => Row(_scratch.AllOut, batch.Logits + output, model.Config.Hidden);

    private static Span<float> Row(Span<float> matrix, int row, int length) => matrix.Slice(row * length, length);

    private void Embed(ReadOnlySpan<int> tokens, Span<float> x)
    {
        for (var i = 0; i < tokens.Length; i++) model.ReadEmbedding(tokens[i], Row(x, i, model.Config.Hidden));
        if (model.Config.EmbeddingScale != 1) TensorPrimitives.Multiply(x, model.Config.EmbeddingScale, x);
    }

    private void Angles(ReadOnlySpan<int> positions, ForwardRows s)
    {
        var half = model.Config.HeadLength / 2;
        for (var r = 0; r < model.Ropes.Length; r++)
        {
            for (var i = 0; i < positions.Length; i++)
            {
                var at = (r * positions.Length) + i;
                Elementwise.Angles(model.Ropes[r].Frequencies.AsSpan(), model.Ropes[r].Magnitude, positions[i], Row(s.Cosines, at, half), Row(s.Sines, at, half));
            }
        }
    }

    private void NormRows(ReadOnlySpan<float> x, float[] weight, Span<float> y)
    {
        var hidden = model.Config.Hidden;
        for (var at = 0; at < x.Length; at += hidden)
            Elementwise.RmsNorm(x.Slice(at, hidden), weight, model.Config.NormEpsilon, y.Slice(at, hidden));
    }

    // y = x Wᵀ for all rows, then for those with an adapter y += s (x Aᵀ) Bᵀ (Hu et al. 2021, arXiv:2106.09685).
    private void Multiply(PackedMatrix weight, ReadOnlySpan<float> x, Span<float> y, Batch batch, int layer, LoraPlace place)
    {
        weight.Multiply(x, y, batch.Rows, pool);
        for (var g = 0; g < batch.Groups.Count; g++)
        {
            var (adapter, first, rows) = batch.Groups[g];
            adapter?.Add(layer, place, x.Slice(first * weight.Columns, rows * weight.Columns), y.Slice(first * weight.Rows, rows * weight.Rows), rows, pool);
        }
    }

    // Qwen 2 adds a bias to q, k and v; Qwen 3 and Gemma 3 normalise each head of q and k; all but SmolLM 3's NoPE layers rotate q and k.
    private void PrepareHeads(LayerWeights layer, ForwardRows s)
    {
        var c = model.Config;
        var (length, stride, half) = (c.HeadLength, (c.Heads + (2 * c.KvHeads)) * c.HeadLength, c.HeadLength / 2);
        for (var i = 0; i < s.Rows; i++)
        {
            var row = Row(s.Qkv, i, stride);
            if (layer.QueryKeyValueBias is { } bias) TensorPrimitives.Add(row, bias, row);
            for (var head = 0; head < c.Heads + c.KvHeads; head++)
            {
                var vector = Row(row, head, length);
                var norm = head < c.Heads ? layer.QueryNorm : layer.KeyNorm;
                if (norm is not null) Elementwise.RmsNorm(vector, norm, c.NormEpsilon, vector);
                if (layer.Rope < 0) continue;
                var at = (layer.Rope * s.Rows) + i;
                Elementwise.Rotate(vector, Row(s.Cosines, at, half), Row(s.Sines, at, half));
            }
        }
    }

    private void Attend(int l, LayerWeights layer, Batch batch, ForwardRows s)
    {
        var c = model.Config;
        var (queries, keys) = (c.Heads * c.HeadLength, c.KvHeads * c.HeadLength);
        var (pages, stride) = (cache.Layer(l), queries + (2 * keys));
        Attention.Store(pages, batch.PageTable, batch.Segments, s.Qkv[queries..], s.Qkv[(queries + keys)..], stride);
        var shape = new AttentionShape(c.Heads, c.AttentionScale, layer.SlidingWindow ?? 0);
        Attention.Attend(pages, batch.PageTable, batch.Segments, shape, s.Qkv, stride, s.A, pool);
    }

    // Gemma 3 normalises what a block adds.
    private void AddRows(Span<float> x, Span<float> y, float[]? norm)
    {
        if (norm is not null) NormRows(y, norm, y);
        Elementwise.Add(x, y);
    }

    private void Gate(ReadOnlySpan<float> gateUp, Span<float> f)
    {
        var length = model.Config.FeedForward;
        for (var i = 0; i * length < f.Length; i++)
        {
            var gate = gateUp.Slice(2 * i * length, length);
            var up = gateUp.Slice(((2 * i) + 1) * length, length);
            if (model.Config.Activation == Activation.Silu) Elementwise.SiluGate(gate, up, Row(f, i, length));
            else Elementwise.GeluTanhGate(gate, up, Row(f, i, length));
        }
    }
}
