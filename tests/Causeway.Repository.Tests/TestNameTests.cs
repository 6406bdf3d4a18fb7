using Causeway.Repository.Tests.Rules;
using Causeway.Repository.Tests.Tree;

namespace Causeway.Repository.Tests;

/// <summary>The list of tests reads as the list of what the product does.</summary>
public sealed class TestNameTests
{
    [Fact]
    public void Test_names_are_sentences() =>
        Findings.None(SourceFile.All.SelectMany(TestNameRules.NotSentences), "Name the test by what it shows, in words with underscores between them.");
}
