using Causeway.Engine.Formats;
using Causeway.Engine.Kernels;
using Causeway.Engine.Serving;

namespace Causeway.Engine.Tests.Serving;

public sealed class ForwardTests
{
    public static TheoryData<Architecture> Families => new(Enum.GetValues<Architecture>());

    [Theory]
    [MemberData(nameof(Families))]
    public void Token_by_token_says_what_the_whole_prompt_at_once_says(Architecture architecture)
    {
        using var machine = new Machine(new RandomDecoder(architecture));
        var tokens = Tokens(45, 3);
        var pages = machine.Pages(45);
        var atOnce = machine.Run((tokens, 0, pages));

        var again = machine.Pages(45);
        var single = tokens.SelectMany((token, i) => machine.Run(([token], i, again))[0]).ToArray();

        Same(atOnce[0].ToArray(), single);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void A_sequence_says_the_same_alone_and_among_others(Architecture architecture)
    {
        using var machine = new Machine(new RandomDecoder(architecture));
        var prompts = new[] { Tokens(20, 1), Tokens(33, 2), Tokens(1, 3) };
        var alone = prompts.Select(prompt => machine.Run((prompt, 0, machine.Pages(prompt.Length)))[0]).ToArray();

        // The second one in two pieces, the first of them beside the first sequence.
        var pages = prompts.Select(prompt => machine.Pages(prompt.Length)).ToArray();
        var first = machine.Run((prompts[0], 0, pages[0]), (prompts[1][..18], 0, pages[1]));
        var second = machine.Run((prompts[2], 0, pages[2]), (prompts[1][18..], 18, pages[1]));

        Same(alone[0], first[0]);
        Same(alone[1], [.. first[1], .. second[1]]);
        Same(alone[2], second[0]);
    }

    [Fact]
    public void A_window_hides_what_lies_before_it()
    {
        using var machine = new Machine(new RandomDecoder(Architecture.Gemma3));
        Assert.Contains(machine.Decoder.Config.Layers, layer => layer.SlidingWindow is not null);
        var (one, other) = (Tokens(40, 1), Tokens(40, 1));
        other[0]++;

        // The middle layer sees all, so the last logits differ; that they differ less than with the full view is what the oracle's tests say.
        var (a, b) = (machine.Run((one, 0, machine.Pages(40)))[0], machine.Run((other, 0, machine.Pages(40)))[0]);
        Assert.NotEqual(a[^97..], b[^97..]);
    }

    internal static int[] Tokens(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(96))];
    }

    internal static void Same(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 2e-4f * (1 + MathF.Abs(expected[i])));
    }

    /// <summary>A forward pass with its cache, without a scheduler.</summary>
    private sealed class Machine : IDisposable
    {
        private readonly WorkerPool _pool = new(2);
        private readonly Model _model;
        private readonly KvCache _cache;
        private readonly Forward _forward;
        private readonly Batch _batch = new();

        public Machine(RandomDecoder decoder)
        {
            Decoder = decoder;
            _model = Model.Load(decoder.Config, decoder.Tensors, _pool);
            _cache = new KvCache(decoder.Config, 64);
            _forward = new Forward(_model, _cache, _pool);
        }

        public RandomDecoder Decoder { get; }

        public List<int> Pages(int tokens)
        {
            var pages = new List<int>();
            for (var i = 0; i < KvLayout.PagesFor(tokens); i++)
            {
                Assert.True(_cache.TryTake(out var page));
                pages.Add(page);
            }
            return pages;
        }

        /// <summary>All logits of each part, one after the other.</summary>
        public float[][] Run(params (int[] Tokens, int Position, List<int> Pages)[] parts)
        {
            _batch.Clear();
            foreach (var (tokens, position, pages) in parts) _batch.Add(tokens, position, pages, null, BatchOutput.AllLogits);
            _batch.LayOut();
            _forward.Run(_batch);
            return [.. parts.Select((part, p) => Enumerable.Range(0, part.Tokens.Length).SelectMany(i => _forward.Logits(_batch.FirstOutput(p) + i).ToArray()).ToArray())];
        }

        public void Dispose()
        {
            _model.Dispose();
            _cache.Dispose();
            _pool.Dispose();
        }
    }
}
