namespace Causeway.Spec.Profiles;

/// <summary>What is known of one feature.</summary>
/// <param name="Evidence">Where it is known from, or what a probe saw; at most 500 characters, no secret. Null when the profile's own
/// source covers it. It is for people: it changes no behaviour and no hash.</param>
public readonly record struct FeatureFact(Support Support, string? Evidence = null);

/// <summary>Where an upstream puts a model's reasoning. The default says that there is none.</summary>
/// <param name="Field">A member beside <c>content</c> in messages and deltas, e.g. <c>reasoning_content</c> or <c>reasoning</c>; null when
/// there is none.</param>
/// <param name="Tags">Reasoning may stand inside <c>content</c> between tags such as <c>&lt;think&gt;</c>.</param>
/// <param name="Opened">The prompt opens the reasoning: the answer begins inside it and only the closing tag arrives.</param>
public readonly record struct ReasoningFact(string? Field, bool Tags, bool Opened);

/// <summary>What an upstream accepts as a tool's name.</summary>
/// <param name="Characters">The characters allowed, as in a character class: <c>a-zA-Z0-9_-</c>. A hyphen that is meant stands last.</param>
/// <param name="MaxLength">In UTF-16 units, 16 to 256.</param>
public readonly record struct ToolNameRule(string Characters, int MaxLength)
{
    /// <summary>OpenAI's rule.</summary>
    public static ToolNameRule OpenAi { get; } = new("a-zA-Z0-9_-", 64);

    public bool Allows(char character)
    {
        for (var i = 0; i < Characters.Length; i++)
        {
            if (i + 2 < Characters.Length && Characters[i + 1] == '-')
            {
                if (character >= Characters[i] && character <= Characters[i + 2]) return true;
                i += 2;
            }
            else if (Characters[i] == character) return true;
        }
        return false;
    }
}

/// <summary>How many tokens an answer may have. Upstreams that reserve quota from the figure make a missing one expensive.</summary>
/// <param name="Default">Asked for when the caller states none; null leaves it open.</param>
/// <param name="Cap">The most that is asked for; null for no cap.</param>
public readonly record struct MaxTokensRule(int? Default, int? Cap)
{
    public const int Largest = 10_000_000;

    public bool IsNone => Default is null && Cap is null;
}
