using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Causeway.Spec.Diagnostics;

namespace Causeway.Spec.Tests.Docs;

public sealed partial class DiagnosticReferenceTests
{
    private const string Page = "docs/reference/diagnostics.md";

    private const string Introduction = """
        # Diagnostics of specs

        <!-- Generated from src/Causeway.Spec/Diagnostics/DiagnosticRule.cs: run the tests of Causeway.Spec with UPDATE_GOLDEN=1. -->

        `causeway check`, `causeway plan` and `causeway serve` report mistakes in a [spec](spec.md) as
        `file:line:column: severity code: message (hint)`, all of them at once. An error keeps a spec from being used, a warning
        does not. Codes keep their meaning for ever.

        """;

    [Fact]
    public void The_page_of_diagnostics_is_generated_from_their_table() => Repository.AssertMatches(Page, Render());

    [Fact]
    public void Every_code_of_the_page_is_in_the_table_and_every_code_of_the_table_on_the_page()
    {
        var onThePage = CodeHeading().Matches(Repository.Read(Page)).Select(match => match.Groups[1].Value);
        Assert.Equal(DiagnosticRule.All.Select(rule => rule.Code), onThePage);
    }

    [Fact]
    public void Codes_are_unique_and_without_gaps()
    {
        var numbered = Enumerable.Range(1, DiagnosticRule.All.Length).Select(number => $"SPEC{number:0000}");
        Assert.Equal(numbered, DiagnosticRule.All.Select(rule => rule.Code));
    }

    private static string Render()
    {
        var text = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        foreach (var rule in DiagnosticRule.All)
        {
            var severity = rule.Severity == DiagnosticSeverity.Error ? "error" : "warning";
            text.Append(CultureInfo.InvariantCulture, $"\n## {rule.Code}: {rule.Title}\n\n*{severity}.* {rule.Meaning}\n");
        }
        return text.ToString();
    }

    [GeneratedRegex(@"^## (SPEC\d{4}): ", RegexOptions.Multiline)]
    private static partial Regex CodeHeading();
}
