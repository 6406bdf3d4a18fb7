using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Causeway.Engine.Tokenizers;

/// <summary>Reads <c>decoder</c> of a tokenizer.json: how the spelling of a token becomes what it adds to a text.</summary>
internal sealed class TokenOutput
{
    private const string What = "The tokenizer's decoder";
    private const int Deepest = 8;

    private readonly List<TextRule> _replacements = [];

    public bool ByteLevel { get; private set; }
    public bool ByteFallback { get; private set; }
    public int DropsLeadingSpaces { get; private set; }

    public static TokenOutput Read(JsonElement? decoder)
    {
        var output = new TokenOutput();
        if (decoder is not { } element) throw new ModelFormatException("The tokenizer has no decoder: tokens could not be made text again.");
        output.Add(element, 0);
        return output;
    }

    /// <summary>That of SentencePiece's vocabularies.</summary>
    public static TokenOutput SentencePiece(bool dropsLeadingSpace) =>
        new() { ByteFallback = true, DropsLeadingSpaces = dropsLeadingSpace ? 1 : 0, _replacements = { TextRules.Replacement("\u2581", " ") } };

    /// <param name="spelling">UTF-8, as in the vocabulary of characters.</param>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> spelling)
    {
        if (ByteFallback && FallbackByte(spelling) is >= 0 and var one) return new byte[] { (byte)one };
        foreach (var rule in _replacements) spelling = rule.Apply(spelling, atStart: false);
        return spelling;
    }

    /// <summary>The byte that <c>&lt;0x0A&gt;</c> stands for, or -1.</summary>
    public static int FallbackByte(ReadOnlySpan<byte> spelling) =>
        spelling.Length == 6 && spelling.StartsWith("<0x"u8) && spelling[5] == '>'
        && byte.TryParse(spelling[3..5], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : -1;

    /// <summary>The token of each byte.</summary>
    public static ImmutableArray<int> FallbackTokens(SpellingTable spellings)
    {
        ImmutableArray<int> tokens = [.. Enumerable.Range(0, 256).Select(value => spellings.Find(Encoding.ASCII.GetBytes($"<0x{value:X2}>")))];
        return tokens.IndexOf(-1) is >= 0 and var missing
            ? throw new ModelFormatException($"The vocabulary falls back to bytes but has no token <0x{missing:X2}>.")
            : tokens;
    }

    private void Add(JsonElement element, int depth)
    {
        if (depth > Deepest) throw new ModelFormatException($"{What} is nested too deeply.");
        switch (element.Text("type", What))
        {
            case "Sequence":
                foreach (var part in element.Items("decoders", What)) Add(part, depth + 1);
                break;
            case "ByteLevel":
                ByteLevel = true;
                break;
            case "ByteFallback":
                ByteFallback = true;
                break;
            case "Fuse":
                break;
            case "Replace":
                _replacements.Add(TextRules.Replacement(TextRules.PatternText(element, What), element.Text("content", What)));
                break;
            case "Metaspace":
                _replacements.Add(TextRules.Replacement(element.Text("replacement", What), " "));
                if (element.Member("prepend_scheme") is null ? element.Flag("add_prefix_space", true, What) : element.Text("prepend_scheme", What) != "never")
                    DropsLeadingSpaces = 1;
                break;
            case "Strip" when element.Text("content", What) == " " && element.Number("stop", What) == 0:
                DropsLeadingSpaces = Math.Clamp(element.Number("start", What), 0, 16);
                break;
            case var type:
                throw new ModelFormatException(
                    $"{What} is of the type {Json.Shown(type)}; ByteLevel, ByteFallback, Fuse, Metaspace, Replace, Strip of leading spaces and Sequence can be run.");
        }
    }
}
