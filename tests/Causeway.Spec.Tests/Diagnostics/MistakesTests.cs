namespace Causeway.Spec.Tests.Diagnostics;

public sealed class MistakesTests
{
    private const string Folder = "tests/Causeway.Spec.Tests/Fixtures";

    [Fact]
    public void A_file_full_of_mistakes_is_told_all_of_them_at_once()
    {
        var said = string.Join('\n', Specs.Problems(Repository.Read($"{Folder}/many-mistakes.yaml"))) + "\n";

        Repository.AssertMatches($"{Folder}/many-mistakes.golden.txt", said);
        Assert.DoesNotContain("hunter2", said, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-live", said, StringComparison.Ordinal);
        Assert.DoesNotContain("cw-Abc", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_diagnostic_is_one_line_that_editors_find() => Assert.Equal(
        "causeway.yaml:5:19: error SPEC0007: unknown key 'targts' (did you mean 'targets'?)",
        Assert.Single(Specs.Problems("""
            apiVersion: causeway/v1
            upstreams: { r: { type: rehearsal } }
            routes:
              all: { match: { model: "*" }, targets: [ { upstream: r } ] }
              b: { match: {}, targts: [] }
            """), line => line.Contains("SPEC0007", StringComparison.Ordinal)));

    [Fact]
    public void More_problems_than_anybody_reads_are_cut_and_still_no_plan()
    {
        var outcome = Specs.Compile(Specs.Smallest + string.Concat(Enumerable.Range(0, 5000).Select(i => $"unknown{i}: 1\n")));

        Assert.Null(outcome.Plan);
        Assert.Equal(201, outcome.Diagnostics.Length);
        Assert.Equal("causeway.yaml: error SPEC0002: more than 200 problems; the others are not shown", outcome.Diagnostics[^1].ToString());
    }

    [Fact]
    public void An_error_behind_two_hundred_warnings_still_refuses_the_plan()
    {
        var models = string.Join(", ", Enumerable.Repeat("m", 300));
        var outcome = Specs.Compile($$"""
            apiVersion: causeway/v1
            upstreams: { r: { type: rehearsal } }
            routes: { all: { match: { model: [{{models}}] }, targets: [ { upstream: r } ] } }
            limits: { body: 1 }
            """);

        Assert.Null(outcome.Plan);
        Assert.Contains(outcome.Diagnostics, d => d.Severity == Causeway.Spec.Diagnostics.DiagnosticSeverity.Error);
    }

    [Fact]
    public void Warnings_do_not_keep_a_spec_from_being_used()
    {
        var outcome = Specs.Compile("""
            apiVersion: causeway/v1
            upstreams: { r: { type: rehearsal }, spare: { type: rehearsal } }
            routes: { all: { match: { model: [a, a] }, targets: [ { upstream: r } ] } }
            limits: { idle: 20m }
            """);

        Assert.NotNull(outcome.Plan);
        Assert.Equal(["SPEC0028", "SPEC0027", "SPEC0029"], outcome.Diagnostics.Select(d => d.Code));
    }
}
