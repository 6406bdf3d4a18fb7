using System.Text;
using Causeway.Spec.Plans;
using Causeway.Spec.Profiles;
using Causeway.Wire.Chat;
using Causeway.Wire.Json;

namespace Causeway.Gateway.Adapt;

/// <summary><c>max_tokens</c> and <c>max_completion_tokens</c>: either name, a cap, and a figure where the caller gave none.</summary>
internal static class TokenLimits
{
    public static void Apply(RequestDraft draft)
    {
        var stated = draft.Has(ChatMember.MaxTokens) || draft.Has(ChatMember.MaxCompletionTokens);
        ApplyTo(draft, Feature.MaxCompletionTokens, ChatMember.MaxCompletionTokens, Feature.MaxTokens, ChatMember.MaxTokens);
        ApplyTo(draft, Feature.MaxTokens, ChatMember.MaxTokens, Feature.MaxCompletionTokens, ChatMember.MaxCompletionTokens);
        if (!stated && draft.Plan.MaxTokens.Default is { } value) AddDefault(draft, value);
    }

    private static void ApplyTo(RequestDraft draft, Feature feature, ChatMember member, Feature otherFeature, ChatMember other)
    {
        if (draft[member].Value.IsEmpty) return;
        var handling = draft.Plan.Of(feature);
        if (!draft.Has(member))
        {
            // A null beside a default of ours would be the member twice.
            if (handling != Handling.Pass || draft.Plan.MaxTokens.Default is not null) draft.Remove(member, ReceiptOutcome.Omitted);
        }
        else if (handling == Handling.Pass) Cap(draft, member);
        else if (handling == Handling.Remedy && draft.Plan.Of(otherFeature) == Handling.Pass) Rename(draft, member, other);
        else draft.LeaveOut(feature, member);
    }

    private static void Rename(RequestDraft draft, ChatMember member, ChatMember other)
    {
        var name = ChatMembers.NameOf(other);
        draft.Note(ChatMembers.NameOf(member), ReceiptOutcome.Mapped, name);
        if (draft.Has(other))
        {
            draft.Remove(member);
            return;
        }
        if (!draft[other].Value.IsEmpty) draft.Remove(other);
        draft.Edits.ReplaceByString(draft[member].Name, name);
        Cap(draft, member);
    }

    private static void Cap(RequestDraft draft, ChatMember member)
    {
        if (draft.Plan.MaxTokens.Cap is not { } cap || JsonValue.Integer(draft.ValueOf(member)) is not { } asked || asked <= cap) return;
        var name = ChatMembers.NameOf(member);
        if (draft.Plan.IsStrict) draft.Refuse(name, name, $"it asks for {asked} tokens, more than the {cap} that its target may be asked for");
        else
        {
            draft.Edits.Replace(draft[member].Value, Encoding.ASCII.GetBytes(RequestDraft.Digits(cap)));
            draft.Note(name, ReceiptOutcome.Capped, RequestDraft.Digits(cap));
        }
    }

    private static void AddDefault(RequestDraft draft, int value)
    {
        if (NameFor(draft.Plan) is not { } member) return;
        var name = ChatMembers.NameOf(member);
        draft.Add(Encoding.ASCII.GetBytes($",\"{name}\":{RequestDraft.Digits(value)}"));
        draft.Note(name, ReceiptOutcome.Defaulted, RequestDraft.Digits(value));
    }

    // Where nothing is known the old name is the one that more servers understand.
    private static ChatMember? NameFor(AdaptPlan plan)
    {
        if (plan.Of(Feature.MaxCompletionTokens) == Handling.Pass && plan.IsNative(Feature.MaxCompletionTokens)) return ChatMember.MaxCompletionTokens;
        if (plan.Of(Feature.MaxTokens) == Handling.Pass) return ChatMember.MaxTokens;
        return plan.Of(Feature.MaxCompletionTokens) == Handling.Pass ? ChatMember.MaxCompletionTokens : null;
    }
}
