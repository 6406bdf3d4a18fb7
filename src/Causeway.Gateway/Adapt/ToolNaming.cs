using System.Globalization;
using System.Text;
using Causeway.Spec.Profiles;

namespace Causeway.Gateway.Adapt;

/// <summary>
/// Names for tools that an upstream would refuse. A name depends on the original alone, so that earlier turns of a conversation and other
/// replicas agree on it, and carries a hash of it, so that two originals never share one in practice.
/// </summary>
internal static class ToolNaming
{
    private const int HashLength = 9;

    public static bool IsLegal(string name, ToolNameRule rule) => name.Length > 0 && name.Length <= rule.MaxLength && name.All(rule.Allows);

    /// <summary><c>files.read/all</c> becomes <c>files_read_all_1f2e3d4c</c>.</summary>
    public static string Legal(string name, ToolNameRule rule)
    {
        var text = new StringBuilder(rule.MaxLength);
        foreach (var character in name.AsSpan(0, Math.Min(name.Length, rule.MaxLength - HashLength))) text.Append(rule.Allows(character) ? character : '_');
        return text.Append('_').Append(Hash(name).ToString("x8", CultureInfo.InvariantCulture)).ToString();
    }

    // FNV-1a over UTF-16 units: not secret, and the same for ever.
    private static uint Hash(string name)
    {
        var hash = 2166136261u;
        foreach (var unit in name)
        {
            hash = unchecked((hash ^ (byte)unit) * 16777619u);
            hash = unchecked((hash ^ (byte)(unit >> 8)) * 16777619u);
        }
        return hash;
    }
}
