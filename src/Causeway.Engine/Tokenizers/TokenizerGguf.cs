using System.Collections.Immutable;
using System.Text;
using Causeway.Engine.Formats;

namespace Causeway.Engine.Tokenizers;

/// <summary>Reads the vocabulary of a GGUF file: byte-level BPE with merges (gpt2), or SentencePiece with scores (llama).</summary>
internal sealed class TokenizerGguf
{
    private const int Normal = 1, UnknownType = 2, Control = 3, UserDefined = 4, Byte = 6;

    private readonly GgufTokens _gguf;
    private readonly bool _byteLevel;
    private readonly SpellingTable _spellings = new();
    private readonly MergeTable _merges = new();
    private readonly SpellingTable _output = new();
    private readonly TokenOutput _decoding;

    private TokenizerGguf(GgufTokens gguf)
    {
        _gguf = gguf;
        _byteLevel = gguf.Model == "gpt2";
        if (!_byteLevel && gguf.Model != "llama")
            throw new ModelFormatException($"The GGUF file has a tokenizer of the kind {Json.Shown(gguf.Model)} (tokenizer.ggml.model); gpt2 and llama can be run.");
        if (gguf.Tokens.IsDefaultOrEmpty) throw new ModelFormatException("The GGUF file has no tokens (tokenizer.ggml.tokens).");
        Check(gguf.Types.Length, "token_type");
        Check(gguf.Scores.Length, "scores");
        _decoding = TokenOutput.SentencePiece(PrependsSpace);
    }

    private bool PrependsSpace => !_byteLevel && (_gguf.AddSpacePrefix ?? true);

    /// <exception cref="ModelFormatException">It is damaged, or asks for what is not run here.</exception>
    public static TokenizerPlan Read(GgufTokens gguf) => new TokenizerGguf(gguf).Read();

    private TokenizerPlan Read()
    {
        for (var id = 0; id < _gguf.Tokens.Length; id++) AddToken(id);
        if (_byteLevel) ReadMerges();
        else MergesOfScores.Add(_spellings, _merges, _gguf.Scores, id => TypeOf(id) is Normal or UserDefined);
        var added = Enumerable.Range(0, _gguf.Tokens.Length).Where(id => TypeOf(id) is Control or UserDefined or UnknownType && _gguf.Tokens[id].Length > 0).Select(Added);
        return new TokenizerPlan
        {
            Model = Model(),
            Rules = Rules(),
            Cutting = Cutting(),
            Added = new AddedTokens([.. added]),
            AddedAfterRules = new AddedTokens([]),
            Output = _output,
            Specials = [.. Enumerable.Range(0, _gguf.Tokens.Length).Where(id => TypeOf(id) is Control or UnknownType)],
            DropsLeadingSpaces = PrependsSpace ? 1 : 0,
            Prefix = _gguf.AddStart ?? !_byteLevel ? Existing(_gguf.Start, "bos_token_id") : [],
            Suffix = _gguf.AddEnd ?? false ? Existing(_gguf.End, "eos_token_id") : [],
            StartSpelling = SpellingOf(_gguf.Start),
            EndSpelling = SpellingOf(_gguf.End),
        };
    }

    private BytePairModel Model() => new()
    {
        Spellings = _spellings,
        Merges = _merges,
        ByteSymbols = _byteLevel ? _spellings.FindBytes() : default,
        ByteFallback = _byteLevel ? default : TokenOutput.FallbackTokens(_spellings),
        WholeWordsFirst = _byteLevel && _gguf.Pre is "llama-bpe" or "llama3" or "llama-v3" or "smaug-bpe",
        Hidden = [.. Enumerable.Range(0, _gguf.Tokens.Length).Where(IsControl)],
    };

    // Qwen's tokenizers normalise; that their GGUF files do not say so changes nothing of what the model has learned.
    private ImmutableArray<TextRule> Rules()
    {
        if (_byteLevel) return _gguf.Pre is "qwen2" or "deepseek-r1-qwen" ? [new ComposeRule()] : [];
        var space = TextRules.Replacement(" ", "\u2581");
        return PrependsSpace ? [new PrependRule([(byte)' '], unlessThere: false, onlyAtStart: false), space] : [space];
    }

