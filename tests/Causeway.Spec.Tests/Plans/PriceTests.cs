using Causeway.Spec.Plans;
using Causeway.Wire.Chat;
using CsCheck;

namespace Causeway.Spec.Tests.Plans;

public sealed class PriceTests
{
    private static readonly ModelPrice Price = new(2.5m, 10m, 1.25m);

    [Fact]
    public void Cached_tokens_are_part_of_the_prompt_at_their_own_price() =>
        // 800 x 2.50 + 200 x 1.25 + 100 x 10 = 3,250 dollars for a million such requests.
        Assert.Equal(3_250_000, Price.Cost(new TokenUsage(Prompt: 1000, Completion: 100, Cached: 200)));

    [Fact]
    public void Absurd_counts_cost_something_and_never_throw() =>
        Gen.Select(Gen.Long, Gen.Long, Gen.Long).Sample((prompt, completion, cached) =>
            new ModelPrice(1_000_000m, 1_000_000m, 0.000000001m).Cost(new TokenUsage(prompt, completion, cached)) >= 0);

    [Fact]
    public void A_cached_price_that_is_not_given_is_the_price_of_the_prompt()
    {
        var prices = Specs.Plan(Specs.Smallest + "prices: { \"org/model:free\": { prompt: 0.15, completion: 0 } }\n").Prices;

        Assert.Equal(new ModelPrice(0.15m, 0m, 0.15m), prices.Find("org/model:free"));
        Assert.Null(prices.Find("other"));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("\"1\"")]
    [InlineData("1e-3")]
    [InlineData("0x10")]
    [InlineData(".inf")]
    [InlineData("1000000.1")]
    [InlineData("0.0000000001")]
    [InlineData("99999999999999999999")]
    [InlineData("~")]
    [InlineData("[1]")]
    public void A_price_is_a_plain_number_within_reason(string price) =>
        Assert.Equal("SPEC0024", Specs.OnlyProblem(Specs.Smallest + $"prices: {{ m: {{ prompt: {price}, completion: 1 }} }}\n").Code);
}
