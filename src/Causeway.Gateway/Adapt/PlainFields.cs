using Causeway.Spec.Plans;
using Causeway.Spec.Profiles;
using Causeway.Wire.Chat;
using Causeway.Wire.Json;

namespace Causeway.Gateway.Adapt;

/// <summary>Members that are passed on, left out or refused, and nothing in between.</summary>
internal static class PlainFields
{
    private static readonly Feature[] _plain =
    [
        Feature.Logprobs, Feature.TopLogprobs, Feature.Seed, Feature.FrequencyPenalty, Feature.PresencePenalty,
        Feature.LogitBias, Feature.Temperature, Feature.TopP, Feature.ReasoningEffort, Feature.Verbosity, Feature.Prediction,
        Feature.Modalities, Feature.Audio, Feature.WebSearchOptions, Feature.User, Feature.Metadata, Feature.Store, Feature.ServiceTier,
        Feature.PromptCacheKey, Feature.PromptCacheRetention, Feature.PromptCacheOptions, Feature.SafetyIdentifier, Feature.Moderation,
    ];

    public static void Apply(RequestDraft draft)
    {
        foreach (var feature in _plain)
        {
            var member = FieldRules.Of(feature).Member;
            if (!draft[member].Value.IsEmpty && draft.Plan.Of(feature) != Handling.Pass) draft.LeaveOut(feature, member);
        }
        ApplyFunctions(draft);
        // Without the one the other is an error.
        if (!draft[ChatMember.Logprobs].Value.IsEmpty && !draft.IsSent(ChatMember.Logprobs)) draft.Remove(ChatMember.TopLogprobs, ReceiptOutcome.Dropped);
        if (draft.Plan.Of(Feature.ServiceTierAuto) == Handling.Remedy && JsonValue.Is(draft.ValueOf(ChatMember.ServiceTier), "auto"))
            draft.Remove(ChatMember.ServiceTier, ReceiptOutcome.Omitted);
    }
    // Where they are said with tools there are none any more.
    private static void ApplyFunctions(RequestDraft draft)
    {
        if (draft.Plan.Of(Feature.Functions) is Handling.Pass or Handling.Remedy) return;
        foreach (var member in (ReadOnlySpan<ChatMember>)[ChatMember.Functions, ChatMember.FunctionCall])
            if (!draft[member].Value.IsEmpty) draft.LeaveOut(Feature.Functions, member);
    }
}