    private WordCutting Cutting()
    {
        if (_byteLevel) return new WordCutting([], WordSplitters.Named(_gguf.Pre), ByteLevel: true);
        var runs = DelimiterRuns.For(_spellings, id => TypeOf(id) is Normal or UserDefined);
        return new WordCutting([], runs is null ? [] : [runs], ByteLevel: false);
    }

    private void AddToken(int id)
    {
        var written = Encoding.UTF8.GetBytes(_gguf.Tokens[id]);
        ReadOnlySpan<byte> spelling = written;
        var plain = TypeOf(id) is not (Control or UserDefined or UnknownType);
        if (_byteLevel && plain)
        {
            var bytes = new byte[written.Length];
            plain = ByteAlphabet.TryRead(written, bytes, out var length);
            if (plain) spelling = bytes.AsSpan(0, length);
        }
        // Of two tokens spelled alike the first is found; the other may still be said.
        _spellings.Set(id, spelling, findable: plain || !_byteLevel);
        _output.Set(id, _byteLevel || IsControl(id) ? spelling : _decoding.Of(spelling), findable: false);
    }

    private void ReadMerges()
    {
        if (_gguf.Merges.IsDefaultOrEmpty) throw new ModelFormatException("The GGUF file has no merges (tokenizer.ggml.merges).");
        for (var rank = 0; rank < _gguf.Merges.Length; rank++)
        {
            var merge = _gguf.Merges[rank];
            var cut = merge.IndexOf(' ', 1 <= merge.Length ? 1 : 0);
            if (cut < 0) throw new ModelFormatException($"The GGUF file has a merge, number {rank}, that is not two tokens.");
            var (left, right) = (Bytes(merge[..cut], rank), Bytes(merge[(cut + 1)..], rank));
            var (first, second, both) = (_spellings.Find(left), _spellings.Find(right), _spellings.Find([.. left, .. right]));
            if (first < 0 || second < 0 || both < 0) throw new ModelFormatException($"The GGUF file merges what is not in its vocabulary at merge {rank}.");
            _merges.Set(first, second, rank, both);
        }
    }

    private static byte[] Bytes(string written, int rank)
    {
        var utf8 = Encoding.UTF8.GetBytes(written);
        var bytes = new byte[utf8.Length];
        return ByteAlphabet.TryRead(utf8, bytes, out var length)
            ? bytes[..length]
            : throw new ModelFormatException($"The GGUF file merges what is not bytes at merge {rank}.");
    }

    private AddedToken Added(int id) => new(id, Encoding.UTF8.GetBytes(_gguf.Tokens[id]), IsControl(id), TakesLeft: false, TakesRight: false, WholeWord: false);

    // What a byte-level vocabulary keeps apart from its merges exists for templates; SentencePiece's user-defined pieces are text (runs of line ends, tags).
    private bool IsControl(int id) => TypeOf(id) is Control or UnknownType || (_byteLevel && TypeOf(id) == UserDefined);

    private int TypeOf(int id) => _gguf.Types.IsDefaultOrEmpty ? TypeOfUntyped(id) : _gguf.Types[id];

    private int TypeOfUntyped(int id) => id == _gguf.Start || id == _gguf.End ? Control
        : id == _gguf.Unknown ? UnknownType
        : !_byteLevel && TokenOutput.FallbackByte(Encoding.UTF8.GetBytes(_gguf.Tokens[id])) >= 0 ? Byte
        : Normal;

    private void Check(int count, string name)
    {
        if (count != 0 && count != _gguf.Tokens.Length)
            throw new ModelFormatException($"The GGUF file has {_gguf.Tokens.Length} tokens but {count} of tokenizer.ggml.{name}.");
    }

    private ImmutableArray<int> Existing(int? id, string name) => id is not { } token
        ? []
        : (uint)token < (uint)_gguf.Tokens.Length ? [token] : throw new ModelFormatException($"The GGUF file's tokenizer.ggml.{name} is {token}, which is no token.");

    private string SpellingOf(int? id) => id is { } token && (uint)token < (uint)_gguf.Tokens.Length ? _gguf.Tokens[token] : "";
}
