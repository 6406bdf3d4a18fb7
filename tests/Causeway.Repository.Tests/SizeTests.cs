using Causeway.Repository.Tests.Rules;
using Causeway.Repository.Tests.Tree;

namespace Causeway.Repository.Tests;

/// <summary>Many small named things: the median is the culture, the cap keeps the tail away.</summary>
public sealed class SizeTests
{
    private const int FileCap = 500;
    private const int MemberCap = 90;

    /// <summary>Half of the product's methods have fewer lines than this.</summary>
    private const int MedianCap = 13;

    /// <summary>Paths of files that may be longer, each with a reason.</summary>
    private static readonly Dictionary<string, string> _longFiles = [];

    /// <summary>Names of methods that may be longer, each with a reason.</summary>
    private static readonly Dictionary<string, string> _longMembers = [];

    [Fact]
    public void No_file_is_longer_than_its_cap() =>
        Findings.None(
            from file in SourceFile.All
            where file.LineCount > FileCap && !_longFiles.ContainsKey(file.Path)
            select $"{file.Path} has {file.LineCount} lines",
            $"A file has at most {FileCap} lines: take out the part that has a name of its own.");

    [Fact]
    public void No_method_is_longer_than_its_cap() =>
        Findings.None(
            from member in SourceFile.All.SelectMany(MemberSize.In)
            where member.Lines > MemberCap && !_longMembers.ContainsKey(member.Name)
            select $"{member.Where} {member.Name} has {member.Lines} lines",
            $"A method, accessor, operator or local function has at most {MemberCap} lines: give its steps names.");

    [Fact]
    public void Half_of_the_methods_of_the_product_fit_at_a_glance()
    {
        var sizes = SourceFile.Product.SelectMany(MemberSize.In).Where(member => member.IsMethod).Select(member => member.Lines).Order().ToList();
        Assert.NotEmpty(sizes);
        Assert.True(sizes[sizes.Count / 2] < MedianCap, $"The median method has {sizes[sizes.Count / 2]} lines; it must stay under {MedianCap}.");
    }

    [Fact]
    public void No_exception_outlives_its_reason() =>
        Findings.None(
            _longFiles.Keys.Where(path => !RepositoryRoot.Has(path))
                .Concat(_longMembers.Keys.Except(SourceFile.All.SelectMany(MemberSize.In).Where(member => member.Lines > MemberCap).Select(member => member.Name))),
            "Remove these from the list of exceptions: nothing needs them any more.");
}
