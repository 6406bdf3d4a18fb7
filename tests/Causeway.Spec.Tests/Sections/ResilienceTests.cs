using Causeway.Spec.Plans;

namespace Causeway.Spec.Tests.Sections;

public sealed class ResilienceTests
{
    private const string Base = "baseUrl: https://a.example/v1";

    [Fact]
    public void What_the_spec_says_is_in_the_plan()
    {
        var upstream = Specs.Plan(Specs.WithUpstream(
            Base + ", concurrency: { max: 3, queue: 2, wait: 150ms }, breaker: { failures: 7, window: 1m, open: 5s }, warm: { connections: 4, every: 10s }")).Upstreams[0];

        Assert.Equal(new ConcurrencyPlan(3, 2, TimeSpan.FromMilliseconds(150)), upstream.Concurrency);
        Assert.Equal(new BreakerPlan(7, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5)), upstream.Breaker);
        Assert.Equal(new WarmPlan(4, TimeSpan.FromSeconds(10)), upstream.Warm);
        Assert.Equal(new RetryPlan(4, TimeSpan.FromSeconds(9), 35), Route("{ attempts: 4, perAttempt: 9s, budget: 35% }").Retry);
    }

    [Fact]
    public void What_the_spec_does_not_say_is_not_there_and_not_in_the_hash()
    {
        var plan = Specs.Plan(Specs.WithUpstream(Base));

        Assert.Equal((null, null, null), (plan.Upstreams[0].Concurrency, plan.Upstreams[0].Breaker, plan.Upstreams[0].Warm));
        Assert.Null(plan.Routes.All[0].Retry);
        foreach (var word in new[] { "breaker", "concurrency", "warm", "retry" }) Assert.DoesNotContain(word, plan.Canonical, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("breaker: {}", "breaker: { failures: 5, window: 30s, open: 15s }")]
    [InlineData("warm: {}", "warm: { connections: 2, every: 30s }")]
    [InlineData("concurrency: { max: 8 }", "concurrency: { max: 8, queue: 32, wait: 2s }")]
    public void Spelled_out_defaults_mean_the_same(string shortly, string fully) => Assert.Equal(HashWith(shortly), HashWith(fully));

    [Theory]
    [InlineData("breaker: { failures: 6 }")]
    [InlineData("breaker: { window: 31s }")]
    [InlineData("breaker: { open: 16s }")]
    [InlineData("breaker: {}")]
    [InlineData("warm: { connections: 3 }")]
    [InlineData("warm: { every: 31s }")]
    [InlineData("concurrency: { max: 64 }")]
    [InlineData("concurrency: { max: 64, queue: 0 }")]
    [InlineData("concurrency: { max: 64, wait: 1s }")]
    public void Each_key_changes_the_hash_and_the_upstream(string key)
    {
        var others = new[] { "http: auto", "breaker: { failures: 4 }", "warm: { connections: 9 }", "concurrency: { max: 65 }" };
        foreach (var other in others)
        {
            Assert.NotEqual(HashWith(other), HashWith(key));
            Assert.NotEqual(Specs.Plan(Specs.WithUpstream($"{Base}, {other}")).Upstreams[0], Specs.Plan(Specs.WithUpstream($"{Base}, {key}")).Upstreams[0]);
        }
    }

    [Theory]
    [InlineData("{ attempts: 4 }")]
    [InlineData("{ perAttempt: 3s }")]
    [InlineData("{ budget: 21% }")]
    public void Each_key_of_retry_changes_the_hash(string retry) => Assert.NotEqual(Specs.Plan(SpecWith("{}")).Hash, Specs.Plan(SpecWith(retry)).Hash);

    [Theory]
    [InlineData("{ budget: 20 }")]
    [InlineData("{ budget: 101% }")]
    [InlineData("{ budget: -1% }")]
    [InlineData("{ budget: some }")]
    [InlineData("{ budget: \"%\" }")]
    [InlineData("{ attempts: 0 }")]
    [InlineData("{ perAttempt: 0s }")]
    public void A_retry_that_makes_no_sense_is_refused(string retry) => Specs.OnlyProblem(SpecWith(retry));

    [Fact]
    public void A_rehearsal_takes_the_same_keys() =>
        Assert.Equal(1, Specs.Plan(Specs.Smallest.Replace("type: rehearsal", "type: rehearsal, concurrency: { max: 1 }", StringComparison.Ordinal)).Upstreams[0].Concurrency?.Max);

    private static string HashWith(string key) => Specs.Plan(Specs.WithUpstream($"{Base}, {key}")).Hash;

    private static RoutePlan Route(string retry) => Specs.Plan(SpecWith(retry)).Routes.All[0];

    private static string SpecWith(string retry) => Specs.Smallest.Replace("] } }", $"], retry: {retry} }} }}", StringComparison.Ordinal);
}
