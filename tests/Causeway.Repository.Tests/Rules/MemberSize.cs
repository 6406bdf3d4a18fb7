using Causeway.Repository.Tests.Tree;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Causeway.Repository.Tests.Rules;

/// <summary>A piece of code with a name, and its lines from its first word to its closing brace, comments within included.</summary>
/// <param name="IsMethod">False for what usually fits on one line anyway: properties and accessors.</param>
internal sealed record MemberSize(string Name, string Where, int Lines, bool IsMethod)
{
    /// <summary>Methods, constructors, operators, accessors and local functions that have a body.</summary>
    public static IEnumerable<MemberSize> In(SourceFile file) =>
        from node in file.Root.DescendantNodes()
        where HasBody(node)
        select new MemberSize(NameOf(node), file.Where(node), LinesOf(node), node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax);

    private static bool HasBody(SyntaxNode node) => node switch
    {
        BaseMethodDeclarationSyntax method => method.Body is not null || method.ExpressionBody is not null,
        AccessorDeclarationSyntax accessor => accessor.Body is not null || accessor.ExpressionBody is not null,
        LocalFunctionStatementSyntax => true,
        PropertyDeclarationSyntax property => property.ExpressionBody is not null,
        _ => false,
    };

    private static string NameOf(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        ConstructorDeclarationSyntax constructor => $"{constructor.Identifier.Text} (constructor)",
        LocalFunctionStatementSyntax local => local.Identifier.Text,
        PropertyDeclarationSyntax property => property.Identifier.Text,
        AccessorDeclarationSyntax accessor => $"{accessor.Keyword.Text} accessor",
        _ => node.Kind().ToString(),
    };

    private static int LinesOf(SyntaxNode node)
    {
        var span = node.SyntaxTree.GetLineSpan(node.Span);
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }
}
