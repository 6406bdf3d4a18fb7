using Causeway.Repository.Tests.Tree;
using Causeway.Spec;

namespace Causeway.Repository.Tests;

/// <summary>What people copy first must work.</summary>
public sealed class SampleTests
{
    private static IReadOnlyList<string> Folders =>
        [.. RepositoryRoot.FilesUnder("samples/").Where(file => file.Split('/').Length > 2).Select(file => string.Join('/', file.Split('/').Take(2))).Distinct()];

    [Fact]
    public void There_is_a_sample_to_start_from() => Assert.NotEmpty(Folders);

    [Fact]
    public void A_sample_is_a_spec_and_a_page_that_explains_it() =>
        Findings.None(
            from folder in Folders
            from file in new[] { "README.md", "causeway.yaml" }
            where !RepositoryRoot.Has($"{folder}/{file}")
            select $"{folder}/{file}",
            "Add the missing file, or remove the folder.");

    [Fact]
    public void The_spec_of_a_sample_compiles_without_a_word() =>
        Findings.None(
            from folder in Folders
            let spec = $"{folder}/causeway.yaml"
            where RepositoryRoot.Has(spec)
            from diagnostic in SpecCompiler.Compile(spec, RepositoryRoot.Read(spec), _ => "test-secret-value").Diagnostics
            select diagnostic.ToString(),
            "Correct the sample: people copy it.");

    [Fact]
    public void The_readme_or_the_index_of_the_docs_lists_every_sample()
    {
        var pages = RepositoryRoot.Read("docs/README.md") + (RepositoryRoot.Has("README.md") ? RepositoryRoot.Read("README.md") : "");
        Findings.None(Folders.Where(folder => !pages.Contains(folder, StringComparison.Ordinal)), "Link the sample from README.md or docs/README.md.");
    }
}
