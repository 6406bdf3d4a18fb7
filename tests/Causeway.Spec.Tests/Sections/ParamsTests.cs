using Causeway.Spec.Plans;
using Causeway.Spec.Profiles;

namespace Causeway.Spec.Tests.Sections;

public sealed class ParamsTests
{
    [Fact]
    public void A_spec_without_policy_and_profile_leaves_requests_as_they_come() => Assert.Null(Target(Spec("", "")).Adapt);

    [Fact]
    public void A_lenient_policy_that_says_nothing_is_the_default_and_changes_no_hash() =>
        Assert.Equal(Specs.Plan(Spec("", "")).Hash, Specs.Plan(Spec("params: lenient\n", "")).Hash);

    [Theory]
    [InlineData("params: { fields: { seed: drop } }\n", "")]
    [InlineData("", ", profile: openai")]
    [InlineData("", ", profile: bedrock")]
    [InlineData("", ", maxTokens: { cap: 9 }")]
    [InlineData("", ", maxTokens: { default: 9 }")]
    [InlineData("params: strict\n", ", profile: bedrock")]
    public void What_is_done_with_requests_is_part_of_the_hash(string top, string target) =>
        Assert.NotEqual(Specs.Plan(Spec("", "")).Hash, Specs.Plan(Spec(top, target)).Hash);

    [Fact]
    public void A_route_says_what_is_different_and_a_target_its_own_profile()
    {
        var plan = Specs.Plan("""
            apiVersion: causeway/v1
            upstreams: { u: { type: openai-compatible, baseUrl: "http://h/v1", profile: bedrock } }
            params: { mode: strict, fields: { seed: drop, n: pass } }
            routes:
              a: { match: { model: a }, targets: [ { upstream: u }, { upstream: u, profile: none }, { upstream: u, profile: openai } ] }
              b: { match: { model: b }, params: { mode: lenient, fields: { n: refuse } }, targets: [ { upstream: u } ] }
            """);
        var (a, b) = (plan.Routes.Find("a")!.Targets, plan.Routes.Find("b")!.Targets);
        Assert.Equal(["bedrock", null, "openai"], a.Select(target => target.Adapt?.Profile?.Name));
        Assert.Equal((true, Handling.Drop, Handling.Pass), (a[0].Adapt!.IsStrict, a[0].Adapt!.Of(Feature.Seed), a[0].Adapt!.Of(Feature.N)));
        Assert.Equal((false, Handling.Drop, Handling.Refuse), (b[0].Adapt!.IsStrict, b[0].Adapt!.Of(Feature.Seed), b[0].Adapt!.Of(Feature.N)));
    }

    [Theory]
    [InlineData("params: firm\n", "", "SPEC0010")]
    [InlineData("params: { fields: { seed: ignore } }\n", "", "SPEC0010")]
    [InlineData("params: { fields: { seed: emulate } }\n", "", "FieldWithoutRemedy")]
    [InlineData("params: { fields: { messages: drop } }\n", "", "FieldWithoutRemedy")]
    [InlineData("params: { fields: { temprature: drop } }\n", "", "UnknownField")]
    [InlineData("params: { fields: { \"a b\": drop } }\n", "", "SPEC0011")]
    [InlineData("params: strict\n", "", "StrictWithoutProfile")]
    [InlineData("", ", profile: bedrok", "InvalidProfile")]
    [InlineData("", ", profile: ./missing.json", "InvalidProfile")]
    [InlineData("", ", maxTokens: { default: 9, cap: 8 }", "SPEC0018")]
    [InlineData("", ", maxTokens: { cap: 0 }", "SPEC0018")]
    public void A_mistake_has_its_place(string top, string target, string rule)
    {
        var code = rule.StartsWith("SPEC", StringComparison.Ordinal) ? rule : (typeof(Causeway.Spec.Diagnostics.DiagnosticRule).GetField(rule)!.GetValue(null) as Causeway.Spec.Diagnostics.DiagnosticRule)!.Code;
        var problem = Specs.Compile(Spec(top, target)).Diagnostics.First();
        Assert.Equal(code, problem.Code);
        Assert.True(problem.Line > 0);
    }

    [Fact]
    public void A_profile_file_beside_the_spec_is_read()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "mine.json"), """{"profile":1,"name":"mine","source":"s","measured":null,"features":{"seed":"absent"}}""");
            File.WriteAllText(Path.Combine(folder.FullName, "causeway.yaml"), Spec("", ", profile: ./mine.json"));
            var plan = SpecFile.Compile(Path.Combine(folder.FullName, "causeway.yaml"), _ => null).Plan;
            Assert.Equal(Handling.Drop, plan!.Routes.Find("m")!.Targets[0].Adapt!.Of(Feature.Seed));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("1", 1024, 1024, 8192)]
    [InlineData("default: 9000", null, null, null)]
    public void The_targets_token_rule_fills_up_from_the_profile(string text, int? givenDefault, int? expected, int? cap)
    {
        var spec = text == "1" ? $", profile: bedrock-deepseek-v3.2, maxTokens: {{ default: {givenDefault} }}" : $", profile: bedrock-deepseek-v3.2, maxTokens: {{ {text} }}";
        if (cap is null) Assert.Equal("SPEC0018", Specs.Compile(Spec("", spec)).Diagnostics[0].Code);
        else Assert.Equal(new MaxTokensRule(expected, cap), Target(Spec("", spec)).Adapt!.MaxTokens);
    }

    private static TargetPlan Target(string spec) => Specs.Plan(spec).Routes.Find("m")!.Targets[0];

    private static string Spec(string top, string target) => $$"""
        apiVersion: causeway/v1
        upstreams: { u: { type: openai-compatible, baseUrl: "http://h/v1" } }
        {{top}}routes: { r: { match: { model: m }, targets: [ { upstream: u, model: x{{target}} } ] } }
        """;
}
