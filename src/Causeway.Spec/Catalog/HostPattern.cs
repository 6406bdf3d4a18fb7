namespace Causeway.Spec.Catalog;

/// <summary>Host names of which one label may be <c>*</c>: <c>bedrock-mantle.*.api.aws</c>.</summary>
internal static class HostPattern
{
    public static bool IsMatch(string pattern, string host) =>
        string.Equals(pattern, host, StringComparison.OrdinalIgnoreCase) || Star(pattern, host) is not null;

    /// <summary>The label that stands for the star; null when the host does not match, or the pattern has no star.</summary>
    public static string? Star(string pattern, string host)
    {
        var (wanted, found) = (pattern.Split('.'), host.Split('.'));
        if (wanted.Length != found.Length) return null;
        string? star = null;
        for (var i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] == "*") star = found[i].ToLowerInvariant();
            else if (!string.Equals(wanted[i], found[i], StringComparison.OrdinalIgnoreCase)) return null;
        }
        return star;
    }
}
