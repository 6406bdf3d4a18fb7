using Causeway.Spec.Diagnostics;
using Causeway.Spec.Plans;

namespace Causeway.Spec.Tests;

/// <summary>Compiles specs under the name <c>causeway.yaml</c> with a small environment.</summary>
internal static class Specs
{
    /// <summary>The value of every secret variable: what no output may contain.</summary>
    public const string Secret = "sk-live-7Hq2ZpLr9VxTn4Bw8Yc3";

    /// <summary>Upstreams and routes for specs that are about something else.</summary>
    public const string Smallest = """
        apiVersion: causeway/v1
        upstreams: { rehearsal: { type: rehearsal } }
        routes: { all: { match: { model: "*" }, targets: [ { upstream: rehearsal } ] } }

        """;

    public static CompileOutcome Compile(string yaml) => SpecCompiler.Compile("causeway.yaml", yaml, Environment);

    public static Plan Plan(string yaml)
    {
        var outcome = Compile(yaml);
        Assert.True(outcome.Plan is not null, string.Join('\n', outcome.Diagnostics));
        return outcome.Plan;
    }

    /// <summary>Every diagnostic as its one line.</summary>
    public static IEnumerable<string> Problems(string yaml) => Compile(yaml).Diagnostics.Select(d => d.ToString());

    /// <summary>The only diagnostic there is.</summary>
    public static Diagnostic OnlyProblem(string yaml) => Assert.Single(Compile(yaml).Diagnostics);

    /// <summary>A spec whose only upstream of type openai-compatible has these further keys.</summary>
    public static string WithUpstream(string keys) => $$"""
        apiVersion: causeway/v1
        upstreams: { acme: { type: openai-compatible, {{keys}} } }
        routes: { all: { match: { model: "*" }, targets: [ { upstream: acme } ] } }
        """;

    public static string? Environment(string name) => name switch
    {
        "EMPTY" => "",
        "BROKEN_KEY" => Secret + "\r\nx-injected: 1",
        "VLLM_URL" => "http://10.0.0.7:8000/v1/",
        "OPENAI_PROJECT" => "proj_support",
        "CODER_ENABLED" => "true",
        "CODER_OFF" => "off",
        "CODER_ODD" => "perhaps",
        "AWS_BEARER_TOKEN_BEDROCK" or "BEDROCK_KEY_ID" or "BEDROCK_SECRET" => Secret,
        _ when name.EndsWith("_KEY", StringComparison.Ordinal) => Secret,
        _ => null,
    };
}
