using Causeway.Spec.Plans;

namespace Causeway.Spec.Tests.Catalog;

public sealed class AliasTests
{
    [Fact]
    public void A_target_is_served_by_what_its_alias_stands_for()
    {
        var plan = Specs.Plan(Spec("coder: { id: big-coder }", "{ upstream: play, model: coder }, { upstream: play }"));

        Assert.Equal([new TargetPlan("play", "big-coder"), new TargetPlan("play", null)], plan.Routes.All[0].Targets);
    }

    [Fact]
    public void An_alias_and_what_it_stands_for_are_the_same_plan() => Assert.Equal(
        Specs.Plan(Spec("coder: { id: big-coder }", "{ upstream: play, model: coder }")).Hash,
        Specs.Plan(Spec("coder: { id: big-coder, enabled: \"${CODER_ENABLED}\" }", "{ upstream: play, model: big-coder }")).Hash);

    [Theory]
    [InlineData("false")]
    [InlineData("\"${CODER_OFF}\"")]
    [InlineData("\"off\"")]
    public void A_model_that_is_switched_off_is_skipped(string enabled)
    {
        var plan = Specs.Plan(Spec($"coder: {{ id: big-coder, enabled: {enabled} }}", "{ upstream: play, model: coder }, { upstream: play, model: b }"));

        Assert.Equal([new TargetPlan("play", "b")], plan.Routes.All[0].Targets);
    }

    [Fact]
    public void A_route_with_nothing_left_is_an_error() => Assert.Equal(
        "causeway.yaml:5:3: error SPEC0035: every target of route 'all' is switched off: nothing is left to serve it",
        Specs.OnlyProblem(Spec("coder: { id: big-coder, enabled: false }", "{ upstream: play, model: coder }")).ToString());

    [Theory]
    [InlineData("enabled: \"${CODER_ODD}\"", "SPEC0010")]
    [InlineData("enabled: \"${NOT_THERE}\"", "SPEC0013")]
    [InlineData("enabled: 2", "SPEC0009")]
    [InlineData("enabled: []", "SPEC0009")]
    public void A_flag_that_is_neither_on_nor_off_is_an_error(string flag, string code) =>
        Assert.Equal(code, Specs.OnlyProblem(Spec($"coder: {{ id: x, {flag} }}", "{ upstream: play, model: coder }")).Code);

    [Fact]
    public void What_a_flag_holds_is_not_repeated() => Assert.DoesNotContain(
        "perhaps", Specs.OnlyProblem(Spec("coder: { id: x, enabled: \"${CODER_ODD}\" }", "{ upstream: play, model: coder }")).ToString(), StringComparison.Ordinal);

    [Fact]
    public void An_alias_that_nothing_uses_is_a_warning() => Assert.Equal(
        "causeway.yaml:3:11: warning SPEC0034: no target uses model 'coder'",
        Specs.OnlyProblem(Spec("coder: { id: x }", "{ upstream: play }")).ToString());

    private static string Spec(string models, string targets) => $$"""
        apiVersion: causeway/v1
        upstreams: { play: { type: rehearsal } }
        models: { {{models}} }
        routes: { all: { match: { model: "*" }, targets: [ {{targets}} ] } }
        """.Replace("routes: { all:", "routes:\n  all:", StringComparison.Ordinal).Replace(" ] } }", " ] }", StringComparison.Ordinal);
}
