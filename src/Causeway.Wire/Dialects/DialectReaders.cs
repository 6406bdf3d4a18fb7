using Causeway.Wire.Dialects.Tags;

namespace Causeway.Wire.Dialects;

/// <summary>What each family is read with.</summary>
internal static class DialectReaders
{
    public static void Add(DialectFamily family, ToolTable tools, CallOutput output, DialectOptions options, List<CallReader> readers, List<byte[]> endTokens)
    {
        foreach (var grammar in GrammarsOf(family))
        {
            readers.Add(new TagCallReader(grammar, tools, output, options.MaxHeldBytes));
            endTokens.AddRange(grammar.EndTokens.Except(endTokens));
        }
    }

    /// <summary>The tags that the families' models put around reasoning; <c>think</c> and <c>reasoning</c> always.</summary>
    public static IReadOnlyList<ReasoningTags> ReasoningOf(ReadOnlySpan<DialectFamily> families)
    {
        var tags = new List<ReasoningTags> { ReasoningTags.Think, ReasoningTags.Reasoning };
        if (families.Contains(DialectFamily.MiniMax)) tags.Add(ReasoningTags.MiniMaxThink);
        if (families.Contains(DialectFamily.Mistral)) tags.Add(ReasoningTags.MistralThink);
        if (families.Contains(DialectFamily.Kimi)) tags.Add(ReasoningTags.KimiThink);
        return tags;
    }

    private static TagGrammar[] GrammarsOf(DialectFamily family) => family switch
    {
        DialectFamily.Dsml => [TagGrammars.Dsml, TagGrammars.DsmlToolCalls, TagGrammars.DsmlWithoutBars],
        DialectFamily.MiniMax => [TagGrammars.MiniMax],
        DialectFamily.Qwen3Coder => [TagGrammars.Qwen3Coder],
        _ => [],
    };
}
