using Causeway.Gateway.Resilience;
using Causeway.Spec.Plans;
using CsCheck;

namespace Causeway.Gateway.Tests.Resilience;

public sealed class RetryBudgetTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(100)]
    public void Repeats_stay_the_stated_share_of_requests(int percent)
    {
        var budget = new RetryBudgetState(new RetryPlan(3, null, percent));
        var repeats = 0;
        for (var request = 0; request < 10_000; request++)
        {
            budget.CountRequest();
            // An outage: every request would like two.
            if (budget.TryTake()) repeats++;
            if (budget.TryTake()) repeats++;
        }

        Assert.InRange(repeats, percent * 100, (percent * 100) + 11);
    }

    [Fact]
    public void A_quiet_time_saves_up_ten_and_no_more()
    {
        var budget = new RetryBudgetState(new RetryPlan(3, null, 50));
        for (var i = 0; i < 1000; i++) budget.CountRequest();

        Assert.InRange(Enumerable.Range(0, 100).Count(_ => budget.TryTake()), 10, 11);
    }

    [Fact]
    public void Waits_grow_are_spread_and_stay_in_their_bounds() =>
        Gen.Select(Gen.Double[0, 60], Gen.Double[0, 0.9999]).Sample((previous, random) =>
        {
            var wait = Backoff.Next(TimeSpan.FromSeconds(previous), null, random);
            return wait >= TimeSpan.FromMilliseconds(100) && wait <= TimeSpan.FromSeconds(5) && wait <= TimeSpan.FromSeconds(Math.Max(0.1, previous) * 3.0001);
        });

    [Theory]
    [InlineData(0, 0.5, 0.2)]
    [InlineData(7, 0.0, 7)]
    [InlineData(7, 0.999, 7.7)]
    [InlineData(60, 0.0, 60)]
    public void A_wait_the_upstream_asks_for_is_kept(int asked, double random, double seconds) =>
        Assert.Equal(seconds, Backoff.Next(default, asked, random)?.TotalSeconds ?? -1, 0.01);

    [Fact]
    public void Nobody_is_kept_waiting_longer_than_a_minute() => Assert.Null(Backoff.Next(default, 61, 0.5));
}
