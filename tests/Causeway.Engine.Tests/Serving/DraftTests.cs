using System.Globalization;
using Causeway.Engine.Constraints;
using Causeway.Engine.Formats;
using Causeway.Engine.Sampling;
using Causeway.Engine.Serving;
using Causeway.TinyModels;
using CsCheck;

namespace Causeway.Engine.Tests.Serving;

/// <summary>With drafts every answer is what it is without them, token for token and to the last bit of every probability.</summary>
public sealed class DraftTests
{
    private static readonly Gen<SamplingOptions> _sampling =
        from temperature in Any(0f, 0f, 0.05f, 0.5f, 2f)
        from topK in Any(0, 1, 2, 3)
        from penalty in Any(0f, 0f, 0.3f, -0.5f)
        from repetition in Any(1f, 1f, 1.1f)
        from bias in Gen.Select(Gen.Int[0, 96], Gen.Float[-2, 5]).Array[0, 3]
        from logprobs in Any(-1, 0, 3)
        from seed in Gen.Long
        select new SamplingOptions
        {
            Temperature = temperature, TopK = topK, FrequencyPenalty = penalty, PresencePenalty = penalty, RepetitionPenalty = repetition,
            LogitBias = bias.DistinctBy(pair => pair.Item1).ToDictionary(pair => pair.Item1, pair => pair.Item2), TopLogprobs = logprobs, Seed = seed,
        };

    // A few tokens again and again: then drafts are made by chance, and some of them come.
    private static readonly Gen<int[]> _prompt = Gen.OneOf(Gen.Int[0, 96].Array[1, 60], Gen.Int[0, 4].Array[1, 60], Gen.Int[0, 96].Array[1, 9].Select(part => Enumerable.Repeat(part, 4).SelectMany(x => x).ToArray()));

    private static readonly Gen<Order> _order =
        from prompt in _prompt
        from tokens in Gen.Int[1, 70]
        from sampling in _sampling
        from ends in Gen.Int[0, 96].Array[0, 2]
        from adapter in Any(null, null, "a", "b")
        from constraint in Any(0, 0, 0, 1, 5)
        from goesOn in Gen.Bool
        select new Order(new GenerationRequest { Prompt = prompt, MaxTokens = tokens, Sampling = sampling, EndTokens = ends, Adapter = adapter }, constraint, goesOn);

    public static TheoryData<Architecture> Families => new(Enum.GetValues<Architecture>());

    [Theory, MemberData(nameof(Families))]
    public async Task Answers_of_any_kind_are_the_same_with_drafts_and_without(Architecture architecture)
    {
        var decoder = new RandomDecoder(architecture);
        var (a, b) = (AdapterTests.Random(decoder, 1), AdapterTests.Random(decoder, 2));
        var options = new LoadOptions { Threads = 1, ContextTokens = 256, KvBytes = decoder.Pages(16), AvailableBytes = 1L << 30 };
        await using var plain = decoder.Load(options with { Drafts = false });
        await using var drafting = decoder.Load(options);
        foreach (var model in new[] { plain, drafting })
        {
            model.AddAdapter("a", a);
            model.AddAdapter("b", b);
        }
        _order.Array[1, 5].Sample(orders =>
        {
            // One after the other without; at once, with so few pages that some have to give way, with.
            var expected = orders.SelectMany(order => order.Run(plain).GetAwaiter().GetResult()).ToArray();
            var said = Task.WhenAll(orders.Select(order => order.Run(drafting))).GetAwaiter().GetResult().SelectMany(texts => texts).ToArray();
            Assert.Equal(expected, said);
        }, iter: 12, threads: 1);

        Assert.Equal(0, plain.Counters.DraftedTokens);
        Assert.InRange(drafting.Counters.AcceptedTokens, 1, drafting.Counters.DraftedTokens - 1);
        Assert.Equal((0, 0), (drafting.Counters.Running, drafting.Counters.KvPagesUsed));
    }

    [Theory]
    [InlineData(TinyType.F16)]
    [InlineData(TinyType.BF16)]
    [InlineData(TinyType.Q8_0)]
    [InlineData(TinyType.Q4_0)]
    [InlineData(TinyType.Q4_K)]
    [InlineData(TinyType.Q6_K)]
    public async Task Every_type_of_weights_says_the_same_with_drafts_and_without(TinyType type)
    {
        using var folder = new TinyFolder();
        var file = TinyModel.Create(TinyArchitecture.Qwen3, seed: 5, TinyShape.Of256).WriteGguf(folder.File("m.gguf"), type);
        var request = new GenerationRequest { Prompt = [1, 2, 3, 1, 2, 3, 1, 2, 3], MaxTokens = 150, Sampling = new SamplingOptions { Temperature = 0.7f, TopK = 2, TopLogprobs = 1, Seed = 3 } };
        var options = new LoadOptions { Threads = 1, ContextTokens = 256, AvailableBytes = 1L << 30 };
        await using var plain = LoadedModel.Load(ModelFiles.Open(file), options with { Drafts = false });
        await using var drafting = LoadedModel.Load(ModelFiles.Open(file), options);

        Assert.Equal(await Text(plain.Start(request)), await Text(drafting.Start(request)));

        Assert.True(drafting.Counters.DraftedTokens > 0);
    }

    private static Gen<T> Any<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static async Task<string> Text(Generation generation)
    {
        var tokens = new List<string>();
        await foreach (var token in generation.ReadAllAsync())
            tokens.Add($"{token.Id} {Bits(token.Logprob)} {string.Join(',', token.Alternatives.Select(other => $"{other.Id}:{Bits(other.Logprob)}"))}");
        return string.Join('\n', [.. tokens, (await generation.Completion).End]);
    }

    private static int Bits(float number) => BitConverter.SingleToInt32Bits(number);

    /// <param name="Turns">Places of the constraint; 0 for none.</param>
    /// <param name="GoesOn">Asks once more, with what was said as part of the prompt: then its pages are found again.</param>
    private sealed record Order(GenerationRequest Request, int Turns, bool GoesOn)
    {
        public async Task<string[]> Run(LoadedModel model)
        {
            var first = await Text(model.Start(Request with { Constraint = Turns > 0 ? new Turning(Turns) : null }));
            if (!GoesOn) return [first];
            var said = first.Split('\n')[..^1].Select(line => int.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture));
            return [first, await Text(model.Start(Request with { Prompt = [.. Request.Prompt, .. said, 7, 8, 9] }))];
        }
    }

    /// <summary>Allows other tokens at each of its places, and towards the end takes back what was drawn, once.</summary>
    private sealed class Turning(int places) : TokenConstraint
    {
        private const int Width = 3;
        private int _place;
        private bool _isClosing;

        public override bool IsFree => false;

        public override bool MayEnd => false;

        public override bool IsClosing => _isClosing;

        public override void FillMask(Span<ulong> allowed)
        {
            allowed.Clear();
            for (var token = _place * Width; token < (_place + 1) * Width; token++) allowed[token >> 6] |= 1UL << token;
        }

        public override bool Accept(int token, int tokensLeft)
        {
            if (tokensLeft < 5 && !_isClosing) return !(_isClosing = true);
            _place = (_place + 1) % places;
            return true;
        }
    }
}
