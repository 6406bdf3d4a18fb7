using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Causeway.Repository.Tests.Tree;

/// <summary>A C# file of the repository, parsed on its own: rules read syntax, never the meaning of other projects.</summary>
/// <param name="Path">Relative to the root, with <c>/</c>.</param>
internal sealed record SourceFile(string Path, string Text, SyntaxNode Root)
{
    private static readonly CSharpParseOptions _options = new(LanguageVersion.Preview, DocumentationMode.Parse);
    private static readonly Lazy<IReadOnlyList<SourceFile>> _all =
        new(() => [.. RepositoryRoot.Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal)).Select(Load)]);

    /// <summary>Everything under <c>src</c>, <c>tests</c> and <c>bench</c>.</summary>
    public static IReadOnlyList<SourceFile> All => _all.Value;

    public static IReadOnlyList<SourceFile> Product => [.. All.Where(file => file.Path.StartsWith("src/", StringComparison.Ordinal))];

    /// <summary>The folder that holds the project: <c>src/Causeway.Wire</c>.</summary>
    public string Project => string.Join('/', Path.Split('/').Take(2));

    public int LineCount => Root.SyntaxTree.GetText().Lines.Count - (Text.EndsWith('\n') ? 1 : 0);

    public static SourceFile Parse(string path, string text) => new(path, text, CSharpSyntaxTree.ParseText(text, _options).GetRoot());

    /// <summary><c>path:line</c>, so that a terminal can open it.</summary>
    public string Where(SyntaxNodeOrToken node) => Where(node.Span.Start);

    public string Where(int position) => $"{Path}:{Root.SyntaxTree.GetText().Lines.GetLinePosition(position).Line + 1}";

    private static SourceFile Load(string path) => Parse(path, RepositoryRoot.Read(path));
}
