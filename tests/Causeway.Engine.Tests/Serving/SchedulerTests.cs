using Causeway.Engine.Constraints;
using Causeway.Engine.Kernels;
using Causeway.Engine.Sampling;
using Causeway.Engine.Serving;

namespace Causeway.Engine.Tests.Serving;

/// <summary>The scheduler's decisions, one pass at a time on the test's own thread.</summary>
public sealed class SchedulerTests
{
    [Fact]
    public async Task A_running_answer_gets_a_token_in_every_pass_while_a_long_prompt_is_computed()
    {
        using var bench = new Bench();
        var answer = bench.Start(ForwardTests.Tokens(5, 1), 30);
        bench.Step();
        bench.Start(ForwardTests.Tokens(200, 2), 5);

        for (var pass = 1; pass <= 20; pass++)
        {
            bench.Step();
            Assert.Equal(1 + pass, bench.Counters.GeneratedTokens);
        }
        Assert.Equal(5 + (20 * bench.Options.PrefillBesideAnswers), bench.Counters.PromptTokens);
        await bench.RunToEnd();
        Assert.Equal(30, (await LoadedModelTests.Read(answer)).Count);
    }

    [Fact]
    public void A_request_beyond_the_queue_is_refused_and_the_next_taken_when_one_has_ended()
    {
        using var bench = new Bench(new LoadOptions { MaxSequences = 1, QueueLength = 1 });
        var first = bench.Start([1], 5);
        bench.Start([2], 5);

        var busy = Assert.Throws<EngineBusyException>(() => bench.Start([3], 5));
        Assert.Equal((1, 1), (busy.Running, busy.Queued));
        first.Cancel();
        bench.Step();
        bench.Start([3], 5);
    }

    [Fact]
    public async Task A_cancelled_answer_ends_before_the_next_token_and_gives_its_pages_back()
    {
        using var bench = new Bench();
        var generation = bench.Start(ForwardTests.Tokens(20, 1), 50);
        bench.Step();
        bench.Step();
        generation.Cancel();
        bench.Step();

        Assert.Equal(2, (await LoadedModelTests.Read(generation)).Count);
        Assert.Equal(GenerationEnd.Cancelled, (await generation.Completion).End);
        Assert.Equal((0, 0), (bench.Counters.Running, bench.Counters.KvPagesUsed));
    }

    [Fact]
    public async Task A_request_cancelled_while_it_waits_never_runs()
    {
        using var bench = new Bench(new LoadOptions { MaxSequences = 1 });
        bench.Start([1], 5);
        var waiting = bench.Start([2], 5);
        bench.Step();
        waiting.Cancel();
        bench.Step();
        Assert.Equal((GenerationEnd.Cancelled, 0), ((await waiting.Completion).End, (await waiting.Completion).GeneratedTokens));
    }

    [Fact]
    public async Task A_reader_that_sleeps_pauses_its_own_answer_and_no_other()
    {
        using var bench = new Bench();
        var sleeper = bench.Start([1], 100);
        var other = bench.Start([2], 60);
        var read = LoadedModelTests.Read(other);
        for (var pass = 0; pass < 60; pass++)
        {
            await Bench.Settled(() => other.HasRoom);
            bench.Step();
        }

        Assert.Equal(60, (await read).Count);
        Assert.Equal(60 + Generation.Ahead, bench.Counters.GeneratedTokens);
        Assert.False(bench.Step());

        var rest = LoadedModelTests.Read(sleeper);
        await bench.RunToEnd();
        Assert.Equal(100, (await rest).Count);
    }

    [Fact]
    public async Task Answers_that_outgrow_the_memory_give_way_to_earlier_ones_and_say_the_same_in_the_end()
    {
        int[][] prompts = [ForwardTests.Tokens(30, 1), ForwardTests.Tokens(30, 2), ForwardTests.Tokens(30, 3)];
        using var wide = new Bench();
        var expected = new List<List<int>>();
        foreach (var prompt in prompts)
        {
            var generation = wide.Start(prompt, 30);
            await wide.RunToEnd();
            expected.Add(await LoadedModelTests.Read(generation));
        }

        using var narrow = new Bench(pages: 9);
        var answers = prompts.Select(prompt => narrow.Start(prompt, 30)).ToArray();
        var reads = answers.Select(LoadedModelTests.Read).ToArray();
        await narrow.RunToEnd();

        Assert.True(narrow.Counters.Preemptions > 0);
        Assert.Equal(expected, await Task.WhenAll(reads));
    }

    [Fact]
    public async Task A_sleeping_reader_gives_its_memory_to_those_who_read()
    {
        using var bench = new Bench(pages: 4);
        var sleeper = bench.Start(ForwardTests.Tokens(30, 1), 34);
        for (var pass = 0; pass < Generation.Ahead + 1; pass++) bench.Step();
        Assert.Equal(4, bench.Counters.KvPagesUsed);

        var other = LoadedModelTests.Read(bench.Start(ForwardTests.Tokens(30, 2), 30));
        await bench.RunToEnd(until: other);
        Assert.Equal(30, (await other).Count);

        var rest = LoadedModelTests.Read(sleeper);
        await bench.RunToEnd();
        Assert.Equal(34, (await rest).Count);
    }

