using Causeway.Wire.Dialects.Harmony;
using Causeway.Wire.Dialects.JsonCalls;
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
            AddNew(endTokens, grammar.EndTokens);
        }
        if (JsonGrammarOf(family) is { } json)
        {
            readers.Add(new JsonCallReader(json, tools, output, options.MaxHeldBytes));
            AddNew(endTokens, json.EndTokens);
        }
        if (family != DialectFamily.Harmony) return;
        readers.Add(new HarmonyReader(tools, output));
        AddNew(endTokens, HarmonyReader.EndTokens);
    }

    private static void AddNew(List<byte[]> tokens, IReadOnlyList<byte[]> more)
    {
        foreach (var token in more)
            if (!tokens.Any(known => known.SequenceEqual(token))) tokens.Add(token);
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
        DialectFamily.Glm => [TagGrammars.Glm],
        _ => [],
    };

    private static JsonCallGrammar? JsonGrammarOf(DialectFamily family) => family switch
    {
        DialectFamily.Hermes => JsonCallGrammars.Hermes,
        DialectFamily.Kimi => JsonCallGrammars.Kimi,
        DialectFamily.Mistral => JsonCallGrammars.Mistral,
        DialectFamily.Llama => JsonCallGrammars.Llama,
        _ => null,
    };
}
