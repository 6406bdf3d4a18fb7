using System.Text.RegularExpressions;

namespace Causeway.Repository.Tests.Rules;

/// <summary>Links of a page to other files of the repository.</summary>
internal static partial class MarkdownLinks
{
    /// <summary>Targets relative to the root, without anchors; links to the web, to mail and within the page are left out, and so is code.</summary>
    public static IEnumerable<string> In(string page, string text) =>
        from match in Link().Matches(Code().Replace(text, ""))
        let target = match.Groups["target"].Value.Split('#')[0]
        where target.Length > 0 && !target.Contains(':', StringComparison.Ordinal)
        select Resolve(page, target);

    /// <summary>Leaving the repository gives a path that starts with <c>..</c>, which exists nowhere in it.</summary>
    private static string Resolve(string page, string target)
    {
        var parts = new List<string>(page.Split('/')[..^1]);
        foreach (var part in target.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".." && parts.Count > 0 && parts[^1] != "..")
                parts.RemoveAt(parts.Count - 1);
            else if (part != ".")
                parts.Add(part);
        }
        return string.Join('/', parts);
    }

    [GeneratedRegex(@"\[[^\]]*\]\(\s*<?(?<target>[^)\s>]+)>?[^)]*\)|^\s*\[[^\]]+\]:\s*(?<target>\S+)", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Link();

    [GeneratedRegex(@"^\s*```.*?^\s*```|`[^`\n]*`", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Code();
}
