using System.Text.RegularExpressions;
using Causeway.Repository.Tests.Tree;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Causeway.Repository.Tests.Rules;

/// <summary>Finders of the places where code asks not to be looked at; each gives one line for each breach.</summary>
internal static partial class SuppressionRules
{
    // In pieces, because these rules read their own source too.
    private static readonly Regex _promises = new($@"\b({"TO" + "DO"}|{"FIX" + "ME"}|{"HA" + "CK"})\b", RegexOptions.CultureInvariant);

    public static IEnumerable<string> Regions(SourceFile file) =>
        from trivia in file.Root.DescendantTrivia()
        where trivia.IsKind(SyntaxKind.RegionDirectiveTrivia)
        select file.Where(trivia.SpanStart);

    public static IEnumerable<string> Promises(string path, string text) =>
        from match in _promises.Matches(text)
        select $"{path}:{text.AsSpan(0, match.Index).Count('\n') + 1} {match.Value}";

    /// <summary>Pragmas and attributes that silence a warning without a reason on their line or the line above.</summary>
    public static IEnumerable<string> Unexplained(SourceFile file)
    {
        var lines = file.Text.Split('\n');
        return from position in Silencers(file)
               let line = file.Root.SyntaxTree.GetText().Lines.GetLinePosition(position).Line
               where !Explains(lines[line]) && (line == 0 || !Explains(lines[line - 1]))
               select file.Where(position);
    }

    public static int NullForgivings(SourceFile file) =>
        file.Root.DescendantNodes().Count(node => node.IsKind(SyntaxKind.SuppressNullableWarningExpression));

    private static IEnumerable<int> Silencers(SourceFile file)
    {
        var pragmas = from directive in file.Root.DescendantNodes(descendIntoTrivia: true).OfType<PragmaWarningDirectiveTriviaSyntax>()
                      where directive.DisableOrRestoreKeyword.IsKind(SyntaxKind.DisableKeyword)
                      select directive.SpanStart;
        var attributes = from attribute in file.Root.DescendantNodes().OfType<AttributeSyntax>()
                         where SuppressionAttribute().IsMatch(attribute.Name.ToString())
                         select attribute.SpanStart;
        return pragmas.Concat(attributes);
    }

    /// <summary>A comment of a few words, or a justification of a few words.</summary>
    private static bool Explains(string line) => Reason().IsMatch(line);

    [GeneratedRegex("""//[\s/]*\w+\s+\w+|Justification\s*=\s*"\w+\s+\w+""", RegexOptions.CultureInvariant)]
    private static partial Regex Reason();

    [GeneratedRegex(@"(^|\.)(Unconditional)?SuppressMessage(Attribute)?$", RegexOptions.CultureInvariant)]
    private static partial Regex SuppressionAttribute();
}
