using Causeway.Engine.Kernels;

namespace Causeway.Engine.Tests.Kernels;

public sealed class AttentionTests
{
    [Theory]
    [InlineData(16, 8, 128, 0)]
    [InlineData(4, 4, 64, 0)]
    [InlineData(9, 3, 64, 0)]
    [InlineData(4, 2, 96, 0)]
    [InlineData(4, 1, 256, 20)]
    [InlineData(8, 2, 80, 5)]
    [InlineData(2, 1, 6, 1)]
    [InlineData(14, 2, 64, 33)]
    public void Prompts_and_single_tokens_of_several_sequences_attend_as_the_definition_says(int heads, int kvHeads, int headLength, int window)
    {
        var layout = new KvLayout(kvHeads, headLength);
        var shape = new AttentionShape(heads, 1 / MathF.Sqrt(headLength), window);
        using var cache = new KvCacheFixture(layout, pages: 24);
        using var pool = new WorkerPool(3);
        var random = new Random(7);
        // Three sequences whose pages lie scattered.
        var table = Enumerable.Range(0, 24).OrderBy(_ => random.Next()).ToArray();
        AttentionSegment[][] passes =
        [
            [new(0, 37, 0, 0), new(37, 1, 0, 8), new(38, 16, 0, 16)],
            [new(0, 1, 37, 0), new(1, 50, 1, 8), new(51, 1, 16, 16)],
            [new(0, 60, 38, 0), new(60, 3, 51, 8), new(63, 1, 17, 16)],
            [new(0, 1, 98, 0), new(1, 1, 54, 8), new(2, 1, 18, 16)],
        ];
        foreach (var segments in passes)
        {
            var rows = segments.Sum(segment => segment.Rows);
            var (width, keys) = (heads * headLength, rows * kvHeads * headLength);
            var queries = Numbers.Gaussian(random, rows * width);
            var output = new float[rows * width];
            var all = cache.Rows(segments, queries, Numbers.Gaussian(random, keys), Numbers.Gaussian(random, keys));
            Attention.Run(cache.Pages, table, segments, shape, default, all, output, pool);
            foreach (var segment in segments)
            {
                for (var i = 0; i < segment.Rows; i++)
                {
                    var row = segment.FirstRow + i;
                    var expected = cache.Expected(shape, segment, i, queries.AsSpan(row * width, width));
                    // Float32 sums of some hundred products.
                    for (var d = 0; d < width; d++) Assert.Equal(expected[d], output[(row * width) + d], 2e-5);
                }
            }
        }
    }

    [Theory]
    [InlineData(16, 8, 128, 0)]
    [InlineData(4, 1, 64, 20)]
    [InlineData(14, 2, 96, 0)]
    [InlineData(4, 2, 96, 0)]
    [InlineData(2, 2, 80, 0)]
    [InlineData(8, 1, 256, 0)]
    public void A_rows_result_does_not_depend_on_the_rows_beside_it(int heads, int kvHeads, int headLength, int window)
    {
        using var cache = new KvCacheFixture(new KvLayout(kvHeads, headLength), pages: 20);
        using var pool = new WorkerPool(2);
        var (random, table, width) = (new Random(3), Enumerable.Range(0, 20).ToArray(), heads * headLength);
        AttentionSegment[] all = [new(0, 300, 0, 0)];
        var shape = new AttentionShape(heads, 0.1f, window);
        var stride = width + (2 * kvHeads * headLength);
        var rows = Numbers.Gaussian(random, 300 * stride);
        var (together, alone) = (new float[300 * width], new float[width]);
        Attention.Run(cache.Pages, table, all, shape, default, rows, together, pool);
        for (var row = 0; row < 300; row += 7)
        {
            AttentionSegment[] one = [new(0, 1, row, 0)];
            Attention.Run(cache.Pages, table, one, shape, default, rows.AsSpan(row * stride, stride), alone, pool);
            Assert.Equal(together[(row * width)..((row + 1) * width)], alone);
        }
    }

    [Fact]
    public void Numbers_beyond_16_bits_are_stored_as_the_greatest_and_tiny_ones_as_zero()
    {
        using var cache = new KvCacheFixture(new KvLayout(1, 2), pages: 1);
        using var pool = new WorkerPool(1);
        AttentionSegment[] segment = [new(0, 1, 0, 0)];
        var output = new float[2];
        Attention.Run(cache.Pages, [0], segment, new AttentionShape(1, 1, 0), default, new float[] { 0, 0, 0, 0, 1e9f, 1e-7f }, output, pool);
        Assert.Equal([65504f, 0f], output);
    }

    [Theory]
    [InlineData(3, 128)]
    [InlineData(90, 64)]
    [InlineData(40, 6)]
    public void Heads_are_biased_normalised_and_rotated_before_they_attend(int count, int headLength)
    {
        const int Heads = 6, KvHeads = 2, All = Heads + (2 * KvHeads);
        using var pool = new WorkerPool(3);
        var random = new Random(11);
        var (table, half) = (Enumerable.Range(0, 6).ToArray(), headLength / 2);
        AttentionSegment[] segments = [new(0, count, 0, 0)];
        var rows = Numbers.Gaussian(random, count * All * headLength);
        var (bias, queryNorm, keyNorm) = (Numbers.Gaussian(random, All * headLength), Numbers.Gaussian(random, headLength), Numbers.Gaussian(random, headLength));
        var (cosines, sines) = (Numbers.Gaussian(random, count * half), Numbers.Gaussian(random, count * half));
        var ready = rows.ToArray();
        for (var at = 0; at < count * All; at++)
        {
            var (row, head) = (at / All, at % All);
            var vector = ready.AsSpan(at * headLength, headLength);
            for (var i = 0; i < headLength; i++) vector[i] += bias[(head * headLength) + i];
            if (head >= Heads + KvHeads) continue;
            Elementwise.RmsNorm(vector, head < Heads ? queryNorm : keyNorm, 1e-5f, vector);
            Elementwise.Rotate(vector, cosines.AsSpan(row * half, half), sines.AsSpan(row * half, half));
        }
        var steps = new HeadSteps { Bias = bias, QueryNorm = queryNorm, KeyNorm = keyNorm, NormEpsilon = 1e-5f, Cosines = cosines, Sines = sines };
        Assert.Equal(Attend(ready, default), Attend(rows, steps));

        float[] Attend(float[] from, HeadSteps steps)
        {
            using var cache = new KvCacheFixture(new KvLayout(KvHeads, headLength), pages: 6);
            var output = new float[count * Heads * headLength];
            Attention.Run(cache.Pages, table, segments, new AttentionShape(Heads, 0.3f, 0), steps, from, output, pool);
            return output;
        }
    }
}
