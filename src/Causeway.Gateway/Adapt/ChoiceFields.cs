using System.Collections.Immutable;
using Causeway.Spec.Plans;
using Causeway.Spec.Profiles;
using Causeway.Wire.Chat;
using Causeway.Wire.Json;

namespace Causeway.Gateway.Adapt;

/// <summary><c>n</c> and <c>stop</c>: how many answers, and where they end.</summary>
internal static class ChoiceFields
{
    private const int MaxStops = 16;
    private const int MaxStopLength = 1024;

    public static void Apply(RequestDraft draft)
    {
        if (!draft[ChatMember.N].Value.IsEmpty && draft.Plan.Of(Feature.N) != Handling.Pass) ApplyN(draft);
        if (!draft[ChatMember.Stop].Value.IsEmpty && draft.Plan.Of(Feature.Stop) != Handling.Pass) ApplyStop(draft);
    }

    private static void ApplyN(RequestDraft draft)
    {
        var wanted = JsonValue.Integer(draft.ValueOf(ChatMember.N));
        if (draft.Plan.Of(Feature.N) != Handling.Remedy || wanted is null or < 2) draft.LeaveOut(Feature.N, ChatMember.N);
        else if (wanted > AnswerEdits.MaxChoices) draft.Refuse("n", "n", $"its target gives one choice at a time, and the gateway asks it at most {AnswerEdits.MaxChoices} times");
        else
        {
            draft.Remove(ChatMember.N, ReceiptOutcome.Emulated);
            draft.Answer = draft.Answer with { Choices = (int)wanted.Value };
            // The same seed would make the same choice n times.
            if (draft.IsSent(ChatMember.Seed) && JsonValue.Integer(draft.ValueOf(ChatMember.Seed)) is not null) draft.Note("seed", ReceiptOutcome.Mapped, "+choice");
        }
    }

    private static void ApplyStop(RequestDraft draft)
    {
        if (draft.Plan.Of(Feature.Stop) != Handling.Remedy || DefaultValues.IsDefault(ChatMember.Stop, draft.ValueOf(ChatMember.Stop)))
        {
            draft.LeaveOut(Feature.Stop, ChatMember.Stop);
            return;
        }
        if (Read(draft.Body, draft[ChatMember.Stop].Value) is not { } stops)
        {
            draft.Refuse("stop", "stop", $"the gateway cuts at up to {MaxStops} texts of up to {MaxStopLength} characters, and this is something else");
            return;
        }
        draft.Remove(ChatMember.Stop, ReceiptOutcome.Emulated);
        if (!stops.IsEmpty) draft.Answer = draft.Answer with { StopStrings = stops };
    }

    private static ImmutableArray<string>? Read(ReadOnlySpan<byte> body, ByteRange value)
    {
        if (JsonValue.String(value.In(body), MaxStopLength + 1) is { } single) return single.Length <= MaxStopLength ? single.Length == 0 ? [] : [single] : null;
        if (body[value.Start] != (byte)'[') return null;
        var stops = ImmutableArray.CreateBuilder<string>();
        var cursor = new JsonCursor(body, value);
        while (cursor.Read())
        {
            if (stops.Count == MaxStops || JsonValue.String(cursor.Value.In(body), MaxStopLength + 1) is not { Length: <= MaxStopLength } stop) return null;
            if (stop.Length > 0) stops.Add(stop);
        }
        return stops.ToImmutable();
    }
}