    [Fact]
    public void Several_answers_to_one_prompt_compute_it_once()
    {
        using var bench = new Bench();
        var prompt = ForwardTests.Tokens(100, 1);
        for (var i = 0; i < 4; i++) bench.Start(prompt, 3);
        for (var pass = 0; pass < 5; pass++) bench.Step();

        Assert.Equal(100 + (3 * 4), bench.Counters.PromptTokens);
        Assert.Equal(3 * 96, bench.Counters.CachedTokens);
    }

    [Fact]
    public void Pages_that_nobody_used_for_longest_are_given_away_first()
    {
        using var bench = new Bench(pages: 6);
        foreach (var seed in new[] { 1, 2, 1, 3 })
        {
            var generation = bench.Start(ForwardTests.Tokens(40, seed), 1);
            bench.Step();
            Assert.True(generation.Completion.IsCompleted);
        }

        // Two pages of each prompt stay, and one makes do for what does not fill a page: five are taken when the third prompt asks for three. The
        // first prompt's were used since, so the second's last one goes.
        var cached = bench.Counters.CachedTokens;
        bench.Start(ForwardTests.Tokens(40, 1), 1);
        bench.Step();
        Assert.Equal(32, bench.Counters.CachedTokens - cached);
        bench.Start(ForwardTests.Tokens(40, 2), 1);
        bench.Step();
        Assert.Equal(32 + 16, bench.Counters.CachedTokens - cached);
    }

    [Fact]
    public async Task A_full_context_ends_the_answer_with_length()
    {
        using var bench = new Bench(context: 48);
        var generation = bench.Start(ForwardTests.Tokens(40, 1), 1000);
        await bench.RunToEnd();
        Assert.Equal(8, (await LoadedModelTests.Read(generation)).Count);
        Assert.Equal(GenerationEnd.Length, (await generation.Completion).End);
    }

    [Fact]
    public async Task An_end_token_ends_the_answer_and_is_no_part_of_it()
    {
        using var bench = new Bench();
        var prompt = ForwardTests.Tokens(10, 1);
        var whole = bench.Start(prompt, 8);
        await bench.RunToEnd();
        var said = await LoadedModelTests.Read(whole);
        var end = said.Skip(3).First(token => said.IndexOf(token) >= 3);

        var cut = bench.Start(prompt, 8, request => request with { EndTokens = [end] });
        await bench.RunToEnd();
        Assert.Equal(said.TakeWhile(token => token != end), await LoadedModelTests.Read(cut));
        Assert.Equal(GenerationEnd.Stop, (await cut.Completion).End);
    }

    [Fact]
    public async Task A_constraint_is_asked_before_each_token_and_told_after_it()
    {
        using var bench = new Bench();
        var constraint = new Countdown(5);
        var generation = bench.Start(ForwardTests.Tokens(10, 1), 50, request => request with { Constraint = constraint });
        await bench.RunToEnd();
        Assert.Equal([5, 4, 3, 2, 1], await LoadedModelTests.Read(generation));
        Assert.Equal(GenerationEnd.Stop, (await generation.Completion).End);
    }

    [Fact]
    public async Task What_breaks_in_one_answer_breaks_that_answer_only()
    {
        using var bench = new Bench();
        var broken = bench.Start([1], 10, request => request with { Constraint = new Countdown(3) { Breaks = true } });
        var other = bench.Start([2], 10);
        await bench.RunToEnd();

        await Assert.ThrowsAsync<InvalidOperationException>(() => LoadedModelTests.Read(broken));
        await Assert.ThrowsAsync<InvalidOperationException>(() => broken.Completion);
        Assert.Equal(10, (await LoadedModelTests.Read(other)).Count);
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(2, 8)]
    [InlineData(3, 1)]
    public async Task One_or_two_answers_that_repeat_themselves_take_fewer_passes(int answers, int tokensOfAPass)
    {
        using var bench = new Bench();
        var reads = Enumerable.Range(0, answers).Select(i => LoadedModelTests.Read(bench.Start([90 + i], 60, request => request with { Constraint = new Carousel() }))).ToArray();
        await bench.RunToEnd(Task.WhenAll(reads));

        var said = Enumerable.Range(0, 60).Select(i => i % Carousel.Tokens);
        Assert.All(await Task.WhenAll(reads), read => Assert.Equal(said, read));
        // Two rounds and a shorter draft until it is known how it goes on, and a last draft that is cut.
        Assert.InRange(bench.Counters.Passes, 60 / tokensOfAPass, (60 / tokensOfAPass) + (tokensOfAPass == 1 ? 0 : 12));
        Assert.Equal(60 - bench.Counters.Passes, bench.Counters.AcceptedTokens / answers);
    }

    [Fact]
    public void A_token_costs_few_bytes_of_the_collectors_heap()
    {
        using var bench = new Bench();
        var generation = bench.Start(ForwardTests.Tokens(10, 1), 25);
        for (var pass = 0; pass < 4; pass++) bench.Step();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var pass = 0; pass < 16; pass++) bench.Step();
        var perToken = (GC.GetAllocatedBytesForCurrentThread() - before) / 16;

