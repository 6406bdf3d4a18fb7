using System.Text.RegularExpressions;
using Causeway.Repository.Tests.Tree;

namespace Causeway.Repository.Tests;

/// <summary>The root is the first page of the project: what lies there was put there on purpose.</summary>
public sealed partial class RootTests
{
    private const string Approved = "tests/Causeway.Repository.Tests/Golden/root.txt";

    [Fact]
    public void The_root_holds_approved_entries_only() =>
        Findings.None(
            RepositoryRoot.Files.Select(file => file.Split('/')[0]).Distinct().Except(RepositoryRoot.Read(Approved).Split('\n')),
            $"Move it into a folder, or add it to {Approved} if everybody who opens the project must see it.");

    [Fact]
    public void No_file_tells_the_state_of_the_work() =>
        Findings.None(
            RepositoryRoot.Files.Where(file => WorkState().IsMatch(file)),
            "What is planned or done belongs to the issue tracker and the history; what is decided belongs to docs/adr.");

    [GeneratedRegex(@"(^|/)(PLANS?|STATUS|NOTES?|HAND-?OFF|PROGRESS|TASKS|TO-?DO|ROADMAP|MEMORY)([-_.][^/]*)?\.(md|txt)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex WorkState();
}
