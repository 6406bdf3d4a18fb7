namespace Causeway.Spec.Tests.Sections;

public sealed class RouteTests
{
    private const string Layered = """
        apiVersion: causeway/v1
        upstreams: { r: { type: rehearsal } }
        routes:
          all: { match: { model: "*" }, targets: [ { upstream: r } ] }
          gpt: { match: { model: "gpt-*" }, targets: [ { upstream: r } ] }
          gpt4: { match: { model: ["gpt-4*", o1] }, targets: [ { upstream: r } ] }
          exact: { match: { model: gpt-4o }, targets: [ { upstream: r } ] }
        """;

    [Theory]
    [InlineData("gpt-4o", "exact")]
    [InlineData("gpt-4o-mini", "gpt4")]
    [InlineData("gpt-4", "gpt4")]
    [InlineData("gpt-5", "gpt")]
    [InlineData("gpt-", "gpt")]
    [InlineData("gpt", "all")]
    [InlineData("o1", "gpt4")]
    [InlineData("o1-mini", "all")]
    [InlineData("GPT-4o", "all")]
    [InlineData("", "all")]
    public void The_most_specific_match_wins_whatever_the_order(string model, string route) =>
        Assert.Equal(route, Specs.Plan(Layered).Routes.Find(model)?.Name);

    [Fact]
    public void Only_exact_names_can_be_listed() => Assert.Equal(["gpt-4o", "o1"], Specs.Plan(Layered).Routes.ExactModels);

    [Fact]
    public void Targets_keep_their_order_and_may_leave_the_model_open()
    {
        var route = Specs.Plan("""
            apiVersion: causeway/v1
            upstreams: { b: { type: rehearsal }, a: { type: rehearsal } }
            routes: { r: { match: { model: m }, targets: [ { upstream: b }, { upstream: a, model: x }, { upstream: b, model: y } ] } }
            """).Routes.All[0];

        Assert.Equal([("b", null), ("a", "x"), ("b", "y")], route.Targets.Select(target => (target.Upstream, target.Model)));
    }

    [Fact]
    public void Three_routes_that_claim_one_model_are_each_told_once()
    {
        var problems = Specs.Compile("""
            apiVersion: causeway/v1
            upstreams: { r: { type: rehearsal } }
            routes:
              a: { match: { model: "m*" }, targets: [ { upstream: r } ] }
              b: { match: { model: "m*" }, targets: [ { upstream: r } ] }
              c: { match: { model: "m*" }, targets: [ { upstream: r } ] }
            """).Diagnostics;

        Assert.Equal([(4, 24), (5, 24), (6, 24)], problems.Select(d => (d.Line, d.Column)));
        Assert.All(problems, d => Assert.Equal("SPEC0020", d.Code));
    }

    [Theory]
    [InlineData("\"g*t\"", "SPEC0019")]
    [InlineData("\"*gpt\"", "SPEC0019")]
    [InlineData("\"gpt**\"", "SPEC0019")]
    [InlineData("\"\"", "SPEC0019")]
    [InlineData("\" gpt\"", "SPEC0019")]
    [InlineData("\"gpt\\n4\"", "SPEC0019")]
    [InlineData("gpt\u202E4", "SPEC0019")]
    [InlineData("\"${MODEL}\"", "SPEC0013")]
    [InlineData("true", "SPEC0009")]
    [InlineData("{ a: b }", "SPEC0009")]
    [InlineData("[[gpt]]", "SPEC0009")]
    [InlineData("[]", "SPEC0025")]
    public void A_model_is_a_name_or_a_pattern_with_one_star_at_its_end(string model, string code) => Assert.Equal(code, Specs.OnlyProblem($$"""
        apiVersion: causeway/v1
        upstreams: { r: { type: rehearsal } }
        routes: { a: { match: { model: {{model}} }, targets: [ { upstream: r } ] } }
        """).Code);

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public void Model_names_are_bounded(int length, bool isAllowed) => Assert.Equal(isAllowed, Specs.Compile($$"""
        apiVersion: causeway/v1
        upstreams: { r: { type: rehearsal } }
        routes: { a: { match: { model: m }, targets: [ { upstream: r, model: {{new string('m', length)}} } ] } }
        """).Plan is not null);

    [Theory]
    [InlineData("a", true)]
    [InlineData("0.a-b_c", true)]
    [InlineData("-a", false)]
    [InlineData("A", false)]
    [InlineData("a b", false)]
    [InlineData("ä", false)]
    public void Names_are_short_and_plain(string name, bool isAllowed) => Assert.Equal(isAllowed, Specs.Compile($$"""
        apiVersion: causeway/v1
        upstreams: { r: { type: rehearsal } }
        routes: { "{{name}}": { match: { model: m }, targets: [ { upstream: r } ] } }
        """).Plan is not null);
}
