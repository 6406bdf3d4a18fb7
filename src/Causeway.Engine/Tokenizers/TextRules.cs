using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Causeway.Engine.Tokenizers;

/// <summary>Reads <c>normalizer</c> of a tokenizer.json.</summary>
internal static class TextRules
{
    private const int Deepest = 8;

    public static ImmutableArray<TextRule> Read(JsonElement? normalizer)
    {
        var rules = ImmutableArray.CreateBuilder<TextRule>();
        if (normalizer is { } element) Add(element, rules, 0);
        return rules.ToImmutable();
    }

    public static ReplaceRule Replacement(string pattern, string content) =>
        pattern.Length == 0
            ? throw new ModelFormatException("The tokenizer replaces the empty text.")
            : new ReplaceRule(Encoding.UTF8.GetBytes(pattern), Encoding.UTF8.GetBytes(content));

    private static void Add(JsonElement normalizer, ImmutableArray<TextRule>.Builder rules, int depth)
    {
        const string What = "The tokenizer's normalizer";
        if (depth > Deepest) throw new ModelFormatException($"{What} is nested too deeply.");
        switch (normalizer.Text("type", What))
        {
            case "Sequence":
                foreach (var part in normalizer.Items("normalizers", What)) Add(part, rules, depth + 1);
                break;
            case "NFC":
                rules.Add(new ComposeRule());
                break;
            case "Lowercase":
                rules.Add(new LowercaseRule());
                break;
            case "Prepend":
                rules.Add(new PrependRule(Encoding.UTF8.GetBytes(normalizer.Text("prepend", What)), unlessThere: false, onlyAtStart: false));
                break;
            case "Replace":
                rules.Add(Replacement(PatternText(normalizer, What), normalizer.Text("content", What)));
                break;
            case var type:
                throw new ModelFormatException(
                    $"{What} is of the type {Json.Shown(type)}; NFC, Lowercase, Prepend, Replace of a fixed text and Sequence can be run.");
        }
    }

    /// <summary>The fixed string of a <c>pattern</c>.</summary>
    public static string PatternText(JsonElement element, string what) =>
        element.Member("pattern") is { } pattern && pattern.Member("String") is { ValueKind: JsonValueKind.String } text
            ? text.GetString()!
            : throw new ModelFormatException($"{what} has a pattern that is not a fixed text; only fixed texts can be run here.");
}
