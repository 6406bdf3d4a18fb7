using Causeway.Spec.Diagnostics;
using Causeway.Spec.Plans;

namespace Causeway.Spec.Tests.Sections;

public sealed class EmbeddedTests
{
    [Fact]
    public void The_smallest_one_needs_nothing_but_its_type()
    {
        var upstream = Specs.Plan(Spec("")).Upstreams[0];

        Assert.Equal((UpstreamKind.Embedded, new EmbeddedPlan()), (upstream.Kind, upstream.Embedded));
    }

    [Fact]
    public void Every_key_is_read()
    {
        var upstream = Specs.Plan(Spec(", models: /srv/models, threads: 4, memory: 8GiB, context: 4096, queue: 3, unloadAfter: 30m, concurrency: { max: 2 }")).Upstreams[0];

        Assert.Equal(
            new EmbeddedPlan { Models = "/srv/models", Threads = 4, Memory = 8L << 30, Context = 4096, Queue = 3, UnloadAfter = TimeSpan.FromMinutes(30) }, upstream.Embedded);
        Assert.Equal(2, upstream.Concurrency?.Max);
    }

    [Fact]
    public void What_a_key_says_is_part_of_the_plans_hash() =>
        Assert.NotEqual(Specs.Plan(Spec("")).Hash, Specs.Plan(Spec(", threads: 1")).Hash);

    [Theory]
    [InlineData("threads: 0", "'threads' must be from 1 to 512")]
    [InlineData("memory: 8", "'memory' must be from 16MiB")]
    [InlineData("memory: lots", "'memory' must be a size")]
    [InlineData("context: 10", "'context' must be from 64")]
    [InlineData("queue: -1", "'queue' must be from 0")]
    [InlineData("unloadAfter: never", "'unloadAfter' must be a duration")]
    [InlineData("models: \"\"", "'models' must be the path of a folder")]
    [InlineData("baseUrl: \"http://a.example\"", "unknown key 'baseUrl'")]
    public void What_cannot_be_meant_is_said(string key, string message) =>
        Assert.Contains(Specs.Problems(Spec(", " + key)), problem => problem.Contains(message, StringComparison.Ordinal));

    [Fact]
    public void A_model_that_the_store_does_not_have_is_a_warning_at_its_place()
    {
        var outcome = SpecCompiler.Compile("causeway.yaml", Spec(", models: /srv/models", "model: small"), Specs.Environment,
            new CompileOptions { LocalModels = (folder, model) => $"{folder} has no {model}" });

        var problem = Assert.Single(outcome.Diagnostics);
        Assert.NotNull(outcome.Plan);
        Assert.Equal((DiagnosticSeverity.Warning, "SPEC0043"), (problem.Severity, problem.Code));
        Assert.Contains("upstream 'local' has no model 'small': /srv/models has no small", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_model_in_the_target_the_names_that_are_asked_for_are_looked_up()
    {
        var looked = new List<string>();
        SpecCompiler.Compile("causeway.yaml", Spec("", "", "[one, two, \"three-*\"]"), Specs.Environment, new CompileOptions
        {
            LocalModels = (_, model) =>
            {
                looked.Add(model);
                return null;
            },
        });

        Assert.Equal(["one", "two"], looked);
    }

    [Theory]
    [InlineData("/srv/model", true)]
    [InlineData("./model.gguf", true)]
    [InlineData("../model", true)]
    [InlineData("~/models/a", true)]
    [InlineData("C:\\models\\a", true)]
    [InlineData("smollm2-135m", false)]
    [InlineData("HuggingFaceTB/SmolLM2-135M", false)]
    [InlineData("a:b", false)]
    public void A_path_is_told_from_a_name(string model, bool isPath) => Assert.Equal(isPath, EmbeddedPlan.IsPath(model));

    private static string Spec(string keys, string target = "model: m", string asked = "m") => $$"""
        apiVersion: causeway/v1
        upstreams: { local: { type: embedded{{keys}} } }
        routes: { a: { match: { model: {{asked}} }, targets: [ { upstream: local{{(target.Length > 0 ? ", " + target : "")}} } ] } }
        """;
}
