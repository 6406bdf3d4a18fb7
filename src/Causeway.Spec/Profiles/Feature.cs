namespace Causeway.Spec.Profiles;

/// <summary>
/// One thing a chat completion can ask for, fine enough that an upstream either does it or does not. The spelling in files and messages
/// is <see cref="Features.IdOf"/>; the order is the order of profiles and of docs/reference/params.md.
/// </summary>
public enum Feature
{
    RoleDeveloper,
    Tools,
    ToolsParallel,
    ToolsParallelOff,
    ToolsStrict,
    ToolsCustom,
    ToolChoiceNone,
    ToolChoiceRequired,
    ToolChoiceNamed,
    ToolChoiceAllowedTools,
    Functions,
    Stream,
    StreamUsage,
    JsonObject,
    JsonSchema,
    N,
    Stop,
    Logprobs,
    TopLogprobs,
    Seed,
    FrequencyPenalty,
    PresencePenalty,
    LogitBias,
    MaxTokens,
    MaxCompletionTokens,
    Temperature,
    TopP,
    ReasoningEffort,
    ReasoningContent,
    Verbosity,
    Prediction,
    Modalities,
    Audio,
    AudioInput,
    Images,
    Files,
    WebSearchOptions,
    User,
    Metadata,
    Store,
    ServiceTier,
    ServiceTierAuto,
    PromptCacheKey,
    PromptCacheRetention,
    PromptCacheOptions,
    SafetyIdentifier,
    Moderation,

    /// <summary>Members that OpenAI's dialect does not have. <see cref="Support.Absent"/> means that the upstream refuses them.</summary>
    OtherFields,
}
