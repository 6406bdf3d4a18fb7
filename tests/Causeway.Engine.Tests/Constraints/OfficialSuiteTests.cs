using System.Text;
using System.Text.Json;
using Causeway.Engine.Constraints;
using Causeway.Wire.Schemas;

namespace Causeway.Engine.Tests.Constraints;

/// <summary>The official JSON-Schema-Test-Suite, draft 2020-12: a constraint decides like the validator, or refuses the schema.</summary>
public sealed class OfficialSuiteTests
{
    private static readonly string s_suite = Path.Combine(Repository.Root, "tests", "Causeway.Wire.Tests", "Fixtures", "json-schema-test-suite");
    private static readonly string s_tests = Path.Combine(s_suite, "tests", "draft2020-12");
    private static readonly string s_golden = Path.Combine(Repository.Root, "tests", "Causeway.Engine.Tests", "Constraints", "official-suite.txt");

    private static readonly string s_reasons = Path.Combine(Repository.Root, "tests", "Causeway.Engine.Tests", "Constraints", "official-suite-refused.txt");

    private readonly SortedDictionary<string, int> _problems = new(StringComparer.Ordinal);
    private readonly List<string> _refused = [];

    [Fact]
    public void No_invalid_instance_of_the_official_suite_is_accepted_and_the_verdicts_are_the_recorded_ones()
    {
        var report = new StringBuilder();
        var totals = new int[4];
        foreach (var file in Directory.GetFiles(s_tests, "*.json", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(s_tests, file).Replace('\\', '/')).Order(StringComparer.Ordinal))
        {
            var counts = Count(file);
            for (var i = 0; i < 4; i++) totals[i] += counts[i];
            report.Append($"{file}: {counts[0]} decided alike, {counts[1]} of refused schemas, {counts[2]} valid refused, {counts[3]} invalid accepted\n");
        }
        report.Append($"all: {totals[0]} decided alike, {totals[1]} of refused schemas, {totals[2]} valid refused, {totals[3]} invalid accepted\n");
        foreach (var (problem, count) in _problems) report.Append($"refused, {count} instances: {problem}\n");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(s_golden, report.ToString());
        Assert.Equal(0, totals[3]);
        Assert.Equal(File.ReadAllText(s_golden), report.ToString());
        // Under each reason (a line that begins with #) the valid instances that are refused because of it.
        Assert.Equal(File.ReadAllLines(s_reasons).Where(line => line is not ([] or ['#', ..])).Order(StringComparer.Ordinal), _refused.Order(StringComparer.Ordinal));
    }

    private int[] Count(string file)
    {
        var counts = new int[4];
        var options = new JsonSchemaOptions { AssertFormats = file.StartsWith("optional/format/", StringComparison.Ordinal), Documents = Remotes() };
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(s_tests, file)));
        foreach (var group in document.RootElement.EnumerateArray())
        {
            var schema = group.GetProperty("schema");
            var plan = Compile(schema, out var problem);
            var isSchema = JsonSchema.TryCompile(Encoding.UTF8.GetBytes(schema.GetRawText()), options, out var validator, out _);
            foreach (var instance in group.GetProperty("tests").EnumerateArray().Select(test => test.GetProperty("data")))
            {
                var isValid = isSchema && validator!.Validate(Encoding.UTF8.GetBytes(instance.GetRawText())).IsValid;
                var verdict = Verdict(plan, instance, isValid);
                counts[verdict]++;
                if (verdict == 1) _problems[problem] = _problems.GetValueOrDefault(problem) + 1;
                if (verdict == 2) _refused.Add($"{file}: {group.GetProperty("description").GetString()}: {Compact(instance)}");
            }
        }
        return counts;
    }

    private static int Verdict(ConstraintPlan? plan, JsonElement instance, bool isValid)
    {
        if (plan is null) return 1;
        var accepted = new[] { false, true }.Count(isSpaced => Accepts(plan, Written.As(instance, isSpaced)));
        return isValid ? (accepted == 2 ? 0 : 2) : accepted == 0 ? 0 : 3;
    }

    private static string Compact(JsonElement instance)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) instance.WriteTo(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static bool Accepts(ConstraintPlan plan, byte[] text)
    {
        var constraint = plan.Start();
        return constraint.TryAcceptBytes(text) && constraint.MayEnd;
    }

    private static ConstraintPlan? Compile(JsonElement schema, out string problem)
    {
        problem = "";
        try
        {
            return new ConstraintPlan(Grammar.Json(schema, new ConstraintOptions { KeepsOrder = false }), Vocabularies.Bytes);
        }
        catch (ConstraintException exception)
        {
            problem = $"{(exception.Keyword.Length == 0 ? "the schema" : exception.Keyword)} {exception.Problem}";
            return null;
        }
    }

    private static Dictionary<string, ReadOnlyMemory<byte>> Remotes()
    {
        var root = Path.Combine(s_suite, "remotes");
        return Directory.GetFiles(root, "*.json", SearchOption.AllDirectories).ToDictionary(
            file => "http://localhost:1234/" + Path.GetRelativePath(root, file).Replace('\\', '/'), file => (ReadOnlyMemory<byte>)File.ReadAllBytes(file));
    }
}
