using System.Text;
using Causeway.Engine.Constraints;

namespace Causeway.Engine.Tests.Constraints;

/// <summary>Vocabularies to test with.</summary>
internal static class Vocabularies
{
    public const int End = 256;

    /// <summary>Every byte a token, and one that ends.</summary>
    public static ConstraintVocabulary Bytes { get; } = ConstraintVocabulary.Build(257, token => token < 256 ? new[] { (byte)token } : default, _ => false, [End]);

    /// <summary>Some thousands of tokens as trained vocabularies have them: words, parts of characters, punctuation run together, special tokens.</summary>
    public static string[] Texts { get; } = MakeTexts();

    public static ConstraintVocabulary Words { get; } = Of(Texts);

    public static int WordsEnd => 256;

    /// <summary>Bytes, an end (256), then these texts; those in angle brackets are special.</summary>
    public static ConstraintVocabulary Of(IReadOnlyList<string> texts) => ConstraintVocabulary.Build(
        257 + texts.Count,
        token => token < 256 ? new[] { (byte)token } : token == End ? "<|end|>"u8.ToArray() : Bytes8(texts[token - 257]),
        token => token >= End && (token == End || texts[token - 257] is ['<', _, .., '>']),
        [End]);

    private static byte[] Bytes8(string text) => text.StartsWith("hex:", StringComparison.Ordinal) ? Convert.FromHexString(text[4..]) : Encoding.UTF8.GetBytes(text);

    private static string[] MakeTexts()
    {
        string[] marks =
        [
            "\"", "\",", "\":", "\": ", "\": \"", "\":\"", "\",\"", "\", \"", "\"}", "\"]", "\"},", "\"}]", "{\"", "[\"", "[{\"", "{}", "[]", "[[", "]]", "}}", "},{\"", "}, {\"",
            ", ", ": ", ",\"", ", \"", "\\n", "\\\"", "\\\\", "\\u", "\\u00", "\\ud83d", "\n", "  ", "\n  ", " \"", "true", "false", "null", " true", " null", "1", "12", "123",
            "2024", "-", ".", ".5", "0.", "e", "e+", "10", "00", "-1", "3.14", "hex:f09f", "hex:9880", "hex:c3", "hex:e4bd", "é", "日本", "ö\"", "😀", "<tool_call>", "</tool_call>",
            "<think>", "</think>", "<|im_start|>", "}\n", "\n</", "tool_call", "_call>",
        ];
        var random = new Random(7);
        var words = Enumerable.Range(0, 3000).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => (char)('a' + random.Next(26)))));
        string[] known = ["name", "age", "id", "type", "kind", "value", "items", "city", "date", "tags", "title", "count", "street", "email", "children", "status", "active"];
        return [.. marks.Concat(words).Concat(known).Concat(known.Select(word => " " + word)).Concat(known.Select(word => "\"" + word + "\":")).Distinct()];
    }
}
