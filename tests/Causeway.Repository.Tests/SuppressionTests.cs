using Causeway.Repository.Tests.Rules;
using Causeway.Repository.Tests.Tree;

namespace Causeway.Repository.Tests;

/// <summary>Silence has a reason, written where the next reader stands.</summary>
public sealed class SuppressionTests
{
    /// <summary>Null-forgiving operators in a thousand lines of the product.</summary>
    private const double NullForgivingBudget = 2.0;

    [Fact]
    public void No_code_is_folded_away_in_regions() =>
        Findings.None(SourceFile.All.SelectMany(SuppressionRules.Regions), "Remove the region: what needs folding needs a file of its own.");

    [Fact]
    public void Nothing_is_promised_in_a_comment() =>
        Findings.None(
            RepositoryRoot.TextFiles().SelectMany(file => SuppressionRules.Promises(file.Path, file.Text)),
            "Do it, or say in plain words what does not work and why.");

    [Fact]
    public void A_silenced_warning_has_its_reason_beside_it() =>
        Findings.None(SourceFile.All.SelectMany(SuppressionRules.Unexplained), "Say why on the same line or the line above.");

    [Fact]
    public void The_compiler_is_seldom_told_that_it_is_wrong_about_null()
    {
        var count = SourceFile.Product.Sum(SuppressionRules.NullForgivings);
        var lines = SourceFile.Product.Sum(file => file.LineCount);
        TestContext.Current.TestOutputHelper?.WriteLine($"{count} null-forgiving operators in {lines} lines of src");
        Assert.True(count * 1000.0 / lines <= NullForgivingBudget, $"{count} null-forgiving operators in {lines} lines: let the types say it.");
    }
}
