using System.Text;
using System.Text.Json;
using Causeway.Wire.Schemas;

namespace Causeway.Wire.Tests.Schemas;

/// <summary>The official JSON-Schema-Test-Suite, draft 2020-12: every required and optional file, every case.</summary>
public sealed class OfficialSuiteTests
{
    private const string IdnHostname = "optional/format/idn-hostname.json | validation of internationalized host names | ";

    private static readonly string s_suite = Path.Combine(Golden.Fixtures, "json-schema-test-suite");
    private static readonly string s_tests = Path.Combine(s_suite, "tests", "draft2020-12");
    private static readonly Dictionary<string, ReadOnlyMemory<byte>> s_remotes = ReadRemotes();

    /// <summary>What is known to fail, each with its reason; a case that starts to pass must leave this list. docs/reference/json-schema.md names them.</summary>
    private static readonly Dictionary<string, string> _known = new(StringComparer.Ordinal)
    {
        [IdnHostname + "A-label that decodes to a Bidi rule violation is invalid"] = "The Bidi rule (RFC 5893) is not checked.",
        [IdnHostname + "Bidi domain name with a digit-first label is invalid"] = "The Bidi rule (RFC 5893) is not checked.",
        [IdnHostname + "label starting with a digit before a right-to-left letter is invalid"] = "The Bidi rule (RFC 5893) is not checked.",
        [IdnHostname + "left-to-right label containing a right-to-left letter is invalid"] = "The Bidi rule (RFC 5893) is not checked.",
        [IdnHostname + "right-to-left label mixing both digit types is invalid"] = "The Bidi rule (RFC 5893) is not checked.",
        [IdnHostname + "a U-label whose A-label form is longer than 63 octets is invalid"] = "A label is decoded, not encoded again.",
        [IdnHostname + "non-canonical Punycode that does not re-encode to itself is invalid"] = "A label is decoded, not encoded again.",
    };

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(s_tests, "*.json", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(s_tests, file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_case_of_the_official_suite_has_its_verdict(string file)
    {
        var failures = Failures(file).ToList();
        var expected = _known.Keys.Where(name => name.StartsWith(file + " | ", StringComparison.Ordinal)).ToList();
        var surprises = failures.Except(expected).Concat(expected.Except(failures)).ToList();
        Assert.True(surprises.Count == 0, string.Join('\n', surprises));
    }

    [Fact]
    public void The_suite_is_all_there()
    {
        var cases = Directory.GetFiles(s_tests, "*.json", SearchOption.AllDirectories).Sum(file => Cases(file).Count());
        Assert.True(cases > 2000, $"{cases} cases");
    }

    private static IEnumerable<string> Failures(string file)
    {
        var options = new JsonSchemaOptions { AssertFormats = file.Replace('\\', '/').StartsWith("optional/format/", StringComparison.Ordinal), Documents = s_remotes };
        foreach (var (schema, group, instance, name, isValid) in Cases(Path.Combine(s_tests, file)))
        {
            var id = $"{file} | {group} | {name}";
            if (!JsonSchema.TryCompile(schema, options, out var compiled, out var error)) yield return $"{id}: {error}";
            else if (compiled.Validate(instance) is var outcome && (outcome.IsValid != isValid || outcome.IsExhausted || outcome.Errors.Count == 0 != isValid))
                yield return id;
        }
    }

    private static IEnumerable<(byte[] Schema, string Group, byte[] Instance, string Name, bool IsValid)> Cases(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (var group in document.RootElement.EnumerateArray())
            foreach (var test in group.GetProperty("tests").EnumerateArray())
                yield return (Raw(group, "schema"), Text(group), Raw(test, "data"), Text(test), test.GetProperty("valid").GetBoolean());
    }

    private static byte[] Raw(JsonElement of, string name) => Encoding.UTF8.GetBytes(of.GetProperty(name).GetRawText());

    private static string Text(JsonElement of) => of.GetProperty("description").GetString() ?? "";

    private static Dictionary<string, ReadOnlyMemory<byte>> ReadRemotes()
    {
        var root = Path.Combine(s_suite, "remotes");
        return Directory.GetFiles(root, "*.json", SearchOption.AllDirectories).ToDictionary(
            file => "http://localhost:1234/" + Path.GetRelativePath(root, file).Replace('\\', '/'),
            file => (ReadOnlyMemory<byte>)File.ReadAllBytes(file));
    }
}
