using System.Globalization;
using System.Text;
using Causeway.Spec.Diagnostics;
using Causeway.Spec.Sections;

namespace Causeway.Spec.Tests.Docs;

public sealed class SpecReferenceTests
{
    public static TheoryData<string> Shapes => [.. SpecShapes.All.Select(shape => shape.Path)];

    [Fact]
    public void The_reference_of_the_spec_is_generated_from_the_table_the_compiler_reads_by() =>
        Repository.AssertMatches("docs/reference/spec.md", Render());

    [Theory, MemberData(nameof(Shapes))]
    public void Every_example_of_the_reference_compiles(string path)
    {
        var example = SpecShapes.All.Single(shape => shape.Path == path).Example;
        var errors = Specs.Compile(Complete(example)).Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error);
        Assert.Empty(errors);
    }

    [Theory, MemberData(nameof(Shapes))]
    public void The_compiler_reads_every_key_of_the_table(string path)
    {
        var shape = SpecShapes.All.Single(candidate => candidate.Path == path);
        foreach (var key in shape.Keys)
        {
            // No key takes this value, so one that is silent about it was never read.
            var lines = Place(path, $"{key.Name}: {{ x: [] }}").Split('\n').ToList();
            var line = lines.FindIndex(text => text.Contains("{ x: [] }", StringComparison.Ordinal)) + 1;
            var codes = Specs.Compile(string.Join('\n', lines)).Diagnostics.Where(d => d.Line == line).Select(d => d.Code);
            Assert.NotEmpty(codes.Except([DiagnosticRule.MissingKey.Code, DiagnosticRule.UnusedUpstream.Code]));
        }
    }

    private static string Place(string path, string entry)
    {
        var type = path.Contains("rehearsal", StringComparison.Ordinal) ? "rehearsal" : path.Contains("bedrock", StringComparison.Ordinal) ? "bedrock" : "openai-compatible";
        var typeLine = entry.StartsWith("type:", StringComparison.Ordinal) ? "" : $"\n    type: {type}";
        return path switch
        {
            "" => $"# first\n{entry}",
            "limits" => $"limits:\n  {entry}",
            "keys[]" => $"keys:\n  - {entry}",
            "models.<name>" => $"models:\n  m:\n    {entry}",
            "params" => $"params:\n  {entry}",
            "routes.<name>.targets[].maxTokens" => $"routes:\n  r:\n    targets:\n    - maxTokens:\n        {entry}",
            "prices.<model>" => $"prices:\n  m:\n    {entry}",
            "routes.<name>" => $"routes:\n  r:\n    {entry}",
            "routes.<name>.match" => $"routes:\n  r:\n    match:\n      {entry}",
            "routes.<name>.budget" => $"routes:\n  r:\n    budget:\n      {entry}",
            "routes.<name>.degrade" => $"routes:\n  r:\n    degrade:\n      {entry}",
            "routes.<name>.targets[]" => $"routes:\n  r:\n    targets:\n    - {entry}",
            "upstreams.<name>.faults[]" => $"upstreams:\n  r:\n    type: rehearsal\n    faults:\n    - {entry}",
            "routes.<name>.retry" => $"routes:\n  r:\n    retry:\n      {entry}",
            "upstreams.<name>.concurrency" or "upstreams.<name>.breaker" or "upstreams.<name>.warm" =>
                $"upstreams:\n  r:{typeLine}\n    {path.Split('.')[^1]}:\n      {entry}",
            "upstreams.<name>.credentials" or "upstreams.<name>.guardrail" => $"upstreams:\n  r:\n    type: bedrock\n    {path.Split('.')[^1]}:\n      {entry}",
            _ => $"upstreams:\n  r:{typeLine}\n    {entry}",
        };
    }

    // An example shows one section; the others are filled in, with the upstreams that examples mention.
    private static string Complete(string example)
    {
        var text = new StringBuilder(example).Append('\n');
        if (!example.Contains("apiVersion:", StringComparison.Ordinal)) text.Append("apiVersion: causeway/v1\n");
        if (!example.Contains("routes:", StringComparison.Ordinal))
            text.Append(example.Contains("acme-openai:", StringComparison.Ordinal)
                ? "routes: { r: { match: { model: m }, targets: [ { upstream: acme-openai } ] } }\n"
                : example.Contains("bedrock:", StringComparison.Ordinal)
                    ? "routes: { r: { match: { model: m }, targets: [ { upstream: bedrock } ] } }\n"
                    : "routes: { r: { match: { model: m }, targets: [ { upstream: rehearsal } ] } }\n");
        if (!example.Contains("upstreams:", StringComparison.Ordinal))
            text.Append("upstreams: { rehearsal: { type: rehearsal }, acme-openai: { type: rehearsal }, local-vllm: { type: rehearsal } }\n");
        return text.ToString();
    }

    private const string Introduction = """
        # causeway.yaml

        <!-- Generated from src/Causeway.Spec/Sections/SpecShapes.cs: run the tests of Causeway.Spec with UPDATE_GOLDEN=1. -->

        One file says everything; what it does not say has the defaults below. `causeway check -f causeway.yaml` finds mistakes
        ([what each code means](diagnostics.md)), `causeway plan -f causeway.yaml` shows what a file comes to.

        The file is UTF-8 and at most 1 MiB. It is YAML 1.2 without anchors, aliases, merge keys, tags and further documents. Unknown
        keys, keys given twice and values of another type are errors. Text that YAML would take for a number, a boolean or nothing
        needs quotes; plain `yes`, `no`, `on` and `off` are text.

        `${NAME}` is replaced by the environment variable of that name in `apiKey`, `headers`, `baseUrl`, `endpoint`, `credentials` and `enabled`, and nowhere else. One that
        is not set or empty is an error; there are no default values. `$${` stands for a literal `${`.

        Two files that mean the same have the same plan hash: the order of keys and routes, comments, quotes, spelled-out defaults and the
        units of durations and sizes make no difference; the order of targets and faults does. The hash covers the names of environment
        variables in `apiKey` and `headers`, never their values.

        **Durations** are a number and `ms`, `s`, `m` or `h`: `250ms`, `30s`, `1.5m`. **Sizes** are a number of bytes, or a number and `B`,
        `KB`, `MB`, `GB` (powers of 1000), `KiB`, `MiB` or `GiB` (powers of 1024).
        """;

    private static string Render()
    {
        var text = new StringBuilder(Introduction.ReplaceLineEndings("\n")).Append('\n');
        foreach (var shape in SpecShapes.All) Write(shape, text);
        return text.ToString();
    }

    private static void Write(MapShape shape, StringBuilder text)
    {
        text.Append("\n## ").Append(shape.Path.Length == 0 ? "The file" : $"`{shape.Path}`").Append("\n\n").Append(shape.Summary);
        text.Append("\n\n| key | takes | default | meaning |\n|---|---|---|---|\n");
        foreach (var key in shape.Keys)
            text.Append(CultureInfo.InvariantCulture, $"| `{key.Name}` | {key.Takes} | {key.Default ?? "**required**"} | {key.Meaning} |\n");
        text.Append("\n```yaml\n").Append(shape.Example.ReplaceLineEndings("\n")).Append("\n```\n");
    }
}
