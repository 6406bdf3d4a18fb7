using System.Collections.Immutable;

namespace Causeway.Engine.Formats;

/// <summary>
/// What a model's files say of its tokenizer, as they say it: either <see cref="Json"/> (Hugging Face) or <see cref="Gguf"/> is there. Nothing of it
/// is checked yet; <c>Tokenizer.Create</c> does that. Immutable.
/// </summary>
public sealed record TokenizerFiles
{
    /// <summary>The bytes of <c>tokenizer.json</c>; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>The bytes of <c>tokenizer_config.json</c>; empty when there is none.</summary>
    public ReadOnlyMemory<byte> ConfigJson { get; init; }

    public GgufTokens? Gguf { get; init; }
}

/// <summary>The keys <c>tokenizer.ggml.*</c> of a GGUF file.</summary>
public sealed record GgufTokens
{
    /// <summary><c>model</c>: gpt2 (byte-level BPE) or llama (SentencePiece with scores).</summary>
    public required string Model { get; init; }

    /// <summary><c>pre</c>: which rules cut a text into words before merging; null when the file does not say.</summary>
    public string? Pre { get; init; }

    /// <summary><c>tokens</c>: the spelling of each token, by id.</summary>
    public required ImmutableArray<string> Tokens { get; init; }

    /// <summary><c>scores</c>: as many as tokens, or empty.</summary>
    public ImmutableArray<float> Scores { get; init; } = [];

    /// <summary><c>token_type</c>: 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte; as many as tokens, or empty.</summary>
    public ImmutableArray<int> Types { get; init; } = [];

    /// <summary><c>merges</c>: "left right", the first one goes first; empty for SentencePiece.</summary>
    public ImmutableArray<string> Merges { get; init; } = [];

    /// <summary><c>bos_token_id</c>.</summary>
    public int? Start { get; init; }

    /// <summary><c>eos_token_id</c>.</summary>
    public int? End { get; init; }

    /// <summary><c>unknown_token_id</c>.</summary>
    public int? Unknown { get; init; }

    /// <summary><c>add_bos_token</c>; null when the file does not say.</summary>
    public bool? AddStart { get; init; }

    /// <summary><c>add_eos_token</c>; null when the file does not say.</summary>
    public bool? AddEnd { get; init; }

    /// <summary><c>add_space_prefix</c>; null when the file does not say.</summary>
    public bool? AddSpacePrefix { get; init; }
}
