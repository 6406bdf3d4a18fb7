using Causeway.Repository.Tests.Rules;
using Causeway.Repository.Tests.Tree;

namespace Causeway.Repository.Tests;

/// <summary>A clone works anywhere and tells nothing about where it was written.</summary>
public sealed class PrivacyTests
{
    [Fact]
    public void No_file_names_a_machine_a_private_registry_or_a_secret() =>
        Findings.None(
            RepositoryRoot.TextFiles().SelectMany(file => PrivateText.In(file.Path, file.Text)),
            "Use a path relative to the repository, a public registry, a variable of the environment.");
}
