using Causeway.Spec.Plans;

namespace Causeway.Spec.Tests.Sections;

public sealed class RoutingTests
{
    private const string Keys = """
        keys:
          - { name: ci, hash: "sha256:aa3d1bbf3dbd4e8cd1a3e4e5ba2a0a3ddc2bb7c29f2f8e9ecb3ac0d4e7ed5b52" }
          - { name: web, hash: "sha256:ab3d1bbf3dbd4e8cd1a3e4e5ba2a0a3ddc2bb7c29f2f8e9ecb3ac0d4e7ed5b52" }
        """;

    private static string TwoMatches(string first, string second) => $$"""
        apiVersion: causeway/v1
        upstreams: { r: { type: rehearsal } }
        {{Keys}}
        routes:
          a: { match: { model: m, {{first}} }, targets: [ { upstream: r } ] }
          b: { match: { model: m, {{second}} }, targets: [ { upstream: r } ] }
        """;

    private static string OneRoute(string keys, string targets = "[ { upstream: r, model: big } ]") => $$"""
        apiVersion: causeway/v1
        upstreams: { r: { type: rehearsal } }
        prices: { big: { prompt: 1, completion: 2 }, small: { prompt: 1, completion: 1 } }
        routes: { a: { match: { model: m }, {{keys}} targets: {{targets}} } }
        """;

    [Theory]
    [InlineData("key: ci", "key: [web]")]
    [InlineData("task: code", "task: [chat, agent]")]
    [InlineData("header: { x-team: a }", "header: { X-Team: [b, c] }")]
    [InlineData("metadata: { tier: gold }", "metadata: { tier: silver }")]
    [InlineData("header: { x-team: a, x-env: p }", "header: { x-team: b, x-env: p }")]
    [InlineData("header: { x-team: a }", "task: code")]
    [InlineData("header: { x-team: a }", "header: { x-team: a, x-env: p }")]
    [InlineData("header: { x-team: a }", "key: ci")]
    public void Routes_of_one_model_live_together_when_it_is_plain_which_one_is_meant(string first, string second) =>
        Assert.Equal(2, Specs.Plan(TwoMatches(first, second)).Routes.Claiming("m").Count());

    [Theory]
    [InlineData("key: ci", "key: [web, ci]")]
    [InlineData("task: code", "task: [chat, code]")]
    [InlineData("header: { x-team: a }", "header: { x-env: p }")]
    [InlineData("header: { x-team: [a, b] }", "header: { X-TEAM: b }")]
    [InlineData("metadata: { tier: gold }", "metadata: { plan: pro }")]
    [InlineData("key: ci, task: code", "task: code, key: ci")]
    public void Equally_specific_routes_that_one_request_can_meet_are_told_at_both_places(string first, string second)
    {
        var problems = Specs.Compile(TwoMatches(first, second)).Diagnostics;

        Assert.Equal(2, problems.Length);
        Assert.All(problems, d => Assert.Equal("SPEC0020", d.Code));
    }

    [Fact]
    public void The_most_specific_route_is_tried_first_whatever_the_order()
    {
        var claiming = Specs.Plan($$"""
            apiVersion: causeway/v1
            upstreams: { r: { type: rehearsal } }
            {{Keys}}
            routes:
              a-plain: { match: { model: m }, targets: [ { upstream: r } ] }
              b-task: { match: { model: m, task: code }, targets: [ { upstream: r } ] }
              c-metadata: { match: { model: m, metadata: { a: b } }, targets: [ { upstream: r } ] }
              d-two: { match: { model: m, metadata: { a: b, c: d } }, targets: [ { upstream: r } ] }
              e-header: { match: { model: m, header: { x-a: b } }, targets: [ { upstream: r } ] }
              f-both: { match: { model: m, header: { x-a: b }, task: code }, targets: [ { upstream: r } ] }
              g-key: { match: { model: m, key: ci }, targets: [ { upstream: r } ] }
              h-pattern: { match: { model: "m*", key: ci, task: code }, targets: [ { upstream: r } ] }
            """).Routes.Claiming("m");

        Assert.Equal(["g-key", "f-both", "e-header", "d-two", "c-metadata", "b-task", "a-plain", "h-pattern"], claiming.Select(route => route.Name));
    }

    [Theory]
    [InlineData("key: bob", "SPEC0037")]
    [InlineData("key: []", "SPEC0025")]
    [InlineData("task: sing", "SPEC0010")]
    [InlineData("header: { \"a b\": x }", "SPEC0015")]
    [InlineData("header: { Authorization: x }", "SPEC0015")]
    [InlineData("header: { x-a: sk-live-7Hq2ZpLr9VxTn4Bw8Yc3 }", "SPEC0014")]
    [InlineData("header: { x-a: b, X-A: c }", "SPEC0006")]
    [InlineData("header: {}", "SPEC0025")]
    [InlineData("header: { x-a: 4 }", "SPEC0009")]
    [InlineData("metadata: { a: \"\" }", "SPEC0018")]
    [InlineData("metadata: { a: \"${B}\" }", "SPEC0013")]
    public void A_condition_that_could_never_be_meant_is_refused(string condition, string code) =>
        Assert.Equal(code, Assert.Single(Specs.Compile(TwoMatches(condition, "key: web, task: chat")).Diagnostics).Code);

