using System.Collections.Immutable;
using Causeway.Wire.Chat;

namespace Causeway.Spec.Profiles;

/// <summary>What the gateway can do for a feature that an upstream lacks.</summary>
public enum Remedy
{
    /// <summary>Sent in another way that means the same. Strict policies allow it.</summary>
    Map,

    /// <summary>Done by the gateway. Strict policies allow it.</summary>
    Emulate,

    /// <summary>Left out, which a lenient policy does and tells, and a strict one refuses.</summary>
    Drop,

    /// <summary>Refused by every policy: without it the answer is not what was asked for. A policy may still say <c>drop</c> or <c>pass</c>.</summary>
    Refuse,
}

/// <summary>One row of the table of fields.</summary>
/// <param name="Member">The member of the request that asks for the feature.</param>
/// <param name="How">What is done where the upstream lacks it, in Markdown, for docs/reference/params.md.</param>
public sealed record FieldRule(Feature Feature, ChatMember Member, Remedy Remedy, string How);

/// <summary>The table of fields: every feature, the member that asks for it and what happens without it.</summary>
public static class FieldRules
{
    private const string LeftOut = "Left out.";

    /// <summary>In the order of <see cref="Feature"/>; without <see cref="Feature.OtherFields"/>, which stands for members this table does not have.</summary>
    public static ImmutableArray<FieldRule> All { get; } =
    [
        new(Feature.RoleDeveloper, ChatMember.Messages, Remedy.Map, "The role becomes `system`."),
        new(Feature.Tools, ChatMember.Tools, Remedy.Refuse, "Nothing can stand in for tools."),
        new(Feature.ToolsParallel, ChatMember.ParallelToolCalls, Remedy.Map, "`parallel_tool_calls: false` is sent with every request that has tools."),
        new(Feature.ToolsParallelOff, ChatMember.ParallelToolCalls, Remedy.Emulate, "Only the first tool call of an answer is passed on."),
        new(Feature.ToolsStrict, ChatMember.Tools, Remedy.Drop, "`strict` is left out of the functions: arguments may break their schema."),
        new(Feature.ToolsCustom, ChatMember.Tools, Remedy.Refuse, "Tools of type `custom` have no counterpart."),
        new(Feature.ToolChoiceNone, ChatMember.ToolChoice, Remedy.Emulate, "`tools` and `tool_choice` are left out."),
        new(Feature.ToolChoiceRequired, ChatMember.ToolChoice, Remedy.Emulate, "Left out; an answer without a tool call is asked for again, at most twice."),
        new(Feature.ToolChoiceNamed, ChatMember.ToolChoice, Remedy.Emulate,
            "Only the named tool is sent, with `required` where that is known; an answer without its call is asked for again, at most twice."),
        new(Feature.ToolChoiceAllowedTools, ChatMember.ToolChoice, Remedy.Emulate, "Only the allowed tools are sent, with `auto` or `required`."),
        new(Feature.Functions, ChatMember.Functions, Remedy.Map,
            "Said with `tools` and `tool_choice`, in earlier turns too; the first tool call of the answer comes back as `function_call`."),
        new(Feature.Stream, ChatMember.Stream, Remedy.Emulate, "A whole answer is asked for and played out as events."),
        new(Feature.StreamUsage, ChatMember.StreamOptions, Remedy.Emulate, "Not asked for; the gateway counts tokens itself."),
        new(Feature.JsonObject, ChatMember.ResponseFormat, Remedy.Emulate,
            "An instruction is added to the system message; the answer is checked and asked for again, at most twice."),
        new(Feature.JsonSchema, ChatMember.ResponseFormat, Remedy.Emulate,
            "The schema is added to the system message (with `json_object` where that is known); the answer is checked and asked for again, at most twice."),
        new(Feature.N, ChatMember.N, Remedy.Emulate, "The request is sent `n` times, at most 8; a `seed` goes up by one from choice to choice, which the receipt calls `seed=mapped(+choice)`."),
        new(Feature.Stop, ChatMember.Stop, Remedy.Emulate, "The answer is cut before the first stop sequence."),
        new(Feature.Logprobs, ChatMember.Logprobs, Remedy.Drop, LeftOut),
        new(Feature.TopLogprobs, ChatMember.TopLogprobs, Remedy.Drop, LeftOut),
        new(Feature.Seed, ChatMember.Seed, Remedy.Drop, "Left out: answers do not repeat."),
        new(Feature.FrequencyPenalty, ChatMember.FrequencyPenalty, Remedy.Drop, LeftOut),
        new(Feature.PresencePenalty, ChatMember.PresencePenalty, Remedy.Drop, LeftOut),
        new(Feature.LogitBias, ChatMember.LogitBias, Remedy.Drop, "Left out. Token numbers belong to one tokenizer anyway."),
        new(Feature.MaxTokens, ChatMember.MaxTokens, Remedy.Map, "Sent as `max_completion_tokens`; left out, or refused when strict, where that is lacking too."),
        new(Feature.MaxCompletionTokens, ChatMember.MaxCompletionTokens, Remedy.Map, "Sent as `max_tokens`; left out, or refused when strict, where that is lacking too."),
        new(Feature.Temperature, ChatMember.Temperature, Remedy.Drop, LeftOut),
        new(Feature.TopP, ChatMember.TopP, Remedy.Drop, LeftOut),
        new(Feature.ReasoningEffort, ChatMember.ReasoningEffort, Remedy.Drop, LeftOut),
        new(Feature.ReasoningContent, ChatMember.Messages, Remedy.Map, "`reasoning_content` is left out of earlier assistant messages."),
        new(Feature.Verbosity, ChatMember.Verbosity, Remedy.Drop, LeftOut),
        new(Feature.Prediction, ChatMember.Prediction, Remedy.Drop, "Left out: it only saves time."),
        new(Feature.Modalities, ChatMember.Modalities, Remedy.Refuse, "`[\"text\"]` is left out; anything else is refused."),
        new(Feature.Audio, ChatMember.Audio, Remedy.Refuse, "No spoken answers."),
        new(Feature.AudioInput, ChatMember.Messages, Remedy.Refuse, "Parts of type `input_audio`; dropped ones become a line of text that says so."),
        new(Feature.Images, ChatMember.Messages, Remedy.Refuse, "Parts of type `image_url`; dropped ones become a line of text that says so."),
        new(Feature.Files, ChatMember.Messages, Remedy.Refuse, "Parts of type `file`; dropped ones become a line of text that says so."),
        new(Feature.WebSearchOptions, ChatMember.WebSearchOptions, Remedy.Refuse, "An answer without the search would look the same."),
        new(Feature.User, ChatMember.User, Remedy.Drop, LeftOut),
        new(Feature.Metadata, ChatMember.Metadata, Remedy.Drop, LeftOut),
        new(Feature.Store, ChatMember.Store, Remedy.Drop, "Left out: nothing is stored upstream."),
        new(Feature.ServiceTier, ChatMember.ServiceTier, Remedy.Drop, LeftOut),
        new(Feature.ServiceTierAuto, ChatMember.ServiceTier, Remedy.Map, "`auto` is left out: it is what absence means."),
        new(Feature.PromptCacheKey, ChatMember.PromptCacheKey, Remedy.Drop, "Left out: it only saves money."),
        new(Feature.PromptCacheRetention, ChatMember.PromptCacheRetention, Remedy.Drop, "Left out: it only saves money."),
        new(Feature.PromptCacheOptions, ChatMember.PromptCacheOptions, Remedy.Drop, "Left out: it only saves money."),
        new(Feature.SafetyIdentifier, ChatMember.SafetyIdentifier, Remedy.Drop, LeftOut),
        new(Feature.Moderation, ChatMember.Moderation, Remedy.Refuse, "An answer without the check would look the same."),
    ];

    public static FieldRule Of(Feature feature) => All[(int)feature];
}
