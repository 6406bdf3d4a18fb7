namespace Causeway.Wire.Dialects;

/// <summary>The spellings of the families in specs, profiles and messages.</summary>
public static class DialectFamilies
{
    private static readonly string[] s_names = ["dsml", "minimax", "qwen3-coder", "hermes", "kimi", "harmony", "glm", "mistral", "llama"];

    /// <summary>Every spelling, in the order of <see cref="DialectFamily"/>.</summary>
    public static IReadOnlyList<string> Names => s_names;

    public static string NameOf(DialectFamily family) => s_names[(int)family];

    /// <summary>False when <paramref name="name"/> is no family; spellings are exact.</summary>
    public static bool TryParse(ReadOnlySpan<char> name, out DialectFamily family)
    {
        for (var i = 0; i < s_names.Length; i++)
        {
            if (!name.SequenceEqual(s_names[i])) continue;
            family = (DialectFamily)i;
            return true;
        }
        family = default;
        return false;
    }
}
