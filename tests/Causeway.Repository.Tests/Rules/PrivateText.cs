using System.Text.RegularExpressions;

namespace Causeway.Repository.Tests.Rules;

/// <summary>Finds what only the machine of its author understands: paths of homes and workplaces, private package registries, secrets.</summary>
internal static partial class PrivateText
{
    // In pieces, because this file is read by its own rule.
    private static readonly string[] _patterns =
    [
        @"(?<![\w.:}\])/-])/" + @"(work|root|Users|home/[a-z])[/\w]",
        @"\b[A-Z]:\\+" + "Users",
        @"(?<![\w.-])/tmp/" + @"[\w-]+\.[A-Za-z0-9]{6,}\b",
        "(arti" + "factory|code" + "artifact|verda" + @"ccio|/nex" + @"us/|pkgs\.dev\.azure)",
        @"\bsk-" + "(proj-|svcacct-)?[A-Za-z0-9]{32,}",
        "AK" + "IA(?![0-9A-Z]{9}EXAMPLE)[0-9A-Z]{16}",
        "-----BEGIN [A-Z ]*PRIV" + "ATE KEY-----",
    ];

    private static readonly Regex _private = new(string.Join('|', _patterns), RegexOptions.CultureInvariant);

    public static IEnumerable<string> In(string path, string text) =>
        from match in _private.Matches(text).Concat(IsPackageSetting(path) ? ForeignRegistry().Matches(text) : [])
        select $"{path}:{text.AsSpan(0, match.Index).Count('\n') + 1} {match.Value}";

    private static bool IsPackageSetting(string path) =>
        path.Split('/')[^1].ToUpperInvariant() is "PACKAGE-LOCK.JSON" or "PACKAGE.JSON" or ".NPMRC" or "NUGET.CONFIG" or "PACKAGES.LOCK.JSON";

    /// <summary>In files that say where packages come from, an address other than the public registries and code hosts.</summary>
    [GeneratedRegex(@"https?://(?!(registry\.npmjs\.org|api\.nuget\.org|www\.nuget\.org|github\.com|opencollective\.com|paypal\.me|www\.patreon\.com|json\.schemastore\.org)\b)[^\s""/]+", RegexOptions.CultureInvariant)]
    private static partial Regex ForeignRegistry();
}
