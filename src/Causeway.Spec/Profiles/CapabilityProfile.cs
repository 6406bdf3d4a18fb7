using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Causeway.Spec.Profiles;

/// <summary>
/// What an upstream, or one model of it, does with each part of a chat completion request and how its answers look. Built in, written by
/// hand or by <c>causeway probe</c>. Immutable and safe to share. Two profiles are equal when they make the gateway do the same;
/// <see cref="Source"/>, <see cref="Measured"/> and evidence do not count.
/// </summary>
public sealed class CapabilityProfile : IEquatable<CapabilityProfile>
{
    /// <summary>The version of the file format: the value of <c>profile</c>.</summary>
    public const int FormatVersion = 1;

    private readonly FeatureFact[] _facts = new FeatureFact[Features.Ids.Length];
    private string? _meaning;

    /// <summary>1 to 128 characters of <c>a-z 0-9 . _ : / -</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Where the facts come from, for people: a page, a probe of an endpoint. Never a secret.</summary>
    public required string Source { get; init; }

    /// <summary>When the facts were measured; null when nobody did: then the source says when it was read.</summary>
    public DateOnly? Measured { get; init; }

    /// <summary>What is known; features that are not in it are <see cref="Support.Unknown"/>.</summary>
    public required IReadOnlyDictionary<Feature, FeatureFact> Facts
    {
        get => Features.All.Where(feature => _facts[(int)feature] != default).ToDictionary(feature => feature, feature => _facts[(int)feature]);
        init
        {
            foreach (var (feature, fact) in value) _facts[(int)feature] = fact;
        }
    }

    /// <summary>Members beyond OpenAI's dialect that the upstream understands, in ordinal order: <c>min_p</c>, <c>top_k</c>.</summary>
    public ImmutableArray<string> ExtraFields { get; init; } = [];

    /// <summary>What a tool may be called; null when the upstream is not known to mind.</summary>
    public ToolNameRule? ToolNames { get; init; }

    public MaxTokensRule MaxTokens { get; init; }

    public ReasoningFact Reasoning { get; init; }

    /// <summary>
    /// Families of markup that the upstream may leave in its text, in the order in which they are tried, in the words of
    /// <see cref="ProfileWords.Dialects"/>; empty when answers need no repair.
    /// </summary>
    public ImmutableArray<string> Dialects { get; init; } = [];

    /// <summary>A canonical text of everything that changes behaviour: equal texts, equal profiles. Part of a plan's hash.</summary>
    public string Meaning => _meaning ??= ProfileJson.Meaning(this);

    public Support Of(Feature feature) => _facts[(int)feature].Support;

    public FeatureFact FactOf(Feature feature) => _facts[(int)feature];

    /// <summary>Whether <paramref name="field"/> is one of <see cref="ExtraFields"/>.</summary>
    public bool KnowsExtra(string field) => ExtraFields.BinarySearch(field, StringComparer.Ordinal) >= 0;

    /// <summary>Reads a profile file strictly: unknown members, duplicates, wrong types and anything over 256 KiB are refused.</summary>
    /// <param name="error">What is wrong and where, for the file's author; null on success.</param>
    public static bool TryRead(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out CapabilityProfile? profile, [NotNullWhen(false)] out string? error) =>
        ProfileReader.TryRead(json, out profile, out error);

    /// <summary>The canonical file: fixed order, two spaces, one <c>\n</c> at the end. Reading it gives an equal profile, so files diff well.</summary>
    public byte[] Write() => ProfileJson.Write(this);

    public bool Equals(CapabilityProfile? other) => other is not null && (ReferenceEquals(this, other) || (Name == other.Name && Meaning == other.Meaning));

    public override bool Equals(object? obj) => Equals(obj as CapabilityProfile);

    public override int GetHashCode() => Meaning.GetHashCode(StringComparison.Ordinal);
}
