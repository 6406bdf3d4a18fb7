using Causeway.Engine.Sampling;
using CsCheck;

namespace Causeway.Engine.Tests.Sampling;

public sealed class SamplerTests
{
    [Fact]
    public void Temperature_zero_takes_the_most_likely_token_and_the_first_of_equal_ones() =>
        Assert.Equal(1, Next(new SamplingOptions { Temperature = 0 }, [1, 3, 2, 3]));

    [Fact]
    public void Draws_follow_the_probabilities()
    {
        float[] probabilities = [0.5f, 0.3f, 0.15f, 0.05f];
        Follows(probabilities, Draws(new SamplingOptions(), Logits(probabilities), 20_000));
    }

    [Fact]
    public void A_temperature_of_two_takes_the_root_of_the_probabilities()
    {
        float[] probabilities = [0.64f, 0.16f, 0.16f, 0.04f];
        Follows([0.444444f, 0.222222f, 0.222222f, 0.111111f], Draws(new SamplingOptions { Temperature = 2 }, Logits(probabilities), 20_000));
    }

    [Fact]
    public void Top_k_draws_from_the_most_likely_only() =>
        Follows([0.625f, 0.375f, 0, 0], Draws(new SamplingOptions { TopK = 2 }, Logits(0.5f, 0.3f, 0.15f, 0.05f), 20_000));

    [Fact]
    public void Top_p_keeps_the_smallest_set_that_reaches_it() =>
        Follows([0.625f, 0.375f, 0, 0], Draws(new SamplingOptions { TopP = 0.75f }, Logits(0.5f, 0.3f, 0.15f, 0.05f), 20_000));

    [Fact]
    public void Top_p_counts_what_top_k_left() =>
        // 0.625 and 0.375 are left; 0.6 is reached by the first.
        Follows([1, 0, 0, 0], Draws(new SamplingOptions { TopK = 2, TopP = 0.6f }, Logits(0.5f, 0.3f, 0.15f, 0.05f), 1_000));

    [Fact]
    public void Min_p_drops_what_is_unlikely_beside_the_most_likely() =>
        Follows([0.625f, 0.375f, 0, 0], Draws(new SamplingOptions { MinP = 0.4f }, Logits(0.5f, 0.3f, 0.15f, 0.05f), 20_000));

    [Fact]
    public void Top_p_zero_and_top_k_one_are_greedy()
    {
        Assert.All(Draws(new SamplingOptions { TopP = 0 }, Logits(0.3f, 0.4f, 0.3f), 200), token => Assert.Equal(1, token));
        Assert.All(Draws(new SamplingOptions { TopK = 1 }, Logits(0.3f, 0.4f, 0.3f), 200), token => Assert.Equal(1, token));
    }

    [Fact]
    public void Penalties_are_subtracted_as_OpenAI_says()
    {
        var sampler = new Sampler(new SamplingOptions { Temperature = 0, FrequencyPenalty = 0.5f, PresencePenalty = 1 }, 3, [2]);
        sampler.Accept(0);
        sampler.Accept(0);
        float[] logits = [2.5f, 0.4f, 0.6f];

        // 2.5 - 2 · 0.5 - 1 = 0.5; the prompt's token keeps its 0.6.
        Assert.Equal(2, sampler.Next(logits, [], new SamplingScratch(3)).Id);
        Assert.Equal([0.5f, 0.4f, 0.6f], logits);
    }

    [Fact]
    public void The_repetition_penalty_divides_positive_and_multiplies_negative_logits_of_prompt_and_answer()
    {
        var sampler = new Sampler(new SamplingOptions { Temperature = 0, RepetitionPenalty = 2 }, 4, [0, 1, 1]);
        sampler.Accept(2);
        float[] logits = [3, -1, 4, 1.75f];

        Assert.Equal(2, sampler.Next(logits, [], new SamplingScratch(4)).Id);
        Assert.Equal([1.5f, -2, 2, 1.75f], logits);
    }

    [Fact]
    public void A_bias_is_added_before_the_mask_so_it_cannot_let_a_token_through()
    {
        var options = new SamplingOptions { Temperature = 0, LogitBias = new Dictionary<int, float> { [2] = 100 } };
        Assert.Equal(2, Next(options, [1, 2, 0]));
        Assert.Equal(1, Next(options, [1, 2, 0], 0b011));
    }

    [Fact]
    public void A_mask_never_lets_a_forbidden_token_through() =>
        Gen.Select(Gen.Int[1, 400], Gen.Int, Gen.Float[0, 2], Gen.Int[0, 5], Gen.OneOf(Gen.Const(1f), Gen.Float[0, 1]), Gen.OneOf(Gen.Const(0f), Gen.Float[0, 1]))
            .Sample((vocabulary, seed, temperature, topK, topP, minP) =>
            {
                var random = new Random(seed);
                var logits = Enumerable.Range(0, vocabulary).Select(_ => (random.NextSingle() - 0.5f) * 20).ToArray();
                var allowed = new ulong[(vocabulary + 63) / 64];
                var share = random.NextDouble() * random.NextDouble();
                allowed[random.Next(vocabulary) is var one ? one / 64 : 0] |= 1UL << (one % 64);
                for (var i = 0; i < vocabulary; i++)
                {
                    if (random.NextDouble() < share) allowed[i / 64] |= 1UL << (i % 64);
                }
                var options = new SamplingOptions { Temperature = temperature, TopK = topK, TopP = topP, MinP = minP, Seed = seed };
                var id = new Sampler(options, vocabulary, [0]).Next(logits, allowed, new SamplingScratch(vocabulary)).Id;
                return (allowed[id / 64] >> (id % 64) & 1) == 1;
            }, iter: 2000);