        // 21: lists of tokens and the queue of those that nobody has read grow now and then.
        Assert.InRange(perToken, 0, 32);
        Assert.False(generation.Completion.IsCompleted);
    }

    [Fact]
    public async Task An_embedding_that_had_to_give_way_is_the_same_in_the_end()
    {
        using var bench = new Bench(new LoadOptions { PrefillBesideAnswers = 2 }, pages: 9);
        var tokens = ForwardTests.Tokens(60, 5);
        var alone = bench.Embed(tokens);
        await bench.RunToEnd();

        var answers = new[] { bench.Start(ForwardTests.Tokens(14, 1), 30), bench.Start(ForwardTests.Tokens(14, 2), 30) };
        var reads = answers.Select(LoadedModelTests.Read).ToArray();
        bench.Step();
        var beside = bench.Embed(tokens);
        await bench.RunToEnd();
        await Task.WhenAll(reads);
        Assert.True(bench.Counters.Preemptions > 0);
        ForwardTests.Same(await alone, await beside);
    }

    /// <summary>Says n, n-1, …, 1 and then has nothing to say.</summary>
    private sealed class Countdown(int next) : TokenConstraint
    {
        private int _next = next;

        public bool Breaks { get; init; }

        public override bool IsFree => false;

        public override bool MayEnd => _next == 0;

        public override void FillMask(Span<ulong> allowed)
        {
            if (Breaks && _next == 2) throw new InvalidOperationException("This constraint broke.");
            allowed.Clear();
            if (_next > 0) allowed[0] = 1UL << _next;
        }

        public override bool IsClosing => false;

        public override bool Accept(int token, int tokensLeft)
        {
            _next = token - 1;
            return true;
        }
    }

    /// <summary>Says the same few tokens round and round.</summary>
    private sealed class Carousel : TokenConstraint
    {
        public const int Tokens = 4;
        private int _next;

        public override bool IsFree => false;

        public override bool MayEnd => false;

        public override bool IsClosing => false;

        public override void FillMask(Span<ulong> allowed)
        {
            allowed.Clear();
            allowed[0] = 1UL << _next;
        }

        public override bool Accept(int token, int tokensLeft)
        {
            _next = (token + 1) % Tokens;
            return true;
        }
    }

    /// <summary>A model whose passes the test runs itself.</summary>
    private sealed class Bench : IDisposable
    {
        private readonly WorkerPool _pool = new(1);
        private readonly Model _model;
        private readonly KvCache _cache;
        private readonly Scheduler _scheduler;
        private readonly ServingTotals _totals = new(TimeProvider.System);
        private readonly SamplingScratch _scratch;
        private readonly int _context;

        public Bench(LoadOptions? options = null, int pages = 64, int context = 256)
        {
            var decoder = new RandomDecoder();
            Options = options ?? new LoadOptions { PrefillBesideAnswers = 8 };
            _context = Math.Min(context, pages * KvLayout.PageLength);
            _model = Model.Load(decoder.Config, decoder.Tensors, _pool);
            _cache = new KvCache(decoder.Config, pages);
            _scheduler = new Scheduler(new Forward(_model, _cache, _pool), _cache, Options, _totals);
            _scratch = new SamplingScratch(decoder.Config.Vocabulary);
        }

        public LoadOptions Options { get; }

        public EngineCounters Counters => _scheduler.Counters;

        public Generation Start(int[] prompt, int tokens, Func<GenerationRequest, GenerationRequest>? with = null)
        {
            var request = LoadedModelTests.Greedy(prompt, tokens);
            if (with is not null) request = with(request);
            var generation = new Generation(prompt.Length, () => { });
            var sampler = new Sampler(request.Sampling, _model.Config.Vocabulary, prompt);
            var limit = Math.Min(_context, prompt.Length + tokens);
            _scheduler.Add(new GenerationSequence(request, generation, sampler, null, [.. request.EndTokens], limit, _totals, _scratch));
            return generation;
        }

        public Task<float[]> Embed(int[] tokens)
        {
            var sequence = new EmbeddingSequence(tokens, Pooling.Mean, _model.Config.Hidden, null, CancellationToken.None);
            _scheduler.Add(sequence);
            return sequence.Completion;
        }

        public bool Step() => _scheduler.Step();

        /// <summary>Passes until nothing is left, waiting for readers that have begun to read.</summary>
        public async Task RunToEnd(Task? until = null)
        {
            for (var idle = 0; idle < 10_000 && until is not { IsCompleted: true };)
            {
                if (_scheduler.Step())
                {
                    idle = 0;
                    continue;
                }
                if (until is null && _scheduler.Counters is { Running: 0, Queued: 0 }) return;
                idle++;
                await Task.Yield();
            }
        }

        public static async Task Settled(Func<bool> holds)
        {
            for (var i = 0; i < 100_000 && !holds(); i++) await Task.Yield();
        }

        public void Dispose()
        {
            _scheduler.Close(Ending.Cancelled);
            _model.Dispose();
            _cache.Dispose();
            _pool.Dispose();
        }
    }
}
