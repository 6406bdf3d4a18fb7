using System.Collections.Immutable;

namespace Causeway.Engine.Tokenizers;

/// <summary>A tokenizer as it was read and checked, whatever file said it.</summary>
internal sealed record TokenizerPlan
{
    public required BytePairModel Model { get; init; }

    /// <summary>Applied to what stands between added tokens, in order.</summary>
    public required ImmutableArray<TextRule> Rules { get; init; }

    /// <summary>What comes after that. Of its splitters, each cuts the words of the one before.</summary>
    public required WordCutting Cutting { get; init; }

    /// <summary>Found in the text as it came.</summary>
    public required AddedTokens Added { get; init; }

    /// <summary>Found in the text after <see cref="Rules"/>.</summary>
    public required AddedTokens AddedAfterRules { get; init; }

    /// <summary>What each token adds to a text.</summary>
    public required SpellingTable Output { get; init; }

    public required ImmutableHashSet<int> Specials { get; init; }

    /// <summary>Spaces that decoding drops at the start of a text.</summary>
    public int DropsLeadingSpaces { get; init; }

    public ImmutableArray<int> Prefix { get; init; } = [];
    public ImmutableArray<int> Suffix { get; init; } = [];
    public string StartSpelling { get; init; } = "";
    public string EndSpelling { get; init; } = "";
}