    [Fact]
    public void A_logit_that_is_no_number_is_never_drawn_and_an_infinite_one_always()
    {
        Assert.All(Draws(new SamplingOptions(), [float.NaN, 0, float.NegativeInfinity, 0], 500), token => Assert.True(token is 1 or 3));
        Assert.All(Draws(new SamplingOptions { TopP = 0.9f }, [0, float.PositiveInfinity, 50, float.NaN], 500), token => Assert.Equal(1, token));
        Assert.Equal(1, Next(new SamplingOptions { Temperature = 0 }, [float.NaN, 0, float.NegativeInfinity]));
    }

    [Fact]
    public void Nothing_to_draw_is_an_error_and_no_token()
    {
        Assert.Throws<ArithmeticException>(() => Next(new SamplingOptions(), [float.NaN, float.NaN]));
        Assert.Throws<ArithmeticException>(() => Next(new SamplingOptions { Temperature = 0 }, [float.NaN, 1], 0b01));
        Assert.Throws<ArithmeticException>(() => Next(new SamplingOptions { TopK = 3 }, [float.NegativeInfinity, float.NaN]));
    }

    [Fact]
    public void Probabilities_are_those_before_temperature_penalties_and_mask()
    {
        var options = new SamplingOptions { Temperature = 0.1f, TopK = 1, TopLogprobs = 3, LogitBias = new Dictionary<int, float> { [3] = 9 } };
        var token = new Sampler(options, 4, [0]).Next(Logits(0.5f, 0.3f, 0.15f, 0.05f), [0b1010], new SamplingScratch(4));

        Assert.Equal(3, token.Id);
        Assert.Equal(MathF.Log(0.05f), token.Logprob, 1e-5f);
        Assert.Equal([0, 1, 2], token.Alternatives.Select(alternative => alternative.Id));
        Assert.Equal(MathF.Log(0.3f), token.Alternatives[1].Logprob, 1e-5f);
    }

    [Fact]
    public void Without_probabilities_asked_for_there_are_none()
    {
        var token = new Sampler(new SamplingOptions(), 2, [0]).Next(Logits(0.5f, 0.5f), [], new SamplingScratch(2));
        Assert.True(float.IsNaN(token.Logprob));
        Assert.Empty(token.Alternatives);
    }

    [Fact]
    public void A_seed_draws_the_same_every_time_and_another_seed_something_else()
    {
        var logits = Enumerable.Range(0, 1000).Select(i => MathF.Sin(i)).ToArray();
        Assert.Equal(Draws(new SamplingOptions { Seed = 7 }, logits, 50), Draws(new SamplingOptions { Seed = 7 }, logits, 50));
        Assert.NotEqual(Draws(new SamplingOptions { Seed = 7 }, logits, 50), Draws(new SamplingOptions { Seed = 8 }, logits, 50));
    }

    [Theory]
    [InlineData("Temperature")]
    [InlineData("TopP")]
    [InlineData("MinP")]
    [InlineData("TopK")]
    [InlineData("RepetitionPenalty")]
    [InlineData("FrequencyPenalty")]
    [InlineData("TopLogprobs")]
    [InlineData("LogitBias")]
    public void An_option_out_of_its_range_is_refused_by_name(string option)
    {
        var options = option switch
        {
            "Temperature" => new SamplingOptions { Temperature = float.NaN },
            "TopP" => new SamplingOptions { TopP = 1.5f },
            "MinP" => new SamplingOptions { MinP = -1 },
            "TopK" => new SamplingOptions { TopK = -1 },
            "RepetitionPenalty" => new SamplingOptions { RepetitionPenalty = 0 },
            "FrequencyPenalty" => new SamplingOptions { FrequencyPenalty = float.PositiveInfinity },
            "TopLogprobs" => new SamplingOptions { TopLogprobs = 1000 },
            _ => new SamplingOptions { LogitBias = new Dictionary<int, float> { [10] = 1 } },
        };
        Assert.Contains(option, Assert.Throws<ArgumentException>(() => new Sampler(options, 10, [0])).Message, StringComparison.Ordinal);
    }

    private static int Next(SamplingOptions options, float[] logits, params ulong[] allowed) =>
        new Sampler(options, logits.Length, [0]).Next([.. logits], allowed, new SamplingScratch(logits.Length)).Id;

    private static int[] Draws(SamplingOptions options, float[] logits, int count)
    {
        var sampler = new Sampler(options with { Seed = options.Seed ?? 42 }, logits.Length, [0]);
        var scratch = new SamplingScratch(logits.Length);
        return [.. Enumerable.Range(0, count).Select(_ => sampler.Next([.. logits], [], scratch).Id)];
    }

    private static float[] Logits(params float[] probabilities) => [.. probabilities.Select(p => MathF.Log(p) + 3)];

    // Chi-square, with so much room that a right sampler with this seed passes and one that is off by two percent does not.
    private static void Follows(float[] probabilities, int[] draws)
    {
        var chi = 0.0;
        for (var token = 0; token < probabilities.Length; token++)
        {
            var (seen, expected) = (draws.Count(draw => draw == token), probabilities[token] * draws.Length);
            if (expected == 0) Assert.Equal(0, seen);
            else chi += (seen - expected) * (seen - expected) / expected;
        }
        Assert.InRange(chi, 0, 16);
    }
}
