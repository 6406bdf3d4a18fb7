using Causeway.Repository.Tests.Tree;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Causeway.Repository.Tests.Rules;

internal static class TestNameRules
{
    private const int FewestWords = 3;

    public static IEnumerable<string> NotSentences(SourceFile file) =>
        from method in file.Root.DescendantNodes().OfType<MethodDeclarationSyntax>()
        where method.AttributeLists.SelectMany(list => list.Attributes).Any(IsTest)
        where method.Identifier.Text.Split('_', StringSplitOptions.RemoveEmptyEntries).Length < FewestWords
        select $"{file.Where(method.Identifier)} {method.Identifier.Text}";

    /// <summary>Also attributes of our own that derive from xUnit's, by their ending.</summary>
    private static bool IsTest(AttributeSyntax attribute) =>
        attribute.Name.ToString() is var name && (name.EndsWith("Fact", StringComparison.Ordinal) || name.EndsWith("Theory", StringComparison.Ordinal));
}
