using System.Buffers;
using System.Numerics.Tensors;
using Causeway.Engine.Formats;
using Causeway.Engine.Kernels;

namespace Causeway.Engine.Training;

/// <summary>
/// Causal attention of packed sequences, grouped queries. Scores are made for a tile of queries at a time, as a product of matrices, and are not kept: the
/// backward pass makes them again from the logarithm of each row's sum, so that memory grows with the length and not with its square (Dao et al. 2022,
/// arXiv:2205.14135). A piece of work is one sequence and one key head with all its queries, so that no two threads add to the same gradient.
/// </summary>
internal sealed class TrainedAttention(ModelConfig config, int? window)
{
    /// <summary>Queries of a tile: whole panels of the product's tiles.</summary>
    private const int TileQueries = 96;

    private readonly int _group = config.Heads / config.KvHeads;
    private readonly int _length = config.HeadLength;
    private readonly int _queryStride = config.Heads * config.HeadLength;
    private readonly int _keyStride = config.KvHeads * config.HeadLength;

    /// <param name="x">Queries, keys and values.</param>
    /// <param name="o">[tokens, heads, head length], overwritten.</param>
    /// <param name="logSums">[tokens, heads], overwritten: log Σ exp of each row's scores.</param>
    public void Forward(PackedBatch batch, Inputs x, float[] o, float[] logSums) =>
        ForEachTile(batch, tile =>
        {
            var scores = ArrayPool<float>.Shared.Rent(tile.Queries * tile.Keys);
            var weights = MatrixView.Of(scores, tile.Queries, tile.Keys);
            Sgemm.MultiplyAlone(QueriesOf(x.Q, tile), KeysOf(x.K, tile).Transpose(), weights, add: false);
            for (var i = 0; i < tile.Queries; i++)
            {
                var row = Seen(scores, tile, i);
                var max = config.AttentionScale * TensorPrimitives.Max(row);
                Exponentials(row, max);
                var sum = TensorPrimitives.Sum(row);
                logSums[((tile.FirstQuery + i) * config.Heads) + tile.Head] = max + MathF.Log(sum);
                TensorPrimitives.Multiply(row, 1 / sum, row);
            }
            Sgemm.MultiplyAlone(weights, KeysOf(x.V, tile), QueriesOf(o, tile), add: false);
            ArrayPool<float>.Shared.Return(scores);
        });

    /// <summary>Adds to the gradients of queries, keys and values.</summary>
    /// <param name="o">The output of the forward pass.</param>
    /// <param name="d">[tokens, heads, head length], the gradient of the output.</param>
    public void AddBackward(PackedBatch batch, Inputs x, float[] o, float[] logSums, float[] d, Inputs gradients) =>
        ForEachTile(batch, tile =>
        {
            var scores = ArrayPool<float>.Shared.Rent(tile.Queries * tile.Keys);
            var dScores = ArrayPool<float>.Shared.Rent(tile.Queries * tile.Keys);
            var weights = MatrixView.Of(scores, tile.Queries, tile.Keys);
            var dWeights = MatrixView.Of(dScores, tile.Queries, tile.Keys);
            Sgemm.MultiplyAlone(QueriesOf(x.Q, tile), KeysOf(x.K, tile).Transpose(), weights, add: false);
            Sgemm.MultiplyAlone(QueriesOf(d, tile), KeysOf(x.V, tile).Transpose(), dWeights, add: false);
            for (var i = 0; i < tile.Queries; i++)
            {
                var row = Seen(scores, tile, i);
                var dRow = Seen(dScores, tile, i);
                var token = tile.FirstQuery + i;
                Exponentials(row, logSums[(token * config.Heads) + tile.Head]);
                var mean = TensorPrimitives.Dot(Query(d, token, tile.Head), Query(o, token, tile.Head));
                TensorPrimitives.AddMultiply(dRow, -mean, row, dRow);
                TensorPrimitives.Multiply(dRow, config.AttentionScale, dRow);
            }
            Sgemm.MultiplyAlone(weights.Transpose(), QueriesOf(d, tile), KeysOf(gradients.V, tile), add: true);
            Sgemm.MultiplyAlone(dWeights, KeysOf(x.K, tile), QueriesOf(gradients.Q, tile), add: true);
            Sgemm.MultiplyAlone(dWeights.Transpose(), QueriesOf(x.Q, tile), KeysOf(gradients.K, tile), add: true);
            ArrayPool<float>.Shared.Return(dScores);
            ArrayPool<float>.Shared.Return(scores);
        });

    /// <summary>Queries [tokens, heads, head length], keys and values [tokens, key heads, head length], or their gradients.</summary>
    internal sealed record Inputs(float[] Q, float[] K, float[] V);

    /// <summary>Neighbouring queries of one head and all keys that any of them sees.</summary>
    private readonly record struct Tile(int Head, int FirstQuery, int Queries, int FirstKey, int Keys);

    private void ForEachTile(PackedBatch batch, Action<Tile> work) =>
        Parallel.For(0, batch.Sequences * config.KvHeads, LoopThreads.OfCaller, at =>
        {
            var (sequence, keyHead) = Math.DivRem(at, config.KvHeads);
            var (start, end) = (batch.Starts[sequence], batch.Starts[sequence + 1]);
            for (var head = keyHead * _group; head < (keyHead + 1) * _group; head++)
                for (var query = start; query < end; query += TileQueries)
                {
                    var last = Math.Min(end, query + TileQueries);
                    var first = window is { } length ? Math.Max(start, query - length + 1) : start;
                    work(new Tile(head, query, last - query, first, last - first));
                }
        });

    /// <summary>The part of a row of scores that its query sees; the rest of the row becomes 0.</summary>
    private Span<float> Seen(float[] scores, in Tile tile, int row)
    {
        var all = scores.AsSpan(row * tile.Keys, tile.Keys);
        var end = tile.FirstQuery + row + 1 - tile.FirstKey;
        var from = window is { } length ? Math.Max(0, end - length) : 0;
        all[..from].Clear();
        all[end..].Clear();
        return all[from..end];
    }

    /// <summary>exp(scale · score - less)</summary>
    private void Exponentials(Span<float> scores, float less)
    {
        TensorPrimitives.Multiply(scores, config.AttentionScale, scores);
        TensorPrimitives.Subtract(scores, less, scores);
        TensorPrimitives.Exp(scores, scores);
    }

    private MatrixView QueriesOf(float[] of, in Tile tile) =>
        MatrixView.Of(of, (tile.FirstQuery * _queryStride) + (tile.Head * _length), tile.Queries, _length, _queryStride);

    private MatrixView KeysOf(float[] of, in Tile tile) =>
        MatrixView.Of(of, (tile.FirstKey * _keyStride) + (tile.Head / _group * _length), tile.Keys, _length, _keyStride);

    private Span<float> Query(float[] of, int token, int head) => of.AsSpan((token * _queryStride) + (head * _length), _length);
}
