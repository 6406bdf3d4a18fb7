using System.Text;
using Causeway.Repository.Tests.Rules;
using Causeway.Repository.Tests.Tree;

namespace Causeway.Repository.Tests;

/// <summary>What a type may be called and how open it may be.</summary>
public sealed class TypeTests
{
    private const string InterfaceList = "tests/Causeway.Repository.Tests/Golden/interfaces.txt";

    private static readonly IReadOnlyList<DeclaredType> _types = DeclaredType.In(SourceFile.Product);

    [Fact]
    public void Concrete_classes_are_sealed_unless_something_derives_from_them() =>
        Findings.None(TypeRules.Unsealed(_types), "Add `sealed`: a class is made for inheritance or it is sealed.");

    [Fact]
    public void No_type_is_called_after_doing_something_somehow() =>
        Findings.None(TypeRules.EmptySuffixes(_types), "Name what it is or what it gives back: Config, Plan, State, Lease, Outcome, or its own noun.");

    [Fact]
    public void Every_public_type_says_what_it_is_for() =>
        Findings.None(TypeRules.Undocumented(_types), "Give the type a doc comment (why it exists, what it guarantees) or make it internal.");

    [Fact]
    public void Interfaces_are_the_approved_ones()
    {
        var text = ListInterfaces();
        TestContext.Current.TestOutputHelper?.Write(text);
        if (RepositoryRoot.UpdateGolden)
            File.WriteAllText(RepositoryRoot.PathOf(InterfaceList), text);
        Assert.True(RepositoryRoot.Read(InterfaceList) == text, $"{InterfaceList} differs. If that is meant, run this test with UPDATE_GOLDEN=1. Now:\n{text}");
    }

    [Fact]
    public void An_interface_has_two_real_implementations() =>
        Findings.None(TypeRules.LonelyInterfaces(_types), "An interface with fewer than two implementations in src is a class in disguise: use the class.");

    private static string ListInterfaces()
    {
        var list = new StringBuilder();
        foreach (var type in _types.Where(type => type.IsInterface).OrderBy(type => type.SimpleName, StringComparer.Ordinal))
            list.Append(type.SimpleName).Append(": ").AppendJoin(", ", DeclaredType.KindsOf(type, _types).Select(kind => kind.Name).Order(StringComparer.Ordinal)).Append('\n');
        return list.ToString();
    }
}
