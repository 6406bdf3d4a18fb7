using System.Text.RegularExpressions;
using System.Xml.Linq;
using Causeway.Repository.Tests.Tree;

namespace Causeway.Repository.Tests;

/// <summary>Every package is somebody else's decision about our program: each has its reason on one page.</summary>
public sealed partial class DependencyTests
{
    private const string Page = "docs/reference/dependencies.md";

    private static IEnumerable<string> Pinned =>
        XDocument.Parse(RepositoryRoot.Read("Directory.Packages.props")).Descendants("PackageVersion").Select(package => (string?)package.Attribute("Include")).OfType<string>();

    private static IEnumerable<string> Explained => Row().Matches(RepositoryRoot.Read(Page)).Select(row => row.Groups["package"].Value);

    [Fact]
    public void Every_package_has_its_reason() =>
        Findings.None(Pinned.Except(Explained), $"Add a row to {Page}: used by, why this one, what we would do if it died.");

    [Fact]
    public void No_reason_outlives_its_package() => Findings.None(Explained.Except(Pinned), $"Remove the row from {Page}.");

    [Fact]
    public void Every_pinned_package_is_used()
    {
        var used = RepositoryRoot.Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal) || file == "Directory.Build.props")
            .SelectMany(file => XDocument.Parse(RepositoryRoot.Read(file)).Descendants("PackageReference"))
            .Select(reference => (string?)reference.Attribute("Include"));
        Findings.None(Pinned.Except(used.OfType<string>()), "Remove the package from Directory.Packages.props.");
    }

    /// <summary>A row of the table with its four cells, none of them empty.</summary>
    [GeneratedRegex(@"^\| `(?<package>[^`]+)` \|(?: [^|\s][^|]* \|){3}$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Row();
}
