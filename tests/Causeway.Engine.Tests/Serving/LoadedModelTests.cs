using Causeway.Engine.Sampling;
using Causeway.Engine.Serving;

namespace Causeway.Engine.Tests.Serving;

public sealed class LoadedModelTests
{
    [Fact]
    public async Task An_answer_comes_token_by_token_and_says_how_it_ended()
    {
        await using var model = new RandomDecoder().Load();
        await using var generation = model.Start(Greedy(ForwardTests.Tokens(20, 1), 12));

        var tokens = await Read(generation);
        var outcome = await generation.Completion;

        Assert.Equal(12, tokens.Count);
        Assert.Equal((GenerationEnd.Length, 20, 0, 12), (outcome.End, outcome.PromptTokens, outcome.CachedTokens, outcome.GeneratedTokens));
    }

    [Fact]
    public async Task The_same_prompt_is_answered_alike_from_the_cache()
    {
        await using var model = new RandomDecoder().Load();
        var prompt = ForwardTests.Tokens(100, 1);
        var first = model.Start(Greedy(prompt, 20));
        var said = await Read(first);
        var second = model.Start(Greedy(prompt, 20));

        Assert.Equal(said, await Read(second));
        Assert.Equal(96, (await second.Completion).CachedTokens);
        Assert.Equal(96, second.CachedTokens);
    }

    [Fact]
    public async Task Two_hundred_answers_of_any_length_at_once_are_what_each_is_alone()
    {
        var decoder = new RandomDecoder();
        await using var model = decoder.Load(new LoadOptions { Threads = 2, ContextTokens = 128, MaxSequences = 8, QueueLength = 200, KvBytes = decoder.Pages(20), AvailableBytes = 1L << 30 });
        var requests = Enumerable.Range(0, 200).Select(i => Greedy(ForwardTests.Tokens(1 + (i * 7 % 33), i % 3), 10 + (i * 13 % 60))).ToArray();

        var together = await Task.WhenAll(requests.Select(async request => await Read(model.Start(request))));

        for (var i = 0; i < 200; i += 20) Assert.Equal(await Read(model.Start(requests[i])), together[i]);
        Assert.True(model.Counters.CachedTokens > 0);
        Assert.True(model.Counters.Preemptions > 0);
        Assert.Equal((0, 0, 0), (model.Counters.Running, model.Counters.Queued, model.Counters.KvPagesUsed));
    }

    [Fact]
    public async Task Disposal_ends_what_runs_and_what_waits_as_cancelled_and_refuses_the_next()
    {
        var model = new RandomDecoder().Load();
        var generations = Enumerable.Range(0, 40).Select(i => model.Start(Greedy([i], 200))).ToArray();
        var embedding = model.EmbedAsync(ForwardTests.Tokens(200, 1));
        await model.DisposeAsync();

        Assert.All(await Task.WhenAll(generations.Select(generation => generation.Completion)), outcome => Assert.Equal(GenerationEnd.Cancelled, outcome.End));
        Assert.True(embedding.IsCompleted);
        Assert.Throws<ObjectDisposedException>(() => model.Start(Greedy([1], 1)));
        model.Dispose();
    }

    [Fact]
    public async Task A_token_of_the_caller_cancels_and_so_does_leaving_the_loop()
    {
        await using var model = new RandomDecoder().Load();
        using var cancel = new CancellationTokenSource();
        var cancelled = model.Start(Greedy([1], 250), cancel.Token);
        var left = model.Start(Greedy([2], 250));
        await cancel.CancelAsync();
        await foreach (var token in left.ReadAllAsync()) break;

        Assert.Equal(GenerationEnd.Cancelled, (await cancelled.Completion).End);
        Assert.Equal(GenerationEnd.Cancelled, (await left.Completion).End);
    }

