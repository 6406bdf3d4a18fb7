using System.Collections.Immutable;

namespace Causeway.Spec.Profiles;

/// <summary>The words of profile files.</summary>
public static class ProfileWords
{
    /// <summary>Families of tool-call and reasoning markup.</summary>
    public static ImmutableArray<string> Dialects { get; } =
        ["dsml", "minimax", "qwen3-coder", "hermes", "kimi", "harmony", "glm", "mistral", "llama"];

    public static string Of(Support support) => support switch
    {
        Support.Native => "native",
        Support.Absent => "absent",
        _ => "unknown",
    };

    public static bool TryParse(string word, out Support support)
    {
        (var known, support) = word switch
        {
            "native" => (true, Support.Native),
            "absent" => (true, Support.Absent),
            "unknown" => (true, Support.Unknown),
            _ => (false, Support.Unknown),
        };
        return known;
    }
}
