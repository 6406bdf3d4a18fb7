using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Causeway.Engine.Tokenizers;

/// <summary>How a text is cut into words, and what is done to it before.</summary>
/// <param name="ByteLevel">Words are merged from bytes; else from characters.</param>
internal sealed record WordCutting(ImmutableArray<TextRule> Rules, ImmutableArray<WordSplitter> Splitters, bool ByteLevel);

/// <summary>Reads <c>pre_tokenizer</c> of a tokenizer.json.</summary>
internal static class WordSplitters
{
    private const string What = "The tokenizer's pre_tokenizer";
    private const int Deepest = 8;
    private const string Contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private const string AfterDigits = @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly WordSplitter _gpt2 = new Gpt2Words();

    // Each splitter does exactly what its pattern says; a pattern that is not here is refused, since words cut differently are other tokens.
    private static readonly Dictionary<string, WordSplitter> _patterns = new(StringComparer.Ordinal)
    {
        [@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"] = _gpt2,
        [Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}" + AfterDigits] = new TiktokenWords(1),
        [Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}" + AfterDigits] = new TiktokenWords(3),
        [@"\p{N}"] = new DigitWords(1),
        [@"\p{N}{1,3}"] = new DigitWords(3),
    };

    public static WordCutting Read(JsonElement? preTokenizer)
    {
        var reading = new Reading();
        if (preTokenizer is { } element) reading.Add(element, 0);
        return new WordCutting([.. reading.Rules], [.. reading.Splitters], reading.ByteLevel);
    }

    /// <summary>By the name that a GGUF file gives.</summary>
    public static ImmutableArray<WordSplitter> Named(string? pre) => pre switch
    {
        "gpt-2" => [_gpt2],
        // llama.cpp's converter calls SmolLM3's rules, which are Llama 3's, smaug-bpe.
        "llama-bpe" or "llama3" or "llama-v3" or "smaug-bpe" => [new TiktokenWords(3)],
        "qwen2" or "deepseek-r1-qwen" => [new TiktokenWords(1)],
        "smollm" => [new DigitWords(1), _gpt2],
        null or "default" => [new PunctuationWords(), _gpt2, new DigitWords(3)],
        _ => throw new ModelFormatException(
            $"The GGUF file cuts words by the rules {Json.Shown(pre)} (tokenizer.ggml.pre); gpt-2, llama-bpe, smaug-bpe, qwen2, smollm and default can be run."),
    };

    private sealed class Reading
    {
        public List<TextRule> Rules { get; } = [];
        public List<WordSplitter> Splitters { get; } = [];
        public bool ByteLevel { get; private set; }

        public void Add(JsonElement element, int depth)
        {
            if (depth > Deepest) throw new ModelFormatException($"{What} is nested too deeply.");
            if (ByteLevel) throw new ModelFormatException($"{What} goes on after ByteLevel; that cannot be run here.");
            switch (element.Text("type", What))
            {
                case "Sequence":
                    foreach (var part in element.Items("pretokenizers", What)) Add(part, depth + 1);
                    break;
                case "ByteLevel":
                    AddByteLevel(element);
                    break;
                case "Digits":
                    Splitters.Add(new DigitWords(element.Flag("individual_digits", false, What) ? 1 : int.MaxValue));
                    break;
                case "Split":
                    AddSplit(element);
                    break;
                case "Metaspace":
                    AddMetaspace(element);
                    break;
                case var type:
                    throw new ModelFormatException($"{What} is of the type {Json.Shown(type)}; ByteLevel, Digits, Split, Metaspace and Sequence can be run.");
            }
        }

        private void AddByteLevel(JsonElement element)
        {
            if (element.Flag("add_prefix_space", true, What)) AddRule(new PrependRule([(byte)' '], unlessThere: true, onlyAtStart: false));
            if (element.Flag("use_regex", true, What)) Splitters.Add(_gpt2);
            ByteLevel = true;
        }

        private void AddSplit(JsonElement element)
        {
            var (behavior, inverted) = (element.Text("behavior", What), element.Flag("invert", false, What));
            if (element.Member("pattern")?.Member("Regex") is { ValueKind: JsonValueKind.String } pattern)
            {
                var regex = pattern.GetString()!;
                if (!_patterns.TryGetValue(regex, out var splitter))
                    throw new ModelFormatException($"{What} splits by the pattern {Json.Shown(regex)}, which is not one of those that can be run here.");
                if ((behavior, inverted) is not ("Isolated", false) && !((behavior, inverted) is ("Removed", true) && splitter is not DigitWords))
                    throw new ModelFormatException($"{What} splits with the behavior {Json.Shown(behavior)}; for patterns, Isolated can be run.");
                Splitters.Add(splitter);
                return;
            }
            var delimiter = Encoding.UTF8.GetBytes(TextRules.PatternText(element, What));
            if (delimiter.Length == 0 || inverted || behavior is not ("MergedWithPrevious" or "MergedWithNext"))
                throw new ModelFormatException($"{What} splits by a fixed text with the behavior {Json.Shown(behavior)}; MergedWithPrevious and MergedWithNext can be run.");
            Splitters.Add(new DelimitedWords(delimiter, delimiterFirst: behavior == "MergedWithNext"));
        }

        private void AddMetaspace(JsonElement element)
        {
            var replacement = element.Text("replacement", What);
            var mark = Encoding.UTF8.GetBytes(replacement);
            AddRule(TextRules.Replacement(" ", replacement));
            var scheme = element.Member("prepend_scheme") is null && !element.Flag("add_prefix_space", true, What)
                ? "never"
                : element.Member("prepend_scheme") is null ? "always" : element.Text("prepend_scheme", What);
            if (mark.Length == 0 || scheme is not ("always" or "first" or "never"))
                throw new ModelFormatException($"{What} is a Metaspace with the prepend_scheme {Json.Shown(scheme)}; always, first and never can be run.");
            if (scheme != "never") AddRule(new PrependRule(mark, unlessThere: true, onlyAtStart: scheme == "first"));
            if (element.Flag("split", true, What)) Splitters.Add(new DelimitedWords(mark, delimiterFirst: true));
        }

        private void AddRule(TextRule rule)
        {
            if (Splitters.Count > 0) throw new ModelFormatException($"{What} rewrites words after cutting them; that cannot be run here.");
            Rules.Add(rule);
        }
    }
}