    [Fact]
    public async Task An_embedding_is_a_unit_vector_that_does_not_depend_on_how_the_text_was_cut_into_passes()
    {
        var decoder = new RandomDecoder();
        var tokens = ForwardTests.Tokens(100, 1);
        await using var model = decoder.Load();
        await using var piecewise = decoder.Load(new LoadOptions { Threads = 1, ContextTokens = 128, PrefillAlone = 7, AvailableBytes = 1L << 30 });
        foreach (var pooling in Enum.GetValues<Pooling>())
        {
            var whole = await model.EmbedAsync(tokens, pooling);
            Assert.Equal(1, whole.Sum(x => x * x), 1e-4f);
            ForwardTests.Same(whole, await piecewise.EmbedAsync(tokens, pooling));
            Assert.NotEqual(whole, await model.EmbedAsync(tokens[..99], pooling));
        }
    }

    [Fact]
    public async Task A_request_that_makes_no_sense_or_can_never_fit_is_refused_at_once()
    {
        await using var model = new RandomDecoder(context: 64).Load();
        Assert.Throws<ArgumentException>(() => model.Start(Greedy([], 1)));
        Assert.Throws<ArgumentException>(() => model.Start(Greedy([97], 1)));
        Assert.Throws<ArgumentException>(() => model.Start(Greedy([-1], 1)));
        Assert.Throws<ArgumentException>(() => model.Start(Greedy([1], 0)));
        Assert.Throws<ArgumentException>(() => model.Start(Greedy([1], 1) with { Adapter = "none" }));
        var refused = Assert.Throws<PromptTooLongException>(() => model.Start(Greedy(new int[64], 1)));
        Assert.Equal((64, 64), (refused.Tokens, refused.Room));
        await model.Start(Greedy(new int[63], 1)).Completion;
    }

    [Fact]
    public void A_model_that_does_not_fit_is_refused_with_both_numbers()
    {
        var decoder = new RandomDecoder();
        var refused = Assert.Throws<InsufficientMemoryException>(() => decoder.Load(new LoadOptions { AvailableBytes = 1 << 20, KvBytes = 3 << 20 }));
        Assert.Contains("needs 5.4 MiB", refused.Message, StringComparison.Ordinal);
        Assert.Contains("1 MiB are available", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => decoder.Load(new LoadOptions { KvBytes = 10 }));
    }

    [Fact]
    public void Memory_for_keys_and_values_is_four_contexts_or_half_of_what_is_left_but_one_context_at_least()
    {
        var decoder = new RandomDecoder(context: 256);
        var context = decoder.Pages(16);
        long Kv(long available) => MemoryEstimate.Of(decoder.Config, decoder.Tensors, new LoadOptions { AvailableBytes = available }).Kv;
        var rest = MemoryEstimate.Of(decoder.Config, decoder.Tensors, new LoadOptions { AvailableBytes = 1L << 40 });

        Assert.Equal(4 * context, rest.Kv);
        Assert.Equal(2 * context, Kv(rest.Weights + rest.Scratch + (4 * context)));
        Assert.Equal(context, Kv(0));
    }

    [Fact]
    public async Task Warming_up_needs_no_caller_and_loading_tells_how_far_it_is()
    {
        var decoder = new RandomDecoder();
        var shares = new List<double>();
        await using var model = LoadedModel.Load(
            decoder.Config, decoder.Tensors, [], new LoadOptions { Threads = 1, AvailableBytes = 1L << 30 }, new Told(shares));
        await model.WarmUpAsync();
        Assert.Equal([1 / 3.0, 2 / 3.0, 1], shares);
        Assert.Equal(2, model.Counters.GeneratedTokens);
    }

    private sealed class Told(List<double> shares) : IProgress<double>
    {
        public void Report(double value) => shares.Add(value);
    }

    internal static GenerationRequest Greedy(int[] prompt, int tokens) =>
        new() { Prompt = prompt, MaxTokens = tokens, Sampling = new SamplingOptions { Temperature = 0 } };

    internal static async Task<List<int>> Read(Generation generation)
    {
        var tokens = new List<int>();
        await foreach (var token in generation.ReadAllAsync()) tokens.Add(token.Id);
        return tokens;
    }
}
