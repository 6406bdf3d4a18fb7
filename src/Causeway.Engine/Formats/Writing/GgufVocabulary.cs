using System.Globalization;
using System.Text.Json;
using Causeway.Engine.Tokenizers;

namespace Causeway.Engine.Formats.Writing;

/// <summary>A tokenizer.json in GGUF's keys, as llama.cpp's converter spells them; the other way round than <see cref="TokenizerGguf"/>.</summary>
internal sealed class GgufVocabulary
{
    private const string Prefix = "tokenizer.ggml.";
    private const int Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6;

    private readonly TokenizerFiles _files;
    private readonly JsonElement _root;
    private readonly JsonElement _model;
    private readonly TokenizerPlan _plan;
    private readonly string[] _tokens;
    private readonly int[] _types;

    private GgufVocabulary(TokenizerFiles files, int size)
    {
        (_files, _plan) = (files, TokenizerJson.Read(files));
        _root = JsonElement.Parse(files.Json.Span);
        _model = _root.GetProperty("model");
        if (_plan.Output.Count > size) throw new ModelFormatException($"The tokenizer has {_plan.Output.Count} tokens and the model's embedding {size} rows: they do not belong together.");
        (_tokens, _types) = (new string[size], new int[size]);
    }

    /// <param name="size">Rows of the embedding.</param>
    /// <param name="ends">Tokens that end an answer, the most important one first.</param>
    /// <exception cref="ModelFormatException">The tokenizer has a step for which the format has no name.</exception>
    public static void Describe(GgufEntries entries, TokenizerFiles files, int size, IReadOnlyList<int> ends) => new GgufVocabulary(files, size).Describe(entries, ends);

    private void Describe(GgufEntries entries, IReadOnlyList<int> ends)
    {
        var byteLevel = _plan.Cutting.ByteLevel;
        ReadTokens();
        entries.Set(Prefix + "model", byteLevel ? "gpt2" : "llama");
        entries.Set(Prefix + "pre", byteLevel ? PreOf() : "default");
        entries.Set(Prefix + "tokens", _tokens);
        entries.Set(Prefix + "token_type", _types);
        var merges = Merges().ToList();
        if (byteLevel) entries.Set(Prefix + "merges", [.. merges.Select(merge => $"{merge.Left} {merge.Right}")]);
        else
        {
            entries.Set(Prefix + "scores", ScoresOf(merges));
            entries.Set(Prefix + "add_space_prefix", AddsSpace());
            if (Array.IndexOf(_types, Unknown) is >= 0 and var unknown) entries.Set(Prefix + "unknown_token_id", unknown);
        }
        DescribeSpecials(entries, ends);
    }

    private void DescribeSpecials(GgufEntries entries, IReadOnlyList<int> ends)
    {
        if (_plan.Prefix.Length > 1 || _plan.Suffix.Length > 0) throw new ModelFormatException("The tokenizer puts more than one start token around a text; GGUF files cannot say that.");
        var start = _plan.Prefix.Length == 1 ? _plan.Prefix[0] : IdOf(_plan.StartSpelling);
        if (start is { } bos) entries.Set(Prefix + "bos_token_id", bos);
        entries.Set(Prefix + "add_bos_token", _plan.Prefix.Length == 1);
        var end = IdOf(_plan.EndSpelling) ?? (ends.Count > 0 ? ends[0] : null);
        if (end is { } eos) entries.Set(Prefix + "eos_token_id", eos);
        var others = ends.Where(id => id != end).Take(2).ToList();
        if (others.Count > 0) entries.Set(Prefix + "eot_token_id", others[0]);
        if (others.Count > 1) entries.Set(Prefix + "eom_token_id", others[1]);
        if (PadOf() is { } pad) entries.Set(Prefix + "padding_token_id", pad);
    }