    [Theory]
    [InlineData("sticky: user,", "[ { upstream: r, model: big } ]", "SPEC0038")]
    [InlineData("sticky: moon,", "[ { upstream: r, model: big, weight: 1 } ]", "SPEC0010")]
    [InlineData("", "[ { upstream: r, weight: 0 }, { upstream: r, model: big } ]", "SPEC0018")]
    [InlineData("", "[ { upstream: r, weight: 10001 } ]", "SPEC0018")]
    [InlineData("budget: { usdPerDay: lots },", "[ { upstream: r, model: big } ]", "SPEC0024")]
    [InlineData("budget: { usdPerDay: 5 },", "[ { upstream: r, model: unpriced } ]", "SPEC0038")]
    [InlineData("budget: { usdPerDay: 5 },", "[ { upstream: r } ]", "SPEC0038")]
    [InlineData("degrade: { to: { upstream: r, model: small }, when: budget },", "[ { upstream: r, model: big } ]", "SPEC0038")]
    [InlineData("degrade: { to: { upstream: r, model: small, weight: 3 } },", "[ { upstream: r, model: big } ]", "SPEC0038")]
    [InlineData("degrade: { to: { upstream: q, model: small } },", "[ { upstream: r, model: big } ]", "SPEC0021")]
    [InlineData("degrade: { when: breaker },", "[ { upstream: r, model: big } ]", "SPEC0008")]
    [InlineData("degrade: { to: { upstream: r }, when: [] },", "[ { upstream: r, model: big } ]", "SPEC0025")]
    public void What_cannot_come_about_is_said(string keys, string targets, string code) =>
        Assert.Equal(code, Specs.OnlyProblem(OneRoute(keys, targets)).Code);

    [Fact]
    public void A_route_says_how_it_chooses()
    {
        var routing = Specs.Plan(OneRoute(
            "sticky: user, budget: { usdPerDay: 12.50 }, degrade: { to: { upstream: r, model: small } },",
            "[ { upstream: r, model: big, weight: 90 }, { upstream: r, model: small, weight: 10 } ]")).Routes.All[0].Routing;

        Assert.Equal(new RoutingPlan(true, StickyBy.User, 12.5m, new DegradePlan(new TargetPlan("r", "small"), true, true)), routing);
        Assert.Null(Specs.Plan(OneRoute("")).Routes.All[0].Routing);
    }

    [Theory]
    [InlineData("", "weight: 90", "weight: 10", "", "weight: 9", "weight: 1")]
    [InlineData("sticky: conversation,", "weight: 1", "weight: 1", "", "weight: 1", "weight: 1")]
    [InlineData("budget: { usdPerDay: 5.0 },", "weight: 1", "", "budget: { usdPerDay: 5 },", "weight: 1", "weight: 0")]
    public void The_same_meaning_has_the_same_hash(string keys, string first, string second, string otherKeys, string otherFirst, string otherSecond) =>
        Assert.Equal(Hash(keys, first, second), Hash(otherKeys, otherFirst, otherSecond));

    [Theory]
    [InlineData("sticky: user,", "weight: 1", "weight: 1")]
    [InlineData("", "weight: 2", "weight: 1")]
    [InlineData("", "", "")]
    [InlineData("budget: { usdPerDay: 5 },", "weight: 1", "weight: 1")]
    [InlineData("degrade: { to: { upstream: r, model: small } },", "weight: 1", "weight: 1")]
    public void Another_meaning_has_another_hash(string keys, string first, string second) =>
        Assert.NotEqual(Hash("", "weight: 1", "weight: 1"), Hash(keys, first, second));

    [Theory]
    [InlineData("key: ci", "key: web")]
    [InlineData("header: { x-a: b }", "header: { x-a: c }")]
    [InlineData("header: { x-a: b }", "metadata: { x-a: b }")]
    [InlineData("task: code", "task: chat")]
    public void Every_condition_is_in_the_hash(string first, string second) =>
        Assert.NotEqual(Specs.Plan(TwoMatches(first, "key: web, task: agent")).Hash, Specs.Plan(TwoMatches(second, "key: web, task: agent")).Hash);

    private static string Hash(string keys, string first, string second) =>
        Specs.Plan(OneRoute(keys, $"[ {{ upstream: r, model: big, {first} }}, {{ upstream: r, model: small, {second} }} ]")).Hash;
}
