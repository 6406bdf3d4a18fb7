using System.Buffers;
using Causeway.Wire.Answers;
using Causeway.Wire.Chat;

namespace Causeway.Gateway.Adapt.Answers;

/// <summary>
/// Writes chunks of one answer as events of a stream, one for each part, all with the members that identify the answer. What nobody here
/// knows of the event goes with its first chunk, <c>usage</c> behind the last one as a chunk of its own.
/// </summary>
internal sealed class ChunkWriter(AnswerIdentity identity, int? choiceIndex)
{
    private readonly RentedBuffer _rest = new();

    /// <summary>Writes what one choice of an event became. Returns whether anything was written.</summary>
    /// <param name="eventRest">Members of the event for its first chunk, as <c>"name":value,…</c>.</param>
    public bool WriteChoice(ChoiceChain chain, AnswerFrame frame, in ChoiceFrame choice, ReadOnlySpan<byte> json, ReadOnlySpan<byte> eventRest, RentedBuffer output)
    {
        _rest.Clear();
        AnswerFrame.WriteMembers(frame.Members(choice.MessageRest), json, _rest);
        var middle = _rest.Length;
        AnswerFrame.WriteMembers(frame.Members(choice.Rest), json, _rest);
        var rest = _rest.Span;
        return Write(chain, choice.Index, rest[..middle], rest[middle..], eventRest, output);
    }

    /// <summary>Writes what a choice still had at the end of the stream.</summary>
    public void WriteEnd(ChoiceChain chain, int index, RentedBuffer output) => Write(chain, index, default, default, default, output);

    public void WriteUsage(TokenUsage usage, RentedBuffer output)
    {
        Begin(output);
        output.Write("],\"usage\":"u8);
        UsageJson.Write(usage, output);
        output.Write("}\n\n"u8);
    }

    /// <summary>Writes the usage that an event stated, as it stated it.</summary>
    public void WriteUsage(ReadOnlySpan<byte> usage, RentedBuffer output)
    {
        Begin(output);
        output.Write("],\"usage\":"u8);
        output.Write(usage);
        output.Write("}\n\n"u8);
    }

    public void Release() => _rest.Release();

    private bool Write(ChoiceChain chain, int index, ReadOnlySpan<byte> deltaRest, ReadOnlySpan<byte> choiceRest, ReadOnlySpan<byte> eventRest, RentedBuffer output)
    {
        var parts = chain.Out;
        var hasRest = !deltaRest.IsEmpty || !choiceRest.IsEmpty || !eventRest.IsEmpty;
        if (parts.Count == 0 && !hasRest) return false;
        var at = 0;
        do
        {
            var length = parts.Count == 0 ? 0 : PartJson.GroupLength(parts, at);
            Begin(output);
            output.Write("{\"index\":"u8);
            PartJson.WriteNumber(choiceIndex ?? index, output);
            output.Write(",\"delta\":{"u8);
            WriteDelta(chain, at, length, deltaRest, output);
            output.Write("},"u8);
            WriteMembers(choiceRest, output);
            WriteFinish(parts, at, length, output);
            output.Write("}]"u8);
            if (!eventRest.IsEmpty) output.Write(","u8);
            output.Write(eventRest);
            output.Write("}\n\n"u8);
            at += length;
            deltaRest = choiceRest = eventRest = default;
        }
        while (at < parts.Count);
        return true;
    }

    private void Begin(RentedBuffer output)
    {
        output.Write("data: {"u8);
        WriteMembers(identity.Bytes, output);
        output.Write("\"choices\":["u8);
    }

    private static void WriteDelta(ChoiceChain chain, int at, int length, ReadOnlySpan<byte> rest, RentedBuffer output)
    {
        var hasPart = length > 0 && chain.Out[at].Kind != PartKind.Finish;
        if (!chain.HasRole)
        {
            output.Write("\"role\":\"assistant\""u8);
            if (!rest.IsEmpty || hasPart) output.Write(","u8);
            chain.HasRole = true;
        }
        output.Write(rest);
        if (!hasPart) return;
        if (!rest.IsEmpty) output.Write(","u8);
        PartJson.WriteDelta(chain.Out, at, length, output);
    }

    private static void WriteFinish(AnswerParts parts, int at, int length, RentedBuffer output)
    {
        output.Write("\"finish_reason\":"u8);
        if (length == 0 || parts[at].Kind != PartKind.Finish) output.Write("null"u8);
        else PlainText.WriteQuoted(parts[at].Data, output);
    }

    private static void WriteMembers(ReadOnlySpan<byte> members, RentedBuffer output)
    {
        if (members.IsEmpty) return;
        output.Write(members);
        output.Write(","u8);
    }
}