    private void ReadTokens()
    {
        for (var id = 0; id < _tokens.Length; id++) (_tokens[id], _types[id]) = (string.Create(CultureInfo.InvariantCulture, $"[PAD{id}]"), Unused);
        var unknown = _model.Member("unk_token") is { ValueKind: JsonValueKind.String } spelled ? spelled.GetString() : null;
        foreach (var token in _model.GetProperty("vocab").EnumerateObject())
        {
            var id = token.Value.GetInt32();
            _tokens[id] = token.Name;
            _types[id] = token.Name == unknown ? Unknown : !_plan.Cutting.ByteLevel && IsByte(token.Name) ? Byte : Normal;
        }
        if (_root.Member("added_tokens") is not { } added) return;
        foreach (var token in added.EnumerateArray())
        {
            var (id, content) = (token.GetProperty("id").GetInt32(), token.GetProperty("content").GetString()!);
            foreach (var flag in (string[])["lstrip", "rstrip", "single_word"])
                if (token.Flag(flag, false, "An added token")) throw new ModelFormatException($"The tokenizer's added token {Json.Shown(content)} has {flag}; GGUF files cannot say that.");
            _tokens[id] = content;
            _types[id] = content == unknown ? Unknown : token.Flag("special", false, "An added token") ? Control : UserDefined;
        }
    }

    private IEnumerable<(string Left, string Right)> Merges()
    {
        foreach (var merge in _model.GetProperty("merges").EnumerateArray())
        {
            if (merge.ValueKind == JsonValueKind.Array) yield return (merge[0].GetString()!, merge[1].GetString()!);
            else if (merge.GetString()!.Split(' ') is [var left, var right]) yield return (left, right);
        }
    }

    // SentencePiece does the merge first whose result has the highest score: then the earlier a token can be made, the higher its own.
    private float[] ScoresOf(List<(string Left, string Right)> merges)
    {
        var ranks = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var rank = 0; rank < merges.Count; rank++) ranks.TryAdd(merges[rank].Left + merges[rank].Right, rank);
        return [.. _tokens.Select(token => ranks.TryGetValue(token, out var rank) ? -rank : -(float)merges.Count)];
    }

    private string PreOf()
    {
        if (_plan.Rules.Any(rule => rule is not ComposeRule)) throw new ModelFormatException("The tokenizer rewrites texts before it cuts them; GGUF files have no name for that.");
        var found = _plan.Cutting.Splitters.AsSpan() switch
        {
            [TiktokenWords { LongestNumber: 1 }] when !_plan.Model.WholeWordsFirst => "qwen2",
            [TiktokenWords { LongestNumber: 3 }] when _plan.Model.WholeWordsFirst => "llama-bpe",
            [DigitWords { LongestNumber: 1 }, Gpt2Words] when !_plan.Model.WholeWordsFirst => "smollm",
            [Gpt2Words] when !_plan.Model.WholeWordsFirst => "gpt-2",
            _ => null,
        };
        return found ?? throw new ModelFormatException("The tokenizer cuts words by rules for which this engine knows no name in GGUF files; it knows qwen2, llama-bpe, smollm and gpt-2.");
    }

    private bool AddsSpace() => _plan.Rules.AsSpan() switch
    {
        [ReplaceRule] => false,
        [PrependRule, ReplaceRule] => true,
        _ => throw new ModelFormatException("The tokenizer rewrites texts before it cuts them; GGUF files have no name for that."),
    };

    private int? IdOf(string spelling) => spelling.Length > 0 && Array.IndexOf(_tokens, spelling) is >= 0 and var id ? id : null;

    private int? PadOf()
    {
        if (_files.ConfigJson.IsEmpty) return null;
        return JsonElement.Parse(_files.ConfigJson.Span).Member("pad_token") switch
        {
            { ValueKind: JsonValueKind.String } text => IdOf(text.GetString()!),
            { ValueKind: JsonValueKind.Object } token when token.Member("content") is { ValueKind: JsonValueKind.String } text => IdOf(text.GetString()!),
            _ => null,
        };
    }

    private static bool IsByte(string token) => token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>' && token[3..5].All(char.IsAsciiHexDigit);
}
