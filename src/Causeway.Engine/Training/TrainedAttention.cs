using System.Numerics.Tensors;
using Causeway.Engine.Formats;

namespace Causeway.Engine.Training;

/// <summary>
/// Causal attention of packed sequences, grouped queries. Probabilities are not kept: the backward pass makes them again from the logarithm of each row's
/// sum, so that memory grows with the length and not with its square (Dao et al. 2022, arXiv:2205.14135). A piece of work is one sequence and one
/// key head with all its queries, so that no two threads add to the same gradient.
/// </summary>
internal sealed class TrainedAttention(ModelConfig config, int? window)
{
    private readonly int _group = config.Heads / config.KvHeads;
    private readonly int _length = config.HeadLength;
    private readonly int _queryStride = config.Heads * config.HeadLength;
    private readonly int _keyStride = config.KvHeads * config.HeadLength;

    /// <param name="q">[tokens, heads, head length]</param>
    /// <param name="k">[tokens, key heads, head length]</param>
    /// <param name="v">[tokens, key heads, head length]</param>
    /// <param name="o">[tokens, heads, head length], overwritten.</param>
    /// <param name="logSums">[tokens, heads], overwritten: log Σ exp of each row's scores.</param>
    public void Forward(PackedBatch batch, float[] q, float[] k, float[] v, float[] o, float[] logSums) =>
        ForEachPiece(batch, (start, end, keyHead) =>
        {
            var scores = new float[end - start];
            for (var head = keyHead * _group; head < (keyHead + 1) * _group; head++)
            {
                for (var i = start; i < end; i++)
                {
                    var row = Scores(q, k, scores, start, i, head, keyHead);
                    var max = TensorPrimitives.Max(row);
                    TensorPrimitives.Subtract(row, max, row);
                    TensorPrimitives.Exp(row, row);
                    var sum = TensorPrimitives.Sum(row);
                    logSums[(i * config.Heads) + head] = max + MathF.Log(sum);

                    var output = Query(o, i, head);
                    output.Clear();
                    for (var j = 0; j < row.Length; j++)
                        TensorPrimitives.MultiplyAdd(Key(v, i + 1 - row.Length + j, keyHead), row[j] / sum, output, output);
                }
            }
        });

    /// <summary>Adds to the gradients of queries, keys and values.</summary>
    /// <param name="o">The output of the forward pass.</param>
    /// <param name="d">[tokens, heads, head length], the gradient of the output.</param>
    public void AddBackward(PackedBatch batch, in Inputs x, float[] o, float[] logSums, float[] d, in Inputs gradients)
    {
        var (q, k, v) = (x.Q, x.K, x.V);
        var (dq, dk, dv) = (gradients.Q, gradients.K, gradients.V);
        ForEachPiece(batch, (start, end, keyHead) =>
        {
            var scores = new float[end - start];
            for (var head = keyHead * _group; head < (keyHead + 1) * _group; head++)
            {
                for (var i = start; i < end; i++)
                {
                    var row = Scores(q, k, scores, start, i, head, keyHead);
                    TensorPrimitives.Subtract(row, logSums[(i * config.Heads) + head], row);
                    TensorPrimitives.Exp(row, row);
                    var dOut = Query(d, i, head);
                    var mean = TensorPrimitives.Dot(dOut, Query(o, i, head));
                    var query = Query(q, i, head);
                    var dQuery = Query(dq, i, head);
                    for (var j = 0; j < row.Length; j++)
                    {
                        var at = i + 1 - row.Length + j;
                        var dValue = Key(dv, at, keyHead);
                        TensorPrimitives.MultiplyAdd(dOut, row[j], dValue, dValue);
                        var dScore = row[j] * (TensorPrimitives.Dot(dOut, Key(v, at, keyHead)) - mean) * config.AttentionScale;
                        TensorPrimitives.MultiplyAdd(Key(k, at, keyHead), dScore, dQuery, dQuery);
                        var dKey = Key(dk, at, keyHead);
                        TensorPrimitives.MultiplyAdd(query, dScore, dKey, dKey);
                    }
                }
            }
        });
    }

    /// <summary>Queries, keys and values, or their gradients.</summary>
    internal readonly record struct Inputs(float[] Q, float[] K, float[] V);

    private void ForEachPiece(PackedBatch batch, Action<int, int, int> piece) =>
        Parallel.For(0, batch.Sequences * config.KvHeads, at =>
        {
            var (sequence, keyHead) = Math.DivRem(at, config.KvHeads);
            piece(batch.Starts[sequence], batch.Starts[sequence + 1], keyHead);
        });

    /// <summary>The scores of token i against those it sees; the last is its own.</summary>
    private Span<float> Scores(float[] q, float[] k, float[] into, int start, int i, int head, int keyHead)
    {
        var from = window is { } length ? Math.Max(start, i - length + 1) : start;
        var row = into.AsSpan(0, i - from + 1);
        var query = Query(q, i, head);
        for (var j = 0; j < row.Length; j++) row[j] = config.AttentionScale * TensorPrimitives.Dot(query, Key(k, from + j, keyHead));
        return row;
    }

    private Span<float> Query(float[] of, int token, int head) => of.AsSpan((token * _queryStride) + (head * _length), _length);
    private Span<float> Key(float[] of, int token, int head) => of.AsSpan((token * _keyStride) + (head * _length), _length);
}
