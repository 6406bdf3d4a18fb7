using Causeway.Gateway.Route;
using Causeway.Ledger;
using Causeway.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Route;

public sealed class BudgetTests
{
    // One answer of Wires.Completion: 9 prompt and 2 completion tokens at 100,000 dollars a million: 1.1 dollars.
    private static string Spec(string baseUrl, string more, string usd = "2") => $$"""
        upstreams: { fake: { type: openai-compatible, baseUrl: "{{baseUrl}}" } }
        prices: { big: { prompt: 100000, completion: 100000 }, small: { prompt: 1, completion: 1 } }
        routes:
          bounded: { match: { model: m }, budget: { usdPerDay: {{usd}} }, {{more}} targets: [ { upstream: fake, model: big } ] }
          free: { match: { model: f }, targets: [ { upstream: fake, model: big } ] }
        """;

    [Fact]
    public async Task A_spent_budget_is_a_429_in_the_shape_of_a_spent_quota_until_midnight()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 23, 59, 0, TimeSpan.Zero));
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(Spec(upstream.BaseUrl, ""), time);

        Assert.Equal([200, 200, 429], await StatusesAsync(gateway, 3));

        using var refused = await RoutingTests.SendAsync(gateway, TestGateway.Chat());
        var error = await CallerErrorTests.AssertErrorAsync(refused, 429, "insufficient_quota");
        Assert.Equal("insufficient_quota", error.GetProperty("type").GetString());
        Assert.Equal(["false"], refused.Headers.GetValues("x-should-retry"));
        Assert.Equal(TimeSpan.FromMinutes(1), refused.Headers.RetryAfter?.Delta);
        Assert.Equal("bounded; refused=budget", RoutingTests.Told(refused));
        Assert.Equal(200, (int)(await RoutingTests.SendAsync(gateway, TestGateway.Chat("f"))).StatusCode);

        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal([200, 200, 429], await StatusesAsync(gateway, 3));
    }

    [Fact]
    public async Task A_spent_budget_goes_to_the_cheaper_place_and_says_so()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(Spec(upstream.BaseUrl, "degrade: { to: { upstream: fake, model: small } },"));

        Assert.Equal([200, 200], await StatusesAsync(gateway, 2));
        using var cheap = await RoutingTests.SendAsync(gateway, TestGateway.Chat());

        Assert.Equal((200, "bounded; degraded=budget"), ((int)cheap.StatusCode, RoutingTests.Told(cheap)));
        var row = (await gateway.SettledAsync(3))[^1];
        Assert.Equal(("small", "degraded=budget", "fake/small 200"), (row.ServedModel, row.RouteReason, row.Attempts));
    }

    [Fact]
    public async Task Only_the_reasons_that_are_listed_degrade()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(Spec(upstream.BaseUrl, "degrade: { to: { upstream: fake, model: small }, when: breaker },"));

        Assert.Equal([200, 200, 429], await StatusesAsync(gateway, 3));
    }

    [Fact]
    public async Task What_was_spent_today_is_known_after_a_restart_and_yesterday_is_forgotten()
    {
        using var folder = new TempFolder();
        var now = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        await using var ledger = LedgerState.Open(folder.Path, new LedgerOptions(), TimeProvider.System);
        foreach (var (hours, name, nanos) in new[] { (-13, "bounded", 9_000_000_000), (-11, "bounded", 1_500_000_000), (-1, "other", 5_000_000_000) })
            ledger.Record(Row(now.AddHours(hours), name, nanos));
        await ledger.FlushAsync(TestContext.Current.CancellationToken);
        var plan = TestGateway.Compile(Spec("http://127.0.0.1:1/v1", ""));
        var route = plan.Routes.All.Single(r => r.Name == "bounded");
        var budgets = new RouteBudgets(ledger, new FakeTimeProvider(now));

        budgets.Prime(plan);
        budgets.Prime(plan);
        Assert.False(budgets.IsSpent(route, now));
        budgets.Add("bounded", now, 500_000_000);
        Assert.True(budgets.IsSpent(route, now));
        Assert.False(budgets.IsSpent(route, now.AddHours(12)));
    }

    [Fact]
    public async Task A_plan_that_gains_a_budget_counts_what_was_spent_before_it_came()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync($$"""
            upstreams: { fake: { type: openai-compatible, baseUrl: "{{upstream.BaseUrl}}" } }
            prices: { big: { prompt: 100000, completion: 100000 } }
            routes: { bounded: { match: { model: m }, targets: [ { upstream: fake, model: big } ] } }
            """);
        Assert.Equal([200, 200], await StatusesAsync(gateway, 2));

        gateway.Plans.Activate(TestGateway.Compile(Spec(upstream.BaseUrl, "")));

        Assert.Equal([429], await StatusesAsync(gateway, 1));
    }

    [Fact]
    public void Midnight_is_never_zero_seconds_away()
    {
        var midnight = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

        Assert.Equal(86_400, RouteBudgets.SecondsToMidnight(midnight));
        Assert.Equal(1, RouteBudgets.SecondsToMidnight(midnight.AddTicks(-1)));
        Assert.Equal(3600, RouteBudgets.SecondsToMidnight(midnight.AddHours(-1).ToOffset(TimeSpan.FromHours(5))));
    }

    // A cost is counted when the exchange is settled, a moment after the caller has its answer.
    private static async Task<List<int>> StatusesAsync(TestGateway gateway, int count)
    {
        var before = (await gateway.SettledAsync(0)).Count;
        var statuses = new List<int>();
        for (var i = 1; i <= count; i++)
        {
            using var answer = await RoutingTests.SendAsync(gateway, TestGateway.Chat());
            statuses.Add((int)answer.StatusCode);
            await gateway.SettledAsync(before + i);
        }
        return statuses;
    }

    private static Exchange Row(DateTimeOffset at, string route, long nanos) => new()
    {
        Id = Guid.CreateVersion7(at), StartedAt = (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond, PlanHash = "sha256:x",
        Route = route, Status = 200, Outcome = Outcome.Succeeded, CostNanos = nanos, DurationMicros = 1, OverheadMicros = 1,
    };
}
