using System.Globalization;

namespace Causeway.TinyModels;

/// <summary>What a token is, with the numbers that GGUF gives the kinds.</summary>
public enum TinyTokenKind
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    /// <summary>Matched whole wherever it stands, and part of the text: <c>&lt;tool_call&gt;</c>.</summary>
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}

/// <summary>One token of a vocabulary, spelled as tokenizer.json spells it.</summary>
/// <param name="Score">SentencePiece's: the higher of two merges is done first. 0 for byte-level BPE.</param>
public sealed record TinyToken(string Text, TinyTokenKind Kind, float Score = 0);

/// <summary>A small vocabulary that encodes any text: byte-level BPE as in Qwen and Llama 3, or SentencePiece's BPE with byte fallback as in Gemma and Llama 2.</summary>
public sealed record TinyTokenizer
{
    // First, because the vocabularies below are made of them.
    private static readonly string[] _control = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|begin_of_text|>"];
    private static readonly string[] _marks = ["<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>", "<think>", "</think>"];

    /// <summary>The characters that stand for the 256 bytes: the printable ones of Latin-1 for themselves, the others from U+0100 on (GPT-2).</summary>
    public static string ByteAlphabet { get; } = MakeByteAlphabet();

    /// <summary>Byte-level BPE, ChatML's control tokens, nothing put before a text.</summary>
    public static TinyTokenizer Qwen { get; } = ByteLevel("qwen2", addBos: false);

    /// <summary>Byte-level BPE that puts <c>&lt;|begin_of_text|&gt;</c> before a text; ChatML's control tokens all the same.</summary>
    public static TinyTokenizer Llama3 { get; } = ByteLevel("llama-bpe", addBos: true);

    /// <summary>SentencePiece without a space put before a text.</summary>
    public static TinyTokenizer Gemma { get; } = SentencePiece(addSpace: false);

    /// <summary>SentencePiece with a space put before a text, as Llama 2 and its children have it.</summary>
    public static TinyTokenizer Llama2 { get; } = SentencePiece(addSpace: true);

    public required bool IsByteLevel { get; init; }

    /// <summary>GGUF's name of the pre-tokenizer; empty for SentencePiece.</summary>
    public required string Pre { get; init; }

    public required IReadOnlyList<TinyToken> Tokens { get; init; }
    public required IReadOnlyList<(string Left, string Right)> Merges { get; init; }
    public required bool AddBos { get; init; }
    public required bool AddSpace { get; init; }

    /// <summary>Null: the vocabulary has none (Qwen).</summary>
    public required int? Bos { get; init; }

    /// <summary>What ends a text.</summary>
    public required int EndOfText { get; init; }

    /// <summary>What ends a turn of a chat.</summary>
    public required int EndOfTurn { get; init; }

    /// <summary>Rows of the embedding: the tokens and some that nothing encodes to.</summary>
    public int PaddedCount => ((Tokens.Count / 8) + 2) * 8;

    public int Find(string text)
    {
        for (var i = 0; i < Tokens.Count; i++)
            if (Tokens[i].Text == text) return i;
        throw new KeyNotFoundException(text);
    }

    private static TinyTokenizer ByteLevel(string pre, bool addBos)
    {
        var words = BytePairs.Words('Ġ').Select(word => word.Select(character => character.ToString()).ToList()).ToList();
        var merges = BytePairs.Learn(words, 140);
        var tokens = ByteAlphabet.Order().Select(character => new TinyToken(character.ToString(), TinyTokenKind.Normal))
            .Concat(merges.Select(merge => new TinyToken(merge.Left + merge.Right, TinyTokenKind.Normal)).DistinctBy(token => token.Text))
            .Concat(_control.Select(text => new TinyToken(text, TinyTokenKind.Control)))
            .Concat(_marks.Select(text => new TinyToken(text, TinyTokenKind.UserDefined)))
            .ToList();
        var tokenizer = new TinyTokenizer
        {
            IsByteLevel = true, Pre = pre, Tokens = tokens, Merges = merges, AddBos = addBos, AddSpace = false, Bos = null, EndOfText = 0, EndOfTurn = 0,
        };
        return tokenizer with
        {
            Bos = addBos ? tokenizer.Find("<|begin_of_text|>") : null,
            EndOfText = tokenizer.Find("<|endoftext|>"),
            EndOfTurn = tokenizer.Find("<|im_end|>"),
        };
    }

    private static TinyTokenizer SentencePiece(bool addSpace)
    {
        var words = BytePairs.Words('▁').Select(word => word.Select(character => character.ToString()).ToList()).ToList();
        var pieces = BytePairs.Learn(words, 140).Select(merge => merge.Left + merge.Right).Distinct().ToList();
        var characters = Enumerable.Range(33, 94).Select(code => ((char)code).ToString()).Append("▁").Append("é").Append("ü").ToList();
        var known = characters.Concat(pieces).ToHashSet();
        // Whatever two pieces make a third may be merged to it, the third with the better score first.
        var merges = from piece in pieces
                     from at in Enumerable.Range(1, piece.Length - 1)
                     where known.Contains(piece[..at]) && known.Contains(piece[at..])
                     select (piece[..at], piece[at..]);
        string[] control = ["<pad>", "<eos>", "<bos>"];
        var tokens = control.Select(text => new TinyToken(text, TinyTokenKind.Control))
            .Append(new TinyToken("<unk>", TinyTokenKind.Unknown))
            .Append(new TinyToken("<start_of_turn>", TinyTokenKind.Control))
            .Append(new TinyToken("<end_of_turn>", TinyTokenKind.Control))
            .Concat(Enumerable.Range(0, 256).Select(code => new TinyToken($"<0x{code.ToString("X2", CultureInfo.InvariantCulture)}>", TinyTokenKind.Byte)))
            .Concat(pieces.Concat(characters).Select((text, i) => new TinyToken(text, TinyTokenKind.Normal, -i)));
        return new TinyTokenizer
        {
            IsByteLevel = false, Pre = "", Tokens = [.. tokens], Merges = [.. merges], AddBos = true, AddSpace = addSpace, Bos = 2, EndOfText = 1, EndOfTurn = 5,
        };
    }

    private static string MakeByteAlphabet()
    {
        var others = 0;
        return string.Concat(Enumerable.Range(0, 256).Select(code =>
            code is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174 ? (char)code : (char)(256 + others++)));
    }
}
