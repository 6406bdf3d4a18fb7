using Causeway.Engine.Formats;
using Causeway.Engine.Training;

namespace Causeway.Engine.Tests.Training;

public sealed class TrainedAttentionTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(3)]
    [InlineData(100)]
    [InlineData(150)]
    public void Attention_in_tiles_is_that_of_the_definition(int? window)
    {
        var config = SmallConfigs.Of(Architecture.Qwen3);
        var batch = PackedBatch.Of([.. new[] { 250, 1, 96, 97 }.Select(length => new TrainingExample(new int[length]))]);
        var random = new Random(3);
        var (q, k, v) = (Draw(config.Heads), Draw(config.KvHeads), Draw(config.KvHeads));
        var (o, logSums) = (new float[q.Length], new float[batch.Count * config.Heads]);
        new TrainedAttention(config, window).Forward(batch, new(q, k, v), o, logSums);

        for (var token = 0; token < batch.Count; token++)
            for (var head = 0; head < config.Heads; head++)
            {
                var (expected, logSum) = Definition(token, head);
                Assert.Equal(logSum, logSums[(token * config.Heads) + head], 1e-4);
                for (var i = 0; i < config.HeadLength; i++) Assert.Equal(expected[i], o[(((token * config.Heads) + head) * config.HeadLength) + i], 1e-4);
            }

        (double[] Output, double LogSum) Definition(int token, int head)
        {
            var keyHead = head * config.KvHeads / config.Heads;
            var first = Math.Max(token - batch.Positions[token], token - (window ?? token + 1) + 1);
            var weights = Enumerable.Range(first, token - first + 1).Select(key => Math.Exp(config.AttentionScale * Enumerable.Range(0, config.HeadLength)
                .Sum(i => (double)q[(((token * config.Heads) + head) * config.HeadLength) + i] * k[(((key * config.KvHeads) + keyHead) * config.HeadLength) + i]))).ToList();
            var output = Enumerable.Range(0, config.HeadLength)
                .Select(i => weights.Select((weight, at) => weight * v[((((first + at) * config.KvHeads) + keyHead) * config.HeadLength) + i]).Sum() / weights.Sum());
            return ([.. output], Math.Log(weights.Sum()));
        }

        float[] Draw(int heads) => [.. Enumerable.Range(0, batch.Count * heads * config.HeadLength).Select(_ => (float)((4 * random.NextDouble()) - 2))];
    }
}
