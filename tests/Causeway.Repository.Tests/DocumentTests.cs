using Causeway.Repository.Tests.Rules;
using Causeway.Repository.Tests.Tree;

namespace Causeway.Repository.Tests;

/// <summary>Pages that lead somewhere, and that somebody is led to.</summary>
public sealed class DocumentTests
{
    private const string Index = "docs/README.md";

    private static IEnumerable<string> Pages => RepositoryRoot.Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal));

    [Fact]
    public void A_link_of_a_page_leads_to_something() =>
        Findings.None(
            from page in Pages
            from target in MarkdownLinks.In(page, RepositoryRoot.Read(page))
            where !RepositoryRoot.Files.Any(file => file == target || file.StartsWith(target + "/", StringComparison.Ordinal))
            select $"{page} -> {target}",
            "Correct the link, or write the page.");

    [Theory]
    [InlineData("docs/reference/errors.md")]
    [InlineData("docs/reference/diagnostics.md")]
    [InlineData("docs/reference/dependencies.md")]
    [InlineData("docs/adr/README.md")]
    public void A_reference_that_other_rules_rely_on_is_there_and_in_the_index(string page)
    {
        Assert.True(RepositoryRoot.Has(page), $"{page} is missing.");
        Assert.Contains(page, MarkdownLinks.In(Index, RepositoryRoot.Read(Index)));
    }

    [Fact]
    public void The_index_of_the_docs_lists_every_page_outside_the_decisions() =>
        Findings.None(
            RepositoryRoot.FilesUnder("docs/", ".md").Where(page => page != Index && !page.StartsWith("docs/adr/0", StringComparison.Ordinal))
                .Except(MarkdownLinks.In(Index, RepositoryRoot.Read(Index))),
            $"Link the page from {Index}.");

    [Fact]
    public void The_index_of_the_decisions_lists_every_decision() =>
        Findings.None(
            RepositoryRoot.FilesUnder("docs/adr/0", ".md").Except(MarkdownLinks.In("docs/adr/README.md", RepositoryRoot.Read("docs/adr/README.md"))),
            "Link the decision from docs/adr/README.md.");

    [Fact]
    public void A_decision_says_what_would_change_our_mind() =>
        Findings.None(
            from page in RepositoryRoot.FilesUnder("docs/adr/0", ".md")
            let text = RepositoryRoot.Read(page)
            from heading in new[] { "## Context", "## Decision", "## Consequences", "## What would change our mind" }
            where !text.Contains(heading, StringComparison.Ordinal)
            select $"{page} lacks \"{heading}\"",
            "A decision record has the four headings, on one page.");
}
