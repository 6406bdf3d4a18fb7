using Causeway.Repository.Tests.Tree;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Causeway.Repository.Tests.Rules;

/// <summary>
/// A type with all its partial declarations. Types are told apart by project and name with outer types; bases are known by their simple
/// name, which is enough while no two types of one project share one.
/// </summary>
internal sealed class DeclaredType
{
    private readonly List<MemberDeclarationSyntax> _parts;

    private DeclaredType(string project, string name, string where, List<MemberDeclarationSyntax> parts)
    {
        Project = project;
        Name = name;
        Where = where;
        _parts = parts;
        Bases = parts.OfType<BaseTypeDeclarationSyntax>().SelectMany(part => part.BaseList?.Types ?? default).Select(BaseName).ToHashSet();
    }

    public string Project { get; }

    /// <summary>With outer types: <c>Outer.Inner</c>.</summary>
    public string Name { get; }

    public string Where { get; }

    /// <summary>Simple names of the base class and interfaces, without type arguments.</summary>
    public IReadOnlySet<string> Bases { get; }

    public string SimpleName => Name[(Name.LastIndexOf('.') + 1)..];

    public bool IsInterface => _parts.Any(part => part is InterfaceDeclarationSyntax);

    public bool IsClass => _parts.Any(part => part is ClassDeclarationSyntax || part.IsKind(SyntaxKind.RecordDeclaration));

    /// <summary>Neither abstract nor static: objects of it can be made.</summary>
    public bool IsConcrete => !IsInterface && !Has(SyntaxKind.AbstractKeyword) && !Has(SyntaxKind.StaticKeyword);

    public bool IsSealed => Has(SyntaxKind.SealedKeyword);

    /// <summary>Other projects can see it: it and every type around it are public.</summary>
    public bool IsPublic =>
        Has(SyntaxKind.PublicKeyword) && _parts[0].Ancestors().OfType<BaseTypeDeclarationSyntax>().All(outer => outer.Modifiers.Any(SyntaxKind.PublicKeyword));

    public bool HasDocComment => _parts.Any(part => part.GetLeadingTrivia().Any(trivia => trivia.HasStructure && trivia.GetStructure() is DocumentationCommentTriviaSyntax));

    public static IReadOnlyList<DeclaredType> In(IEnumerable<SourceFile> files) =>
    [
        .. files.SelectMany(file => file.Root.DescendantNodes().OfType<MemberDeclarationSyntax>().Where(IsType).Select(node => (file, node)))
            .GroupBy(type => (type.file.Project, Name: NameOf(type.node)))
            .Select(type => new DeclaredType(
                type.Key.Project, type.Key.Name, type.First().file.Where(type.First().node), [.. type.Select(part => part.node)])),
    ];

    /// <summary>The concrete types that are a <paramref name="type"/>, by themselves or through a base.</summary>
    public static IEnumerable<DeclaredType> KindsOf(DeclaredType type, IReadOnlyList<DeclaredType> all) =>
        all.Where(candidate => candidate.Bases.Contains(type.SimpleName))
            .SelectMany(candidate => KindsOf(candidate, all).Append(candidate))
            .Where(candidate => candidate.IsConcrete)
            .Distinct();

    private static bool IsType(MemberDeclarationSyntax node) => node is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax;

    private bool Has(SyntaxKind modifier) => _parts.Any(part => part.Modifiers.Any(modifier));

    private static string NameOf(MemberDeclarationSyntax node)
    {
        var name = node is BaseTypeDeclarationSyntax type ? type.Identifier.Text : ((DelegateDeclarationSyntax)node).Identifier.Text;
        return node.Parent is BaseTypeDeclarationSyntax outer ? $"{NameOf(outer)}.{name}" : name;
    }

    private static string BaseName(BaseTypeSyntax type) => type.Type switch
    {
        QualifiedNameSyntax name => name.Right.Identifier.Text,
        AliasQualifiedNameSyntax name => name.Name.Identifier.Text,
        SimpleNameSyntax name => name.Identifier.Text,
        var other => other.ToString(),
    };
}
