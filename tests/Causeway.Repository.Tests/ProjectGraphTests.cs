using System.Xml.Linq;
using Causeway.Repository.Tests.Tree;

namespace Causeway.Repository.Tests;

/// <summary>References go down the ranks only, so that a reader of one project knows what it cannot depend on (ADR 0001).</summary>
public sealed class ProjectGraphTests
{
    private static readonly Dictionary<string, string[]> _graph = new()
    {
        ["Causeway.Wire"] = [],
        ["Causeway.Spec"] = ["Causeway.Wire"],
        ["Causeway.Ledger"] = ["Causeway.Wire"],
        ["Causeway.Gateway"] = ["Causeway.Ledger", "Causeway.Spec", "Causeway.Wire"],
        ["Causeway.Engine"] = [],
        ["Causeway"] = ["Causeway.Engine", "Causeway.Gateway", "Causeway.Ledger", "Causeway.Spec", "Causeway.Wire"],
    };

    private static readonly string[] _emptyNames =
        ["Core", "Common", "Shared", "Abstractions", "Domain", "Infrastructure", "Helpers", "Utils"];

    [Fact]
    public void Product_projects_reference_exactly_the_ranks_below_them() =>
        Findings.None(
            from project in Projects("src/")
            let name = Path.GetFileNameWithoutExtension(project)
            let references = string.Join(", ", References(project))
            where references != string.Join(", ", _graph.GetValueOrDefault(name) ?? ["(not in the list)"])
            select $"{name} references: {references}",
            "References follow the ranks of ADR 0001; a new project is added to the list here, to that page and to the tour.");

    [Fact]
    public void Every_rank_has_its_project() =>
        Assert.Equal(_graph.Keys.Order(), Projects("src/").Select(Path.GetFileNameWithoutExtension).Order());

    [Fact]
    public void The_dialect_needs_nothing_but_the_base_class_library() =>
        Assert.Empty(XDocument.Parse(RepositoryRoot.Read("src/Causeway.Wire/Causeway.Wire.csproj")).Descendants("PackageReference"));

    [Fact]
    public void No_project_is_called_by_a_word_that_says_nothing() =>
        Findings.None(
            Projects("").Where(project => Path.GetFileNameWithoutExtension(project).Split('.').Intersect(_emptyNames).Any()),
            "Name the project after what it can do.");

    [Fact]
    public void The_solution_lists_every_project()
    {
        var listed = XDocument.Parse(RepositoryRoot.Read("Causeway.slnx")).Descendants("Project").Select(project => (string?)project.Attribute("Path"));
        Assert.Equal(Projects(""), listed.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Projects(string folder) => RepositoryRoot.FilesUnder(folder, ".csproj");

    private static IEnumerable<string?> References(string project) =>
        XDocument.Parse(RepositoryRoot.Read(project)).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension((string?)reference.Attribute("Include")))
            .Order(StringComparer.Ordinal);
}
