using Causeway.Spec.Plans;
using Causeway.Spec.Profiles;
using Causeway.Wire.Chat;

namespace Causeway.Gateway.Adapt;

/// <summary><c>stream</c> and <c>stream_options</c>.</summary>
internal static class StreamFields
{
    public static void Apply(RequestDraft draft)
    {
        if (!draft.Call.Envelope.Stream) return;
        if (draft.Plan.Of(Feature.Stream) != Handling.Pass) PlayOut(draft);
        else if (draft.Plan.Of(Feature.StreamUsage) != Handling.Pass && draft.Has(ChatMember.StreamOptions)) CountUsage(draft);
    }

    private static void PlayOut(RequestDraft draft)
    {
        if (draft.Plan.Of(Feature.Stream) != Handling.Remedy)
        {
            draft.Refuse("stream", Feature.Stream, "stream");
            return;
        }
        draft.Edits.Replace(draft[ChatMember.Stream].Value, "false"u8);
        draft.Note("stream", ReceiptOutcome.Emulated);
        draft.Remove(ChatMember.StreamOptions);
        draft.Answer = draft.Answer with { PlayOut = true, CountUsage = draft.Call.Envelope.IncludeUsage };
    }

    private static void CountUsage(RequestDraft draft)
    {
        if (draft.Plan.Of(Feature.StreamUsage) == Handling.Refuse && draft.Call.Envelope.IncludeUsage)
        {
            draft.Refuse("stream_options", Feature.StreamUsage, "stream_options");
            return;
        }
        var isEmulated = draft.Plan.Of(Feature.StreamUsage) == Handling.Remedy && draft.Call.Envelope.IncludeUsage;
        if (isEmulated) draft.Answer = draft.Answer with { CountUsage = true };
        draft.Remove(ChatMember.StreamOptions, isEmulated ? ReceiptOutcome.Emulated : ReceiptOutcome.Dropped);
    }
}
