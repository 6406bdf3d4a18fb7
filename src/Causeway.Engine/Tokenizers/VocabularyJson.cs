using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Causeway.Engine.Tokenizers;

/// <summary>Reads <c>model</c> and <c>added_tokens</c> of a tokenizer.json into tables.</summary>
internal sealed class VocabularyJson(TokenOutput output)
{
    private const string What = "The tokenizer's model";

    private readonly SpellingTable _spellings = new();
    private readonly MergeTable _merges = new();
    private readonly HashSet<int> _controls = [];
    private readonly HashSet<int> _merged = [];

    public SpellingTable Output { get; } = new();
    public HashSet<int> Specials { get; } = [];

    public void ReadTokens(Dictionary<string, ReadOnlyMemory<byte>> model)
    {
        if (model.TryGetValue("type", out var type) && !type.Span.SequenceEqual("\"BPE\""u8))
            throw new ModelFormatException($"{What} is of the type {Json.Shown(Encoding.UTF8.GetString(type.Span[..Math.Min(type.Length, 40)]))}; BPE can be run.");
        var reader = new Utf8JsonReader(Required(model, "vocab").Span);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new ModelFormatException($"{What} has a vocab that is not an object.");
        var scratch = new Scratch();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var spelling = scratch.Unescape(ref reader);
            if (!reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var id) || id < 0)
                throw new ModelFormatException($"{What} has a token whose id is not a whole number.");
            AddToken(id, spelling, scratch);
        }
        if (_spellings.Count == 0) throw new ModelFormatException($"{What} has an empty vocabulary.");
    }

    private void AddToken(int id, ReadOnlySpan<byte> spelling, Scratch scratch)
    {
        if (_spellings.Has(id)) throw new ModelFormatException($"{What} has two tokens of the id {id}.");
        var findable = true;
        if (output.ByteLevel)
        {
            var bytes = scratch.Second(spelling.Length);
            findable = ByteAlphabet.TryRead(spelling, bytes, out var length);
            if (findable) spelling = bytes[..length];
        }
        if (!_spellings.Set(id, spelling, findable)) throw new ModelFormatException($"{What} has the token {id} twice.");
        Output.Set(id, output.ByteLevel ? spelling : output.Of(spelling), findable: false);
    }

    /// <summary>Added tokens, each with whether it is looked for after normalisation.</summary>
    public List<(AddedToken Token, bool Normalized)> ReadAdded(JsonElement? list)
    {
        const string Added = "An added token";
        var tokens = new List<(AddedToken, bool)>();
        if (list is not { } element) return tokens;
        if (element.ValueKind != JsonValueKind.Array) throw new ModelFormatException("The tokenizer's added_tokens are not a list.");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in element.EnumerateArray())
        {
            var (content, id, special) = (item.Text("content", Added), item.Number("id", Added), item.Flag("special", false, Added));
            if (content.Length == 0 || !seen.Add(content)) continue;
            var inVocabulary = Place(id, content, special);
            tokens.Add((
                new AddedToken(id, Encoding.UTF8.GetBytes(content), special || !inVocabulary, item.Flag("lstrip", false, Added), item.Flag("rstrip", false, Added), item.Flag("single_word", false, Added)),
                item.Flag("normalized", !special, Added)));
            if (special || !inVocabulary) _controls.Add(id);
        }
        return tokens;
    }

    private bool Place(int id, string content, bool special)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        var known = FindWritten(bytes);
        if ((known >= 0 && known != id) || (known < 0 && (id < 0 || _spellings.Has(id) || Output.Has(id))))
            throw new ModelFormatException($"The added token {Json.Shown(content)} has the id {id}, which is another token's.");
        if (special) Specials.Add(id);
        if (special || known < 0 || output.ByteLevel) Output.Set(id, bytes, findable: false);
        return known >= 0;
    }

    /// <summary>The token of a spelling as the file writes it.</summary>
    private int FindWritten(ReadOnlySpan<byte> written)
    {
        if (!output.ByteLevel) return _spellings.Find(written);
        var bytes = new byte[written.Length];
        return ByteAlphabet.TryRead(written, bytes, out var length) ? _spellings.Find(bytes.AsSpan(0, length)) : -1;
    }

    public void ReadMerges(Dictionary<string, ReadOnlyMemory<byte>> model)
    {
        var reader = new Utf8JsonReader(Required(model, "merges").Span);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray) throw new ModelFormatException($"{What} has merges that are not a list.");
        var scratch = new Scratch();
        for (var rank = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; rank++)
        {
            var joined = scratch.Unescaped(ref reader, rank, out var cut);
            AddMerge(joined[..cut], joined[cut..], rank, scratch);
        }
    }

    private void AddMerge(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, int rank, Scratch scratch)
    {
        var joined = scratch.Second(left.Length + right.Length);
        var (leftLength, rightLength) = (left.Length, right.Length);
        if (!output.ByteLevel)
        {
            left.CopyTo(joined);
            right.CopyTo(joined[leftLength..]);
        }
        else if (!ByteAlphabet.TryRead(left, joined, out leftLength) || !ByteAlphabet.TryRead(right, joined[leftLength..], out rightLength))
        {
            throw new ModelFormatException($"{What} merges what is not bytes at merge {rank}.");
        }
        var (first, second, both) = (
            _spellings.Find(joined[..leftLength]), _spellings.Find(joined.Slice(leftLength, rightLength)), _spellings.Find(joined[..(leftLength + rightLength)]));
        if (first < 0 || second < 0 || both < 0) throw new ModelFormatException($"{What} merges what is not in its vocabulary at merge {rank}.");
        if (_controls.Contains(both)) return;
        _merges.Set(first, second, rank, both);
        _merged.Add(both);
    }

    public BytePairModel Model(Dictionary<string, ReadOnlyMemory<byte>> model)
    {
        foreach (var name in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
            if (TokenizerJson.Element(model, name) is { } affix && !(affix.ValueKind == JsonValueKind.String && affix.ValueEquals("")))
                throw new ModelFormatException($"{What} has a {name}; that cannot be run here.");
        if (TokenizerJson.Element(model, "dropout") is { } dropout && !(dropout.ValueKind == JsonValueKind.Number && dropout.GetDouble() == 0))
            throw new ModelFormatException($"{What} has a dropout: the same text would have other tokens each time.");
        var fallsBack = IsTrue(model, "byte_fallback");
        return new BytePairModel
        {
            Spellings = _spellings,
            Merges = _merges,
            ByteSymbols = output.ByteLevel ? _spellings.FindBytes() : default,
            ByteFallback = fallsBack && !output.ByteLevel ? TokenOutput.FallbackTokens(_spellings) : default,
            Unknown = Unknown(TokenizerJson.Element(model, "unk_token")),
            FuseUnknown = IsTrue(model, "fuse_unk"),
            WholeWordsFirst = IsTrue(model, "ignore_merges"),
            Hidden = [.. _controls],
        };
    }

    /// <summary>Cuts a text that would be one word where no merge can reach across.</summary>
    public WordCutting Refine(WordCutting cutting, BytePairModel model) =>
        !cutting.ByteLevel && DelimiterRuns.For(_spellings, id => model.WholeWordsFirst || _merged.Contains(id)) is { } runs
            ? cutting with { Splitters = cutting.Splitters.Add(runs) }
            : cutting;

    private int Unknown(JsonElement? token)
    {
        if (token is not { ValueKind: JsonValueKind.String } text) return -1;
        var id = FindWritten(Encoding.UTF8.GetBytes(text.GetString()!));
        return id >= 0 ? id : throw new ModelFormatException($"{What} has an unk_token that is not in its vocabulary.");
    }

    private static bool IsTrue(Dictionary<string, ReadOnlyMemory<byte>> model, string name) => TokenizerJson.Element(model, name) is { } value && value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new ModelFormatException($"{What} has a \"{name}\" that is neither true nor false."),
    };

    private static ReadOnlyMemory<byte> Required(Dictionary<string, ReadOnlyMemory<byte>> model, string name) =>
        model.TryGetValue(name, out var bytes) ? bytes : throw new ModelFormatException($"{What} has no {name}.");

    /// <summary>Buffers that grow to the longest token and are used again.</summary>
    private sealed class Scratch
    {
        private byte[] _first = new byte[256];
        private byte[] _second = new byte[256];

        public Span<byte> Second(int length)
        {
            if (_second.Length < length) _second = new byte[length * 2];
            return _second;
        }

        public ReadOnlySpan<byte> Unescape(ref Utf8JsonReader reader)
        {
            var length = Append(ref reader, 0);
            return _first.AsSpan(0, length);
        }

        /// <summary>A merge, as "left right" or ["left", "right"], the two joined.</summary>
        public ReadOnlySpan<byte> Unescaped(ref Utf8JsonReader reader, int rank, out int cut)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                var length = Append(ref reader, 0);
                var text = _first.AsSpan(0, length);
                cut = text.IndexOf((byte)' ');
                if (cut <= 0 || cut == text.Length - 1 || text[(cut + 1)..].Contains((byte)' ')) throw NotTwo(rank);
                text[(cut + 1)..].CopyTo(text[cut..]);
                return text[..^1];
            }
            if (reader.TokenType != JsonTokenType.StartArray || !reader.Read() || reader.TokenType != JsonTokenType.String) throw NotTwo(rank);
            cut = Append(ref reader, 0);
            if (!reader.Read() || reader.TokenType != JsonTokenType.String) throw NotTwo(rank);
            var both = Append(ref reader, cut);
            if (!reader.Read() || reader.TokenType != JsonTokenType.EndArray) throw NotTwo(rank);
            return _first.AsSpan(0, both);
        }

        private static ModelFormatException NotTwo(int rank) => new($"{What} has a merge, number {rank}, that is not two tokens.");

        private int Append(ref Utf8JsonReader reader, int at)
        {
            if (_first.Length < at + reader.ValueSpan.Length) Array.Resize(ref _first, (at + reader.ValueSpan.Length) * 2);
            return at + reader.CopyString(_first.AsSpan(at));
        }
    }
}
