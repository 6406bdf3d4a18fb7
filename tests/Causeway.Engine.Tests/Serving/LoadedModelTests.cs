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

    internal static GenerationRequest Greedy(int[] prompt, int tokens) =>
        new() { Prompt = prompt, MaxTokens = tokens, Sampling = new SamplingOptions { Temperature = 0 } };

    internal static async Task<List<int>> Read(Generation generation)
    {
        var tokens = new List<int>();
        await foreach (var token in generation.ReadAllAsync()) tokens.Add(token.Id);
        return tokens;
    }
}
